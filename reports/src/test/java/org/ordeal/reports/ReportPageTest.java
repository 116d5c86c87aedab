package org.ordeal.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ordeal.history.Verdict;

@Timeout(300)
final class ReportPageTest {
  static final String HOSTILE =
      "</script></title></style><img src=x onerror=alert(1)>\"'`]]>&amp;\u2028\u2029\u202e\u0007{{";

  @TempDir Path scratch;

  @SuppressWarnings("NullAway.Init") // JUnit sets the directory
  ReportPageTest() {}

  private static String page(Path run) throws IOException {
    return Files.readString(ReportWriter.write(run));
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellVerdictAndReasonFirst(Verdict verdict) throws Exception {
    SampleRun sample = SampleRun.of(verdict);
    String page = page(sample.write(scratch.resolve("run")));
    assertThat(page)
        .contains(
            switch (verdict) {
              case PASS -> "The promise held";
              case FAIL -> "A promise was broken";
              case UNKNOWN -> "This run proves nothing";
            })
        .contains(sample.results().reason().replace("'", "&#39;").replace(">", "&gt;"));
  }

  @Test
  void shouldShowRatesLatenciesFaultsRolesOutagesAndAnomalies() throws Exception {
    String page = page(SampleRun.of(Verdict.FAIL).write(scratch.resolve("run")));
    assertThat(page)
        .contains("send per second", "send latency", "Who led when", "leader \u00b7 term 2")
        .contains("Outages per queue", "whole cluster", "class=\"outage\"")
        .contains("Latency by percentile", "during faults", "99.99 %")
        .contains("process 4711 is gone, exit code 137")
        .contains("was acknowledged at offset 1404", "[1404,&quot;m-17-8201&quot;]")
        .contains("class=\"operation failing\"", "Never came back")
        .contains("Just before, one of these was the case", "the log has 43 entries; of the open")
        .doesNotContain("could not be read");
  }

  @Test
  void shouldSayWhenAFaultLeftNoEvidence() throws Exception {
    String page = page(SampleRun.of(Verdict.UNKNOWN).write(scratch.resolve("run")));
    assertThat(page)
        .contains("no evidence")
        .contains("Nothing was observed that shows this fault in force.")
        .contains("span fault unproven");
  }

  @Test
  void shouldNeedNothingFromElsewhere() throws Exception {
    String page = page(SampleRun.of(Verdict.FAIL).write(scratch.resolve("run")));
    assertThat(page).contains("default-src 'none'");
    assertThat(page).doesNotContainPattern(Pattern.compile("(?:src|href)=\"(?!#|data:)"));
    assertThat(page).doesNotContain("http://", "https://", "@import", "url(");
    assertThat(page).doesNotContainPattern(" style=\"").doesNotContainPattern(" on[a-z]+=\"");
  }

  @ParameterizedTest
  @EnumSource
  void shouldEscapeHostileStringsWhereverTheyStand(Verdict verdict) throws Exception {
    SampleRun sample = new SampleRun(verdict, 20, 60, HOSTILE);
    String page = page(sample.write(scratch.resolve("run")));
    assertThat(page).doesNotContain("<img", "\u2028", "\u2029", "\u202e", "\u0007");
    assertThat(page).contains("&lt;img src=x onerror=alert(1)&gt;");
    assertThat(Pattern.compile("<script").matcher(page).results().count()).isEqualTo(2);
    assertThat(Pattern.compile("</script").matcher(page).results().count()).isEqualTo(2);
    assertThat(Pattern.compile("</style").matcher(page).results().count()).isEqualTo(1);
  }

  @Test
  void shouldStaySmallForALongHistory() throws Exception {
    // 300 000 operations are 600 000 events; nothing on the page grows with them.
    Path run = new SampleRun(Verdict.FAIL, 5_000, 60, "").write(scratch.resolve("run"));
    assertThat(page(run).length()).isLessThan(300_000);
  }

  @Test
  void shouldReportWhatIsKnownOfARunThatWasCutShort() throws Exception {
    Path run = SampleRun.of(Verdict.UNKNOWN).write(scratch.resolve("run"));
    Files.delete(run.resolve("latency.hlog"));
    Files.delete(run.resolve("history.jsonl"));
    assertThat(page(run)).contains("This run left no history.");
    Files.writeString(run.resolve("history.jsonl"), "{\"index\":0,\"time\":5,\"pro\nxx\n");
    Files.writeString(run.resolve("latency.hlog"), "rubbish,1,2\n");
    assertThat(page(run)).contains("The history could not be read to its end");
    Files.delete(run.resolve("results.json"));
    assertThatThrownBy(() -> ReportWriter.write(run))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("results.json");
    Files.writeString(run.resolve("results.json"), "{\"verdict\":");
    assertThatThrownBy(() -> ReportWriter.write(run))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("corrupt");
  }

  @Test
  void shouldIndexAStore() throws Exception {
    for (Verdict verdict : Verdict.values()) {
      Path run =
          new SampleRun(verdict, 5, 60, HOSTILE).write(scratch.resolve("store/w x/" + verdict));
      ReportWriter.write(run);
    }
    Files.createDirectories(scratch.resolve("store/w x/cut"));
    Files.writeString(scratch.resolve("store/w x/cut/run.json"), "{}");
    String page = Files.readString(StoreIndex.write(scratch.resolve("store")));
    assertThat(page)
        .contains("4 runs: 1 failed, 1 inconclusive, 1 passed.")
        .contains("no results", "href=\"./w%20x/FAIL/report.html\"")
        .doesNotContain("<img", "\u2028");
  }

  @Test
  void shouldDrawAMatrix() throws Exception {
    String page =
        Files.readString(MatrixPage.write(SampleMatrix.matrix(), scratch.resolve("matrix.html")));
    assertThat(page)
        .contains("Promises were broken", "7 of 10 runs lost", "1 never came back")
        .contains("loss shown", "not shown", "inconclusive", "power-loss:all");
    assertThat(Links.relative("javascript:alert(1)//\"x")).startsWith("./javascript:");
    assertThat(Links.relative("//elsewhere/x")).startsWith("./");
  }
}
