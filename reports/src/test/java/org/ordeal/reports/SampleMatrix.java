package org.ordeal.reports;

import java.util.ArrayList;
import java.util.List;
import org.ordeal.reports.MatrixReport.Cell;
import org.ordeal.reports.MatrixReport.Outcome;
import org.ordeal.reports.MatrixReport.Promise;
import org.ordeal.reports.MatrixReport.Row;

/** A matrix as one would be measured. */
final class SampleMatrix {
  private SampleMatrix() {}

  static MatrixReport matrix() {
    List<String> faults =
        List.of("kill:one", "kill:all", "power-loss:one", "power-loss:all", "disk-stall");
    List<Row> rows = new ArrayList<>();
    for (String topology : List.of("single", "sync-master", "dledger")) {
      for (String flush : List.of("sync", "async")) {
        List<Cell> cells = new ArrayList<>();
        for (String fault : faults) {
          boolean may = flush.equals("async") && fault.startsWith("power-loss");
          cells.add(cell(topology, fault, may));
        }
        rows.add(new Row(topology, flush, cells));
      }
    }
    return new MatrixReport(
        "rocketmq:5.1.0",
        "ordeal matrix --system rocketmq:5.1.0 --seeds 10",
        "2026-11-24T02:14:07Z",
        5_214,
        faults,
        rows);
  }

  private static Cell cell(String topology, String fault, boolean may) {
    String report = topology + "/report.html";
    if (topology.equals("single") && fault.equals("disk-stall")) {
      return new Cell(
          Promise.NONE, Outcome.SKIPPED, 0, 0, 0, 0, 0, 0, 1, "does not apply", List.of());
    }
    if (may && topology.equals("dledger") && fault.equals("power-loss:one")) {
      return new Cell(
          Promise.MAY_LOSE, Outcome.NOT_SHOWN, 10, 0, 351_220, 0, 0, 0, 0.26, "", List.of(report));
    }
    if (may) {
      return new Cell(
          Promise.MAY_LOSE,
          Outcome.LOSS_SHOWN,
          10,
          0,
          351_220,
          4_811,
          10,
          0,
          1,
          "",
          List.of(report));
    }
    if (topology.equals("dledger") && fault.equals("power-loss:all")) {
      return new Cell(
          Promise.KEEPS,
          Outcome.BROKEN,
          10,
          0,
          348_007,
          1_204,
          7,
          1,
          0.93,
          "",
          List.of(report, report));
    }
    if (topology.equals("sync-master") && fault.equals("disk-stall")) {
      return new Cell(
          Promise.KEEPS, Outcome.INCONCLUSIVE, 8, 2, 240_118, 0, 0, 0, 0.31, "", List.of(report));
    }
    return new Cell(
        Promise.KEEPS, Outcome.HELD, 10, 0, 352_400, 0, 0, 0, 0.26, "", List.of(report));
  }
}
