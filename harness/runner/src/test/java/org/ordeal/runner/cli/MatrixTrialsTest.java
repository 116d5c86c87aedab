package org.ordeal.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.Member;
import org.ordeal.history.Results;
import org.ordeal.history.Verdict;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.Interruption;
import org.ordeal.runner.RunDirectory;
import org.ordeal.runner.RunOutcome;
import org.ordeal.runner.RunPlan;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.matrix.Matrix;
import org.ordeal.runner.matrix.MatrixCell;
import org.ordeal.runner.matrix.MatrixDirectory;
import org.ordeal.runner.matrix.MatrixEntry;
import org.ordeal.runner.matrix.MatrixPlan;
import org.ordeal.runner.matrix.MatrixRun;
import org.ordeal.runner.plan.FaultCatalogue;

class MatrixTrialsTest {

  private static final MatrixCell KILL = new MatrixCell("single", "sync", "kill:all");

  @TempDir private Path directory;

  @Test
  void shouldMeasureAgainWhatAnotherBuildOfTheHarnessMeasured() throws Exception {
    List<String> harnesses = List.of("a".repeat(64), "b".repeat(64), "a".repeat(64));
    List<String> ran = new ArrayList<>();
    for (String harness : harnesses) {
      MatrixPlan plan = plan(trials().configuration(new NoSystem(), harness), 1, 2);
      Matrix.Trial trial =
          (cell, seed) -> {
            ran.add(harness.charAt(0) + " " + seed);
            return entry(plan, cell, seed);
          };
      new Matrix(new MatrixDirectory(directory), trial, line -> {}).run(plan, 1);
    }
    assertThat(ran).containsExactly("a 1", "a 2", "b 1", "b 2");
  }

  @Test
  void shouldKeepTheVerdictOfARunThatWasThroughWhenItWasAskedToStop() {
    for (Verdict verdict : Verdict.values()) {
      MatrixPlan plan = plan("of " + verdict, 1, 2);
      Interruption interruption = new Interruption();
      List<Long> ran = new ArrayList<>();
      Function<RunPlan, RunOutcome> runs =
          run -> {
            ran.add(run.request().seed());
            interruption.stop();
            return new RunOutcome(
                new RunDirectory(directory.resolve("runs/x")),
                results(verdict),
                ExitCode.of(verdict));
          };
      MatrixDirectory matrix = new MatrixDirectory(directory);
      Matrix.Trial trial = trials().of(new NoSystem(), plan, interruption, runs);
      assertThatThrownBy(() -> new Matrix(matrix, trial, line -> {}).run(plan, 1))
          .isInstanceOf(InterruptedException.class);
      assertThat(ran).containsExactly(1L);
      assertThat(matrix.runs()).hasSize(verdict == Verdict.UNKNOWN ? 0 : 1);
    }
  }

  private static Results results(Verdict verdict) {
    return new Results(
        verdict,
        ExitCode.of(verdict).number(),
        "because",
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        Map.of(),
        List.of());
  }

  private static MatrixEntry entry(MatrixPlan plan, MatrixCell cell, long seed) {
    return new MatrixEntry(
        plan.system(),
        plan.configuration(),
        cell,
        seed,
        true,
        Verdict.PASS,
        "because",
        100,
        0,
        0,
        "runs/x");
  }

  private static MatrixPlan plan(String configuration, long... seeds) {
    List<MatrixRun> runs = new ArrayList<>();
    for (long seed : seeds) {
      runs.add(new MatrixRun(KILL, seed));
    }
    return new MatrixPlan("none", configuration, runs, 1, 1);
  }

  private MatrixTrials trials() {
    return new MatrixTrials(
        "durability",
        "reference",
        Duration.ofSeconds(30),
        null,
        Duration.ofSeconds(60),
        "process",
        directory,
        FaultCatalogue.ofClassPath(),
        Runtimes.named("process"));
  }

  /** A system that refuses nothing and is never started. */
  private static final class NoSystem implements SystemUnderTest {
    @Override
    public String name() {
      return "none";
    }

    @Override
    public String digest() {
      return "0".repeat(64);
    }

    @Override
    public Optional<String> refusal(ClusterSpec spec) {
      return Optional.empty();
    }

    @Override
    public List<Port> ports(ClusterSpec spec, Member node) {
      return List.of();
    }

    @Override
    public NodeProgram program(ClusterSpec spec, Member node, Addresses addresses) {
      throw new UnsupportedOperationException();
    }
  }
}
