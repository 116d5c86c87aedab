package org.ordeal.reports;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.history.Verdict;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

final class JunitXmlTest {
  @TempDir Path scratch;

  @SuppressWarnings("NullAway.Init") // JUnit sets the directory
  JunitXmlTest() {}

  private Document write(SampleRun sample) throws Exception {
    Path file = JunitXml.write(sample.write(scratch.resolve("run")));
    return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile());
  }

  private static Element first(Document document, String tag) {
    return (Element) document.getElementsByTagName(tag).item(0);
  }

  @Test
  void shouldHaveOneCasePerCheckAndOneForTheRun() throws Exception {
    Document document = write(new SampleRun(Verdict.PASS, 1, 60, ""));
    Element suite = first(document, "testsuite");
    assertThat(suite.getAttribute("tests")).isEqualTo("5");
    assertThat(suite.getAttribute("failures")).isEqualTo("0");
    assertThat(suite.getAttribute("errors")).isEqualTo("0");
    assertThat(suite.getAttribute("name"))
        .isEqualTo("ordeal.durability.rocketmq:5_1_0.dledger-sync");
    assertThat(suite.getAttribute("timestamp")).isEqualTo("2026-11-24T02:14:07");
    assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(5);
  }

  @Test
  void shouldReportABrokenPromiseAsFailure() throws Exception {
    Document document = write(new SampleRun(Verdict.FAIL, 1, 60, ""));
    assertThat(first(document, "testsuite").getAttribute("failures")).isEqualTo("3");
    assertThat(first(document, "failure").getAttribute("message")).contains("3 of 35 241");
    assertThat(first(document, "testsuite").getTextContent())
        .contains("never came back: [n0]")
        .contains("lost at orders-3: m-17-8201 was acknowledged");
  }

  @Test
  void shouldReportWhatProvesNothingAsError() throws Exception {
    Document document = write(new SampleRun(Verdict.UNKNOWN, 1, 60, ""));
    assertThat(first(document, "testsuite").getAttribute("errors")).isEqualTo("2");
    assertThat(first(document, "error").getAttribute("type")).isEqualTo("inconclusive");
    assertThat(first(document, "error").getTextContent()).contains("left no evidence: partition");
  }

  @Test
  void shouldStayWellFormedWhateverItIsTold() throws Exception {
    Document document =
        write(new SampleRun(Verdict.FAIL, 1, 60, ReportPageTest.HOSTILE + "\u0000\ufffe"));
    assertThat(first(document, "failure").getAttribute("message")).contains("onerror=alert(1)");
  }
}
