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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ordeal.faults.Member;
import org.ordeal.history.Results;
import org.ordeal.history.Schedule;
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
            return new RunOutcome(run(directory), results(verdict), ExitCode.of(verdict));
          };
      MatrixDirectory matrix = new MatrixDirectory(directory);
      Matrix.Trial trial = trials().of(new NoSystem(), plan, interruption, runs);
      assertThatThrownBy(() -> new Matrix(matrix, trial, line -> {}).run(plan, 1))
          .isInstanceOf(InterruptedException.class);
      assertThat(ran).containsExactly(1L);
      assertThat(matrix.runs()).hasSize(verdict == Verdict.UNKNOWN ? 0 : 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sync-master, async, power-loss:one,      true",
    "sync-master, async, power-loss:all,      false",
    "sync-master, async, disk-error,          true",
    "dledger,     sync,  power-loss:one,      true",
    "dledger,     async, power-loss:one,      false",
    "async-master, sync, power-loss:majority, true",
  })
  void shouldJudgeACellByItsOwnPromiseHoweverLongTheLoad(
      String topology, String flush, String fault, boolean keeps) {
    MatrixCell cell = new MatrixCell(topology, flush, fault);
    for (long seconds = 12; seconds <= 240; seconds *= 2) {
      for (long seed = 1; seed <= 5; seed++) {
        RunPlan plan = trials(Duration.ofSeconds(seconds)).plan(cell, seed);
        assertThat(plan.promise().keeps())
            .as("%d s, seed %d: %s", seconds, seed, plan.schedule())
            .isEqualTo(keeps);
      }
    }
  }

  @Test
  void shouldHoldTheOthersOfAGroupBackAndOfNoOtherTopology() {
    assertThat(faults("dledger", "power-loss:one")).contains("partition", "pause", "power-loss");
    assertThat(faults("dledger", "power-loss:all")).containsOnly("power-loss");
    assertThat(faults("sync-master", "power-loss:one")).containsOnly("power-loss");
  }

  private List<String> faults(String topology, String fault) {
    MatrixCell cell = new MatrixCell(topology, "sync", fault);
    return trials().plan(cell, 1).schedule().faults().stream().map(Schedule.Entry::fault).toList();
  }

  @ParameterizedTest
  @CsvSource({"sync,true", "async,false"})
  void shouldEnterWhatARunLostByWhateverNameAndWhatIsPromised(String flush, boolean keeps)
      throws Exception {
    MatrixCell cell = new MatrixCell("single", flush, "power-loss:all");
    Results lossy =
        new Results(
            Verdict.FAIL,
            1,
            "because",
            30,
            20,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            List.of("n0", "g0"),
            List.of(),
            Map.of(),
            List.of());
    MatrixPlan plan = plan("of one", 1);
    Matrix.Trial trial =
        trials()
            .of(
                new NoSystem(),
                plan,
                new Interruption(),
                run -> new RunOutcome(run(directory), lossy, ExitCode.BROKEN));
    assertThat(trial.run(cell, 7))
        .isEqualTo(
            new MatrixEntry(
                "none",
                "of one",
                cell,
                7,
                keeps,
                Verdict.FAIL,
                "because",
                20,
                lossy.lost() + lossy.unreadable(),
                2,
                "runs/x"));
    assertThat(lossy.lost()).isPositive();
    assertThat(lossy.unreadable()).isPositive().isNotEqualTo(lossy.lost());
  }

  private static RunDirectory run(Path directory) {
    return new RunDirectory(directory.resolve("runs/x"));
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
    return trials(Duration.ofSeconds(30));
  }

  private MatrixTrials trials(Duration time) {
    return new MatrixTrials(
        "durability",
        "reference",
        time,
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
