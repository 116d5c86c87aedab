package org.ordeal.reports;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;
import org.ordeal.history.Verdict;

/**
 * {@code junit.xml}: what a run found, as build servers read it.
 *
 * <p>One test case per check, and one named {@code verdict} for the run as a whole, which also
 * stands for what no check says (a fault without evidence, a node that never came back). A broken
 * promise is a {@code failure}; what was inconclusive is an {@code error}, so that no build server
 * takes it for a pass. Stateless.
 */
public final class JunitXml {
  private static final int MOST_ANOMALIES = 20;

  private JunitXml() {}

  /**
   * Writes {@code junit.xml} into a run directory.
   *
   * @return the file
   * @throws IOException if the run's documents cannot be read or the file cannot be written
   */
  public static Path write(Path runDirectory) throws IOException {
    RunFiles run = RunFiles.read(runDirectory);
    return AtomicFile.write(
        runDirectory.resolve("junit.xml"), out -> write(run.info(), run.results(), out));
  }

  /** Writes the same for documents that are at hand. */
  public static void write(RunInfo info, Results results, Writer out) throws IOException {
    try {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      suite(xml, info, results);
      xml.writeEndDocument();
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IOException("cannot write junit.xml: " + e.getMessage(), e);
    }
  }

  private static void suite(XMLStreamWriter xml, RunInfo info, Results results)
      throws XMLStreamException {
    List<CheckResult> checks = new ArrayList<>(new TreeMap<>(results.checks()).values());
    long failures = checks.stream().filter(check -> check.verdict() == Verdict.FAIL).count();
    long errors = checks.stream().filter(check -> check.verdict() == Verdict.UNKNOWN).count();
    failures += results.verdict() == Verdict.FAIL ? 1 : 0;
    errors += results.verdict() == Verdict.UNKNOWN ? 1 : 0;
    double seconds = checks.stream().mapToDouble(CheckResult::seconds).sum();
    String name =
        "ordeal."
            + dotless(info.workload())
            + "."
            + dotless(info.system())
            + "."
            + dotless(info.topology())
            + "-"
            + dotless(info.flush());
    xml.writeStartElement("testsuites");
    xml.writeStartElement("testsuite");
    attribute(xml, "name", name);
    attribute(xml, "tests", String.valueOf(checks.size() + 1));
    attribute(xml, "failures", String.valueOf(failures));
    attribute(xml, "errors", String.valueOf(errors));
    attribute(xml, "skipped", "0");
    attribute(xml, "time", seconds(seconds));
    attribute(xml, "timestamp", timestamp(info.startedAt()));
    properties(xml, info);
    testCase(xml, name, "verdict", 0, results.verdict(), results.reason(), runDetails(results));
    for (CheckResult check : checks) {
      testCase(
          xml,
          name,
          check.check(),
          check.seconds(),
          check.verdict(),
          check.reason(),
          anomalies(check));
    }
    xml.writeEndElement();
    xml.writeEndElement();
  }

  private static void properties(XMLStreamWriter xml, RunInfo info) throws XMLStreamException {
    xml.writeStartElement("properties");
    property(xml, "command", String.join(" ", info.command()));
    property(xml, "seed", String.valueOf(info.seed()));
    property(xml, "system", info.system());
    property(xml, "systemDigest", info.systemDigest());
    property(xml, "topology", info.topology());
    property(xml, "flush", info.flush());
    property(xml, "runtime", info.runtime());
    property(xml, "promise", info.promise());
    property(xml, "ordealVersion", info.ordealVersion());
    xml.writeEndElement();
  }

  private static void property(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeEmptyElement("property");
    attribute(xml, "name", name);
    attribute(xml, "value", value);
  }

  private static void testCase(
      XMLStreamWriter xml,
      String suite,
      String name,
      double seconds,
      Verdict verdict,
      String reason,
      String details)
      throws XMLStreamException {
    xml.writeStartElement("testcase");
    attribute(xml, "classname", suite);
    attribute(xml, "name", name);
    attribute(xml, "time", seconds(seconds));
    if (verdict != Verdict.PASS) {
      boolean broken = verdict == Verdict.FAIL;
      xml.writeStartElement(broken ? "failure" : "error");
      attribute(xml, "message", reason);
      attribute(xml, "type", broken ? "broken-promise" : "inconclusive");
      xml.writeCharacters(clean(reason + "\n" + details));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static String runDetails(Results results) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "attempted %d, acknowledged %d, lost %d, unreadable %d, duplicated %d,"
                + " unexpected %d, divergent %d%n",
            results.attempted(),
            results.acknowledged(),
            results.lost(),
            results.unreadable(),
            results.duplicated(),
            results.unexpected(),
            results.divergent()));
    if (!results.unrecovered().isEmpty()) {
      text.append("never came back: ").append(results.unrecovered()).append('\n');
    }
    for (FaultRecord fault : results.faults()) {
      text.append(fault.took() ? "took: " : "left no evidence: ");
      text.append(fault.fault()).append(':').append(fault.target());
      text.append(" on ").append(fault.nodes()).append('\n');
    }
    return text.toString();
  }

  private static String anomalies(CheckResult check) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(check.counts())
        .forEach((name, count) -> text.append(name).append(": ").append(count).append('\n'));
    List<Anomaly> anomalies = check.anomalies();
    for (Anomaly anomaly : anomalies.subList(0, Math.min(MOST_ANOMALIES, anomalies.size()))) {
      text.append(anomaly.name());
      if (anomaly.key() != null) {
        text.append(" at ").append(anomaly.key());
      }
      text.append(": ").append(anomaly.summary()).append('\n');
    }
    if (anomalies.size() > MOST_ANOMALIES) {
      text.append("and ").append(anomalies.size() - MOST_ANOMALIES).append(" more\n");
    }
    return text.toString();
  }

  private static void attribute(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeAttribute(name, clean(value));
  }

  /** Dots divide packages in a build server's tree. */
  private static String dotless(String text) {
    return text.replace('.', '_');
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }

  /** ISO 8601 without a zone, which is all that the format's readers agree on. */
  private static String timestamp(String startedAt) {
    int dot = startedAt.indexOf('.');
    String text = dot > 0 ? startedAt.substring(0, dot) : startedAt;
    return text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
  }

  /** XML 1.0 has no way to write most control characters, not even escaped. */
  public static String clean(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(
            c ->
                c == '\t'
                        || c == '\n'
                        || c == '\r'
                        || (c >= 0x20 && c <= 0xd7ff)
                        || (c >= 0xe000 && c <= 0xfffd)
                        || c >= 0x10000
                    ? c
                    : 0xfffd)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  /** Whether a file is there: for those who only want to link to it. */
  static boolean exists(Path runDirectory) {
    return Files.isRegularFile(runDirectory.resolve("junit.xml"));
  }
}
