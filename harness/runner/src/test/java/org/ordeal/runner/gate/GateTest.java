package org.ordeal.runner.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;
import org.ordeal.history.Unavailability;
import org.ordeal.history.Verdict;
import org.ordeal.runner.RunDirectory;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.matrix.Matrix;
import org.ordeal.runner.matrix.MatrixCell;
import org.ordeal.runner.matrix.MatrixDirectory;
import org.ordeal.runner.matrix.MatrixEntry;
import org.ordeal.runner.matrix.MatrixPlan;
import org.ordeal.runner.matrix.MatrixRun;

class GateTest {
  private static final String POLICY =
      """
      name: test
      promises:
        - workload: durability
          topology: dledger
          flush: sync
          faults: [kill]
          runs: 2
          seeds: 2
          acknowledged: 1000
          unavailability: 5s
      controls:
        - topology: single
          flush: async
          faults: [power-loss]
          lost: 1
      """;

  @TempDir Path directory;
  private Path store = Path.of("store");
  private int written;
  private String require = "keeps";

  @BeforeEach
  void writeAPassingStore() throws IOException {
    store = Files.createDirectory(directory.resolve("store"));
    run("dledger", "sync", 1, Verdict.PASS, 600, 0, "kill", true, 900);
    run("dledger", "sync", 2, Verdict.PASS, 600, 0, "kill", true, 900);
    run("single", "async", 3, Verdict.PASS, 600, 7, "power-loss", true, 900);
  }

  @Test
  void shouldOpenWhenEveryDemandIsShown() throws IOException {
    Gate.Decision decision = decide(POLICY);

    assertThat(decision.open()).isTrue();
    assertThat(decision.runs()).isEqualTo(3);
    assertThat(decision.findings()).allMatch(Gate.Finding::held);
  }

  @Test
  void shouldCloseOnABrokenPromiseAndNameTheRunAndTheLine() throws IOException {
    Path broken = run("dledger", "sync", 4, Verdict.FAIL, 600, 3, "kill", true, 900);

    assertThat(refusals(POLICY))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.line()).isEqualTo(3);
              assertThat(finding.run()).isEqualTo(broken.toRealPath().toString());
              assertThat(finding.sentence()).contains("broken");
            });
  }

  @Test
  void shouldCloseOnAnInconclusiveRun() throws IOException {
    run("dledger", "sync", 4, Verdict.UNKNOWN, 600, 0, "kill", true, 900);

    assertThat(refusals(POLICY))
        .singleElement()
        .satisfies(f -> assertThat(f.sentence()).contains("inconclusive"));
  }

  /** A run that proved nothing and was done again stays on disk, and counts no more. */
  @Test
  void shouldWeighOfAMatrixOnlyTheRunsThatCount() throws IOException {
    run("dledger", "sync", 4, Verdict.UNKNOWN, 600, 0, "kill", true, 900);
    List<Path> counting;
    try (Stream<Path> runs = Files.list(store)) {
      counting = runs.filter(run -> !verdict(run).equals(Verdict.UNKNOWN)).toList();
    }
    MatrixDirectory matrix = new MatrixDirectory(store);
    List<MatrixRun> planned = new ArrayList<>();
    MatrixCell cell = new MatrixCell("dledger", "sync", "kill");
    for (int seed = 0; seed < counting.size(); seed++) {
      planned.add(new MatrixRun(cell, seed));
    }
    MatrixPlan plan = new MatrixPlan("reference", "same", planned, 1, 1);
    try {
      new Matrix(matrix, (of, seed) -> entry(of, seed, counting.get((int) seed)), line -> {})
          .run(plan, 1);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }

    assertThat(decide(POLICY).open()).isTrue();
    Files.delete(store.resolve("plan.json"));
    assertThat(decide(POLICY).open()).as("as runs that nobody has chosen from").isFalse();
  }

  private MatrixEntry entry(MatrixCell cell, long seed, Path run) {
    String path = store.relativize(run).toString();
    return new MatrixEntry(
        "reference", "same", cell, seed, true, Verdict.PASS, "", 600, 0, 0, path);
  }

  private static Verdict verdict(Path run) {
    return RunDirectory.existing(run).readResults().verdict();
  }

  @Test
  void shouldCloseOnABrokenPromiseThatNoLineAsksFor() throws IOException {
    run("sync-master", "sync", 4, Verdict.FAIL, 600, 3, "pause", true, 900);

    assertThat(refusals(POLICY)).singleElement().satisfies(f -> assertThat(f.line()).isZero());
  }

  @Test
  void shouldCloseOnAControlThatBrokeWhatIsPromisedOfIt() throws IOException {
    require = "documented";
    Path broken = run("single", "async", 4, Verdict.FAIL, 600, 3, "power-loss", true, 900);

    assertThat(refusals(POLICY))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.run()).isEqualTo(broken.toRealPath().toString());
              assertThat(finding.sentence()).contains("broken");
            });
  }

  @Test
  void shouldTakeAControlThatFailsOnlyBecauseMoreWasAskedThanIsPromised() throws IOException {
    run("single", "async", 4, Verdict.FAIL, 600, 3, "power-loss", true, 900);

    assertThat(decide(POLICY).open()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "runs: 2,            runs: 3,            7, '2 of at least 3 passing runs'",
    "seeds: 2,           seeds: 9,           8, '2 of at least 9 different seeds'",
    "acknowledged: 1000, acknowledged: 9000, 9, '1200 of at least 9000'",
    "unavailability: 5s, unavailability: 800ms, 10, '900 ms, the limit 800 ms'",
    "lost: 1,            lost: 8,           15, 'not shown: 7 of at least 8'",
    "faults: [kill],     faults: [pause],    7, '0 of at least 2 passing runs'",
  })
  void shouldNameTheLineThatIsNotMet(String from, String to, int line, String sentence)
      throws IOException {
    assertThat(refusals(POLICY.replace(from, to)))
        .anySatisfy(
            finding -> {
              assertThat(finding.line()).isEqualTo(line);
              assertThat(finding.sentence()).contains(sentence);
            });
  }

  @Test
  void shouldCloseWhenAFaultLeftNoEvidence() throws IOException {
    run("dledger", "sync", 4, Verdict.PASS, 600, 0, "kill", false, 900);

    assertThat(refusals(POLICY))
        .singleElement()
        .satisfies(finding -> assertThat(finding.sentence()).contains("no evidence"));
  }

  @Test
  void shouldHoldLatencyAgainstALimitAndAgainstABaseline() throws IOException {
    Path baseline = Files.createDirectory(store.resolveSibling("baseline"));
    Path first = run("dledger", "sync", 9, Verdict.PASS, 600, 0, "kill", true, 900);
    Files.move(first, baseline.resolve("run"));
    latency(baseline.resolve("run"), 10);
    for (int i = 0; i < 3; i++) {
      latency(store.resolve("run" + i), 40);
    }

    assertThat(refusals(POLICY.replace("5s", "5s\n    p99: 50ms"))).isEmpty();
    assertThat(refusals(POLICY.replace("5s", "5s\n    p99: 30ms"))).hasSize(2);
    assertThat(refusalsAgainst(baseline, POLICY.replace("5s", "5s\n    p99Factor: 5"))).isEmpty();
    assertThat(refusalsAgainst(baseline, POLICY.replace("5s", "5s\n    p99Factor: 1.5")))
        .hasSize(2);
    assertThat(refusals(POLICY.replace("5s", "5s\n    p99Factor: 1.5")))
        .singleElement()
        .satisfies(finding -> assertThat(finding.sentence()).contains("no baseline"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|empty",
        "'promises: []'|asks for no promise",
        "'promises: {'|:1: no YAML",
        "'promises:\n  - topologie: x'|:2: a demand has no 'topologie'. Did you mean topology?",
        "'promises:\n  - runs: many'|:2: a whole number",
        "'promises:\n  - runs: 0'|:2: a number above 0",
        "'promises:\n  - unavailability: 5'|:2: a time such as",
        "'promises: 5'|:1: a list is expected",
      })
  void shouldTellTheLineOfAMistakeInThePolicy(String policy, String message) {
    assertThatThrownBy(() -> PolicyReader.parse("policy.yaml", policy))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseAStoreWithoutRuns() throws IOException {
    Path empty = Files.createDirectory(store.resolveSibling("empty"));
    Path policy = Files.writeString(store.resolveSibling("p.yaml"), POLICY);

    assertThatThrownBy(() -> new Gate().decide(policy, List.of(empty), List.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no run");
  }

  private Gate.Decision decide(String policy) throws IOException {
    Path file = Files.writeString(store.resolveSibling("policy.yaml"), policy);
    return new Gate().decide(file, List.of(store), List.of());
  }

  private List<Gate.Finding> refusals(String policy) throws IOException {
    return decide(policy).findings().stream().filter(finding -> !finding.held()).toList();
  }

  private List<Gate.Finding> refusalsAgainst(Path baseline, String policy) throws IOException {
    Path file = Files.writeString(store.resolveSibling("policy.yaml"), policy);
    return new Gate()
        .decide(file, List.of(store), List.of(baseline)).findings().stream()
            .filter(finding -> !finding.held())
            .toList();
  }

  private Path run(
      String topology,
      String flush,
      long seed,
      Verdict verdict,
      long acknowledged,
      long lost,
      String fault,
      boolean took,
      double unavailable)
      throws IOException {
    Path run = Files.createDirectories(store.resolve("run" + written++));
    ObjectMapper json = new ObjectMapper();
    json.writeValue(
        run.resolve("run.json").toFile(),
        new RunInfo(
            List.of("ordeal", "run"),
            "1",
            "25",
            "durability",
            "reference",
            "",
            topology,
            flush,
            "process",
            seed,
            "keeps",
            "2026-01-01T00:00:00Z",
            Map.of(),
            Map.of("require", require)));
    List<FaultRecord> faults = new ArrayList<>();
    faults.add(new FaultRecord(fault, "one", List.of("n0"), Map.of(), 1, 2L, took, List.of()));
    json.writeValue(
        run.resolve("results.json").toFile(),
        new Results(
            verdict,
            verdict.exitCode(),
            "because",
            acknowledged,
            acknowledged,
            0,
            0,
            0,
            lost,
            0,
            0,
            0,
            0,
            0,
            List.of(),
            List.of(new Unavailability("*", unavailable, unavailable, List.of())),
            Map.of(),
            faults));
    return run;
  }

  private static void latency(Path run, long millis) throws IOException {
    Histogram histogram = new Histogram(3);
    histogram.setTag("send-during");
    histogram.setStartTimeStamp(0);
    histogram.setEndTimeStamp(1);
    histogram.recordValueWithCount(millis * 1_000_000, 100);
    try (PrintStream out =
        new PrintStream(
            run.resolve("latency.hlog").toFile(), java.nio.charset.StandardCharsets.UTF_8)) {
      HistogramLogWriter writer = new HistogramLogWriter(out);
      writer.outputIntervalHistogram(histogram);
    }
  }
}
