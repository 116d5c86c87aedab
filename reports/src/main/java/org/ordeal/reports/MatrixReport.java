package org.ordeal.reports;

import java.util.List;
import org.ordeal.history.Verdict;

/**
 * What a matrix of runs found: topology and flush mode against fault. Written as {@code
 * matrix.json}.
 *
 * @param system the system under test
 * @param command the command line that made the matrix
 * @param startedAt wall-clock time of its start, ISO 8601
 * @param seconds how long it took
 * @param faults the columns, in order
 * @param rows one per topology and flush mode, in order
 */
public record MatrixReport(
    String system,
    String command,
    String startedAt,
    double seconds,
    List<String> faults,
    List<Row> rows) {

  public MatrixReport {
    faults = List.copyOf(faults);
    rows = List.copyOf(rows);
  }

  /**
   * Fails where a promise was broken; is unknown where a cell is inconclusive or not shown, or
   * nothing ran at all.
   */
  public Verdict verdict() {
    List<Outcome> outcomes =
        rows.stream().flatMap(row -> row.cells().stream()).map(Cell::outcome).toList();
    if (outcomes.contains(Outcome.BROKEN)) {
      return Verdict.FAIL;
    }
    boolean weak =
        outcomes.contains(Outcome.INCONCLUSIVE)
            || outcomes.contains(Outcome.NOT_SHOWN)
            || outcomes.stream().allMatch(outcome -> outcome == Outcome.SKIPPED);
    return weak ? Verdict.UNKNOWN : Verdict.PASS;
  }

  /**
   * One configuration.
   *
   * @param topology such as {@code dledger}
   * @param flush {@code sync} or {@code async}
   * @param cells in the order of the faults
   */
  public record Row(String topology, String flush, List<Cell> cells) {
    public Row {
      cells = List.copyOf(cells);
    }
  }

  /** What is promised in a cell. */
  public enum Promise {
    /** An acknowledged message is never lost. */
    KEEPS,
    /** Acknowledged messages may be lost: the matrix must be able to show it. */
    MAY_LOSE,
    /** Nothing is promised, or the fault does not apply. */
    NONE
  }

  /** What a cell came to. */
  public enum Outcome {
    /** The promise held in every run. */
    HELD,
    /** A promise was broken. */
    BROKEN,
    /** A loss that is permitted was seen: the harness can see losses here. */
    LOSS_SHOWN,
    /** A loss is permitted, but none was ever seen: the harness was too weak here. */
    NOT_SHOWN,
    /** Runs were inconclusive, or planned and not carried out. */
    INCONCLUSIVE,
    /** Not run. */
    SKIPPED
  }

  /**
   * One cell.
   *
   * @param promise what is promised
   * @param outcome what it came to
   * @param runs runs that were conclusive
   * @param inconclusive runs that proved nothing
   * @param acknowledged acknowledged messages over all runs
   * @param lost of those, lost
   * @param runsWithLoss runs in which anything was lost, or after which the system did not come
   *     back
   * @param unrecovered runs after which the system did not come back
   * @param lossRateUpperBound upper 95 % confidence bound on the share of runs that lose, 0 to 1
   * @param note one sentence, or empty
   * @param reports paths of the runs' reports, relative to the matrix page
   */
  public record Cell(
      Promise promise,
      Outcome outcome,
      int runs,
      int inconclusive,
      long acknowledged,
      long lost,
      int runsWithLoss,
      int unrecovered,
      double lossRateUpperBound,
      String note,
      List<String> reports) {
    public Cell {
      reports = List.copyOf(reports);
    }
  }
}
