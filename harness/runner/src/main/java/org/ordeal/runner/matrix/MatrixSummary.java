package org.ordeal.runner.matrix;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.ordeal.history.Verdict;
import org.ordeal.reports.MatrixPage;
import org.ordeal.reports.MatrixReport;
import org.ordeal.reports.MatrixReport.Cell;
import org.ordeal.reports.MatrixReport.Outcome;
import org.ordeal.runner.Documents;
import org.ordeal.runner.ExitCode;

/** From entries to the report of a matrix: JSON, JUnit XML, HTML, and the exit code. */
public final class MatrixSummary {

  private static final double CONFIDENCE = 0.95;

  private MatrixSummary() {}

  /**
   * Sums entries up.
   *
   * @param command the command line
   * @param startedAt wall-clock time of the start, ISO 8601
   * @param seconds how long it took
   */
  public static MatrixReport of(
      List<MatrixEntry> entries, String command, String startedAt, double seconds) {
    Set<String> faults = new LinkedHashSet<>();
    MatrixCell.FAULTS.stream()
        .filter(f -> entries.stream().anyMatch(e -> e.cell().fault().equals(f)))
        .forEach(faults::add);
    entries.forEach(e -> faults.add(e.cell().fault()));
    Set<List<String>> configurations = new LinkedHashSet<>();
    entries.forEach(e -> configurations.add(List.of(e.cell().topology(), e.cell().flush())));
    List<MatrixReport.Row> rows = new ArrayList<>();
    for (List<String> configuration : configurations) {
      List<Cell> cells = new ArrayList<>();
      for (String fault : faults) {
        MatrixCell cell = new MatrixCell(configuration.get(0), configuration.get(1), fault);
        cells.add(cell(entries.stream().filter(e -> e.cell().equals(cell)).toList()));
      }
      rows.add(new MatrixReport.Row(configuration.get(0), configuration.get(1), cells));
    }
    String system = entries.isEmpty() ? "" : entries.getFirst().system();
    return new MatrixReport(system, command, startedAt, seconds, List.copyOf(faults), rows);
  }

  private static Cell cell(List<MatrixEntry> entries) {
    List<MatrixEntry> ran = entries.stream().filter(e -> e.verdict() != null).toList();
    List<MatrixEntry> conclusive =
        ran.stream().filter(e -> e.verdict() != Verdict.UNKNOWN).toList();
    int inconclusive = ran.size() - conclusive.size();
    boolean keeps = !ran.isEmpty() && ran.stream().allMatch(MatrixEntry::keeps);
    int losing = (int) conclusive.stream().filter(e -> e.lost() > 0).count();
    Outcome outcome;
    String note = "";
    List<MatrixEntry> failed = ran.stream().filter(e -> e.verdict() == Verdict.FAIL).toList();
    if (ran.isEmpty()) {
      outcome = Outcome.SKIPPED;
      note = entries.isEmpty() ? "Not run." : entries.getFirst().reason();
    } else if (!failed.isEmpty()) {
      outcome = Outcome.BROKEN;
      note = "Seed %d: %s".formatted(failed.getFirst().seed(), failed.getFirst().reason());
    } else if (inconclusive > 0) {
      outcome = Outcome.INCONCLUSIVE;
      MatrixEntry first =
          ran.stream().filter(e -> e.verdict() == Verdict.UNKNOWN).findFirst().orElseThrow();
      note = "Seed %d: %s".formatted(first.seed(), first.reason());
    } else if (keeps) {
      outcome = Outcome.HELD;
    } else if (losing > 0) {
      outcome = Outcome.LOSS_SHOWN;
    } else {
      outcome = Outcome.NOT_SHOWN;
      note = "A loss is permitted and none was seen: the harness was too weak here.";
    }
    return new Cell(
        ran.isEmpty()
            ? MatrixReport.Promise.NONE
            : keeps ? MatrixReport.Promise.KEEPS : MatrixReport.Promise.MAY_LOSE,
        outcome,
        conclusive.size(),
        inconclusive,
        conclusive.stream().mapToLong(MatrixEntry::acknowledged).sum(),
        conclusive.stream().mapToLong(MatrixEntry::lost).sum(),
        losing,
        (int) conclusive.stream().filter(e -> e.unrecovered() > 0).count(),
        Binomial.upperBound(losing, conclusive.size(), CONFIDENCE),
        note,
        ran.stream().filter(e -> e.run() != null).map(e -> e.run() + "/report.html").toList());
  }

  /** 1 where a promise was broken, 2 where a cell is inconclusive or not shown, or nothing ran. */
  public static ExitCode exitCode(MatrixReport report) {
    List<Outcome> outcomes =
        report.rows().stream().flatMap(r -> r.cells().stream()).map(Cell::outcome).toList();
    if (outcomes.contains(Outcome.BROKEN)) {
      return ExitCode.BROKEN;
    }
    boolean weak =
        outcomes.contains(Outcome.INCONCLUSIVE)
            || outcomes.contains(Outcome.NOT_SHOWN)
            || outcomes.stream().allMatch(o -> o == Outcome.SKIPPED);
    return weak ? ExitCode.INCONCLUSIVE : ExitCode.PASS;
  }

  /** Writes {@code matrix.json}, {@code junit.xml} and {@code matrix.html}. */
  public static void write(MatrixReport report, Path directory) throws IOException {
    Files.createDirectories(directory);
    Documents.write(directory.resolve("matrix.json"), report);
    try (Writer out = Files.newBufferedWriter(directory.resolve("junit.xml"))) {
      junit(report, out);
    }
    MatrixPage.write(report, directory.resolve("matrix.html"));
  }

  private static void junit(MatrixReport report, Writer out) throws IOException {
    try {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "ordeal matrix " + report.system());
      for (MatrixReport.Row row : report.rows()) {
        for (int i = 0; i < row.cells().size(); i++) {
          testCase(xml, row, report.faults().get(i), row.cells().get(i));
        }
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IOException("junit.xml cannot be written: " + e.getMessage(), e);
    }
  }

  private static void testCase(XMLStreamWriter xml, MatrixReport.Row row, String fault, Cell cell)
      throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "ordeal.matrix." + row.topology() + "." + row.flush());
    xml.writeAttribute("name", fault);
    String element =
        switch (cell.outcome()) {
          case BROKEN -> "failure";
          case NOT_SHOWN, INCONCLUSIVE -> "error";
          case SKIPPED -> "skipped";
          case HELD, LOSS_SHOWN -> "";
        };
    if (!element.isEmpty()) {
      xml.writeStartElement(element);
      xml.writeAttribute("message", cell.note());
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }
}
