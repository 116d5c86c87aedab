package org.ordeal.runner.matrix;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.ordeal.history.Verdict;
import org.ordeal.reports.JunitXml;
import org.ordeal.reports.MatrixPage;
import org.ordeal.reports.MatrixReport;
import org.ordeal.reports.MatrixReport.Cell;
import org.ordeal.reports.MatrixReport.Outcome;
import org.ordeal.runner.Documents;
import org.ordeal.runner.ExitCode;

/** From entries to the report of a matrix: JSON, JUnit XML, HTML, and the exit code. */
public final class MatrixSummary {

  /** What {@link #write} writes. */
  static final List<String> FILES = List.of("matrix.json", "junit.xml", "matrix.html");

  private static final double CONFIDENCE = 0.95;

  private MatrixSummary() {}

  /**
   * Sums up what a matrix directory holds of its plan.
   *
   * @param startedAt wall-clock time of the start, ISO 8601
   * @param seconds how long it took
   */
  public static MatrixReport of(MatrixDirectory directory, String startedAt, double seconds) {
    MatrixPlan plan = directory.requirePlan();
    List<MatrixRun> planned = plan.share();
    Map<MatrixCell, List<MatrixEntry>> entries =
        directory.entries(plan).stream().collect(Collectors.groupingBy(MatrixEntry::cell));
    Set<String> faults = new LinkedHashSet<>();
    MatrixCell.FAULTS.stream()
        .filter(f -> planned.stream().anyMatch(run -> run.cell().fault().equals(f)))
        .forEach(faults::add);
    planned.forEach(run -> faults.add(run.cell().fault()));
    Set<List<String>> configurations = new LinkedHashSet<>();
    planned.forEach(run -> configurations.add(List.of(run.cell().topology(), run.cell().flush())));
    List<MatrixReport.Row> rows = new ArrayList<>();
    for (List<String> configuration : configurations) {
      List<Cell> cells = new ArrayList<>();
      for (String fault : faults) {
        MatrixCell cell = new MatrixCell(configuration.get(0), configuration.get(1), fault);
        long runs = planned.stream().filter(run -> run.cell().equals(cell)).count();
        cells.add(cell(runs, entries.getOrDefault(cell, List.of())));
      }
      rows.add(new MatrixReport.Row(configuration.get(0), configuration.get(1), cells));
    }
    return new MatrixReport(
        plan.system(),
        "ordeal matrix --system " + plan.system(),
        startedAt,
        seconds,
        List.copyOf(faults),
        rows);
  }

  private static Cell cell(long planned, List<MatrixEntry> entries) {
    long missing = planned - entries.size();
    List<MatrixEntry> ran = entries.stream().filter(e -> e.verdict() != null).toList();
    List<MatrixEntry> conclusive =
        ran.stream().filter(e -> e.verdict() != Verdict.UNKNOWN).toList();
    int inconclusive = ran.size() - conclusive.size();
    boolean keeps = !ran.isEmpty() && ran.stream().allMatch(MatrixEntry::keeps);
    // A system that does not come back has lost what it acknowledged, whoever could count it.
    int losing = (int) conclusive.stream().filter(e -> e.lost() > 0 || e.unrecovered() > 0).count();
    Outcome outcome;
    String note = "";
    List<MatrixEntry> failed = ran.stream().filter(e -> e.verdict() == Verdict.FAIL).toList();
    if (!failed.isEmpty()) {
      outcome = Outcome.BROKEN;
      note = "Seed %d: %s".formatted(failed.getFirst().seed(), failed.getFirst().reason());
    } else if (missing > 0) {
      outcome = Outcome.INCONCLUSIVE;
      note = "%d of %d planned runs have not been carried out.".formatted(missing, planned);
    } else if (ran.isEmpty()) {
      outcome = Outcome.SKIPPED;
      note = entries.isEmpty() ? "Not of this share." : entries.getFirst().reason();
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
    return switch (report.verdict()) {
      case PASS -> ExitCode.PASS;
      case FAIL -> ExitCode.BROKEN;
      case UNKNOWN -> ExitCode.INCONCLUSIVE;
    };
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
      xml.writeAttribute("message", JunitXml.clean(cell.note()));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }
}
