package org.ordeal.runner.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.ordeal.history.Results;
import org.ordeal.history.Schedule;
import org.ordeal.history.Verdict;
import org.ordeal.runner.Documents;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.Interruption;
import org.ordeal.runner.Progress;
import org.ordeal.runner.Run;
import org.ordeal.runner.RunDirectory;
import org.ordeal.runner.RunPlan;
import org.ordeal.runner.StoredRequest;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Systems;
import org.ordeal.runner.plan.FaultCatalogue;
import org.ordeal.runner.plan.ScheduleFile;
import org.ordeal.runner.shrink.Shrinker;
import org.ordeal.workloads.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordeal shrink}: the smallest schedule that still fails as a run did. */
@Command(
    name = "shrink",
    mixinStandardHelpOptions = true,
    description = {
      "Finds the smallest schedule that still fails as a run did, by running it again with fewer and",
      "shorter faults, and writes it to shrunk.json in the run's directory.",
      "Exit code: 0 a schedule was found; 2 the failure did not show again."
    },
    footerHeading = "%nExample:%n",
    footer = {"  ordeal shrink store/latest --tries 3"})
final class ShrinkCommand implements Callable<Integer> {

  @Parameters(paramLabel = "RUN", description = "A run directory whose verdict is fail.")
  private Path run;

  @Option(
      names = "--tries",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How often a schedule is run before it counts as one that passes. Default: ${DEFAULT-VALUE}.")
  private int tries;

  @Option(
      names = "--max-runs",
      paramLabel = "N",
      defaultValue = "60",
      description = "Bound on the number of runs. Default: ${DEFAULT-VALUE}.")
  private int maxRuns;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      defaultValue = "store",
      description = "Where the run directories go. Default: ${DEFAULT-VALUE}.")
  private Path store;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (tries < 1 || maxRuns < 1) {
      throw new UsageException("--tries and --max-runs must be at least 1.");
    }
    RunDirectory stored = RunDirectory.existing(run);
    Results failed = stored.readResults();
    if (failed.verdict() != Verdict.FAIL) {
      throw new UsageException(
          "%s did not fail (its verdict is %s), so there is nothing to shrink."
              .formatted(run, failed.verdict().name().toLowerCase(java.util.Locale.ROOT)));
    }
    Schedule executed = ScheduleFile.read(stored.executed());
    Set<String> kind = kind(failed);
    Console console = Console.of(spec, false);
    console.seed(executed.seed());
    ClusterRuntime runtime = Runtimes.named(stored.info().runtime());
    SystemUnderTest system = Systems.resolve(stored.info().system(), console::say);
    return new Runs(console)
        .interruptible(
            interruption -> {
              Shrinker shrinker =
                  new Shrinker(
                      schedule -> {
                        RunPlan plan =
                            RunPlan.of(
                                StoredRequest.of(
                                    stored.info(),
                                    schedule,
                                    List.of("ordeal", "shrink", run.toString()),
                                    store),
                                Workloads.all(),
                                FaultCatalogue.ofClassPath(),
                                runtime);
                        Results results =
                            Run.of(plan, runtime, system, Progress.silent(), interruption)
                                .execute()
                                .results();
                        stopIfAsked(interruption);
                        return kind(results).stream().anyMatch(kind::contains);
                      },
                      tries,
                      maxRuns,
                      console::say);
              return shrink(shrinker, stored, executed, console);
            })
        .number();
  }

  private static void stopIfAsked(Interruption interruption) throws InterruptedException {
    if (interruption.asked()) {
      throw new InterruptedException("The user asked to stop.");
    }
  }

  private static ExitCode shrink(
      Shrinker shrinker, RunDirectory stored, Schedule executed, Console console) {
    Shrinker.Outcome outcome;
    try {
      outcome = shrinker.shrink(executed);
    } catch (InterruptedException asked) {
      console.say("Shrinking was ended before it was through.");
      return ExitCode.INCONCLUSIVE;
    }
    if (!outcome.reproduced()) {
      console.result(
          "The failure did not show again in %d runs of the whole schedule; try more --tries."
              .formatted(outcome.runs()));
      return ExitCode.INCONCLUSIVE;
    }
    Path file = stored.file("shrunk.json");
    try {
      Documents.write(file, outcome.schedule());
    } catch (IOException unwritable) {
      console.say("%s cannot be written: %s.".formatted(file, unwritable.getMessage()));
    }
    console.result(
        "%d of %d faults are enough (%d runs); %d of %d repeats failed. %s"
            .formatted(
                outcome.schedule().faults().size(),
                executed.faults().size(),
                outcome.runs(),
                outcome.confirmations(),
                outcome.repeats(),
                file));
    return ExitCode.PASS;
  }

  /** What kind of failure it is: the checks that failed, and {@code unrecovered}. */
  private static Set<String> kind(Results results) {
    Set<String> kind = new TreeSet<>();
    results
        .checks()
        .forEach(
            (name, check) -> {
              if (check.verdict() == Verdict.FAIL) {
                kind.add(name);
              }
            });
    if (!results.unrecovered().isEmpty()) {
      kind.add("unrecovered");
    }
    return kind;
  }
}
