package org.ordeal.runner.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.history.Results;
import org.ordeal.history.Schedule;
import org.ordeal.history.Verdict;
import org.ordeal.runner.ImpossibleException;
import org.ordeal.runner.Interruption;
import org.ordeal.runner.Progress;
import org.ordeal.runner.Run;
import org.ordeal.runner.RunOutcome;
import org.ordeal.runner.RunPlan;
import org.ordeal.runner.RunRequest;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Topology;
import org.ordeal.runner.matrix.Matrix;
import org.ordeal.runner.matrix.MatrixCell;
import org.ordeal.runner.matrix.MatrixEntry;
import org.ordeal.runner.matrix.MatrixPlan;
import org.ordeal.runner.plan.FaultCatalogue;
import org.ordeal.runner.plan.FaultRequest;
import org.ordeal.runner.plan.HeldBack;
import org.ordeal.runner.plan.StrikesApart;
import org.ordeal.workloads.Workloads;

/**
 * What all runs of a matrix have in common, and how one of them is carried out.
 *
 * @param rate operations a second; null for the workload's own
 * @param directory the matrix's
 */
record MatrixTrials(
    String workload,
    String system,
    Duration time,
    @Nullable Integer rate,
    Duration recovery,
    String runtime,
    Path directory,
    FaultCatalogue catalogue,
    ClusterRuntime clusters) {

  /**
   * A line that is equal for matrices whose runs may be summed up together.
   *
   * @param harness digest of what measures: what an older build of it saw is no evidence of this
   *     one
   */
  String configuration(SystemUnderTest sut, String harness) {
    return "%s (sha256 %.16s), %s, load %s, rate %s, recovery %s, %s runtime, ordeal %s (sha256 %.16s), Java %d"
        .formatted(
            sut.name(),
            sut.digest(),
            workload,
            time,
            rate == null ? "of the workload" : rate,
            recovery,
            runtime,
            Version.ordeal(),
            harness,
            Runtime.version().feature());
  }

  /**
   * Carries out runs of a matrix; one that cannot be gives an entry without a verdict. Once it was
   * asked to stop none is begun, and one that had come to a verdict by then keeps it.
   */
  Matrix.Trial of(SystemUnderTest sut, MatrixPlan matrix, Interruption interruption) {
    return of(
        sut,
        matrix,
        interruption,
        plan -> Run.of(plan, clusters, sut, Progress.silent(), interruption).execute());
  }

  /** The same, with the runs carried out by somebody else. */
  Matrix.Trial of(
      SystemUnderTest sut,
      MatrixPlan matrix,
      Interruption interruption,
      Function<RunPlan, RunOutcome> runs) {
    return (cell, seed) -> {
      if (interruption.asked()) {
        throw stopped();
      }
      RunPlan plan;
      try {
        plan = plan(cell, seed);
        plan.check(sut);
      } catch (ImpossibleException leftOut) {
        return new MatrixEntry(
            matrix.system(),
            matrix.configuration(),
            cell,
            seed,
            false,
            null,
            String.valueOf(leftOut.getMessage()),
            0,
            0,
            0,
            null);
      }
      RunOutcome outcome = runs.apply(plan);
      if (interruption.asked() && outcome.results().verdict() == Verdict.UNKNOWN) {
        throw stopped();
      }
      return entry(matrix, cell, seed, plan, outcome);
    };
  }

  private static InterruptedException stopped() {
    return new InterruptedException("The user asked to stop.");
  }

  /**
   * What a run of a cell does. Strikes that would count as one stand apart, or the cell would be
   * judged by another's promise; and a group that agrees by majorities shows what its disks have
   * lost only if others lag.
   */
  RunPlan plan(MatrixCell cell, long seed) {
    RunRequest request = request(cell, seed);
    RunPlan plan = RunPlan.of(request, Workloads.all(), catalogue, clusters);
    Schedule schedule = StrikesApart.of(plan.schedule());
    if (plan.spec().topology() == Topology.DLEDGER) {
      List<String> brokers =
          plan.spec().members(NodeKind.BROKER).stream().map(Member::name).toList();
      schedule = HeldBack.around(schedule, brokers);
    }
    return schedule.equals(plan.schedule())
        ? plan
        : RunPlan.of(request.with(request.seed(), schedule), Workloads.all(), catalogue, clusters);
  }

  private MatrixEntry entry(
      MatrixPlan matrix, MatrixCell cell, long seed, RunPlan plan, RunOutcome outcome) {
    Results results = outcome.results();
    return new MatrixEntry(
        matrix.system(),
        matrix.configuration(),
        cell,
        seed,
        plan.promise().keeps(),
        results.verdict(),
        results.reason(),
        results.acknowledged(),
        results.lost() + results.unreadable(),
        results.unrecovered().size(),
        directory.toAbsolutePath().normalize().relativize(outcome.directory().path()).toString());
  }

  private RunRequest request(MatrixCell cell, long seed) {
    return new RunRequest(
        List.of(
            "ordeal",
            "run",
            workload,
            "--system",
            system,
            "--topology",
            cell.topology(),
            "--flush",
            cell.flush(),
            "--faults",
            String.join(",", cell.words()),
            "--seed",
            Long.toString(seed)),
        workload,
        system,
        cell.topology(),
        cell.flush(),
        null,
        1,
        1,
        FaultRequest.parse(cell.words()),
        null,
        time,
        rate,
        null,
        runtime,
        Map.of(),
        "documented",
        directory.resolve("runs"),
        recovery,
        seed);
  }
}
