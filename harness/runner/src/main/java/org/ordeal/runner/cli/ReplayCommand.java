package org.ordeal.runner.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.ordeal.history.Schedule;
import org.ordeal.runner.RunDirectory;
import org.ordeal.runner.RunPlan;
import org.ordeal.runner.RunRequest;
import org.ordeal.runner.StoredRequest;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.plan.FaultCatalogue;
import org.ordeal.runner.plan.ScheduleFile;
import org.ordeal.workloads.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordeal replay}: the executed schedule of a run, once more. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Carries out the executed schedule of a run again: the same system, topology and seed, the",
      "same faults at the same times on the same nodes. The interleaving is not the same."
    },
    footerHeading = "%nExample:%n",
    footer = {"  ordeal replay store/latest"})
final class ReplayCommand implements Callable<Integer> {

  @Parameters(paramLabel = "RUN", description = "A run directory.")
  private Path run;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      defaultValue = "store",
      description = "Where the new run directory goes. Default: ${DEFAULT-VALUE}.")
  private Path store;

  @Option(names = "--dry-run", description = "Print the schedule as JSON and stop.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print results.json to standard output at the end.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    RunDirectory stored = RunDirectory.existing(run);
    Schedule executed = ScheduleFile.read(stored.executed());
    RunRequest request =
        StoredRequest.of(
            stored.info(), executed, List.of("ordeal", "replay", run.toString()), store);
    ClusterRuntime runtime = Runtimes.named(request.runtime());
    RunPlan plan = RunPlan.of(request, Workloads.all(), FaultCatalogue.ofClassPath(), runtime);
    Console console = Console.of(spec, json);
    if (dryRun) {
      console.seed(request.seed());
      console.result(ScheduleFile.text(plan.schedule()).stripTrailing());
      return 0;
    }
    return new Runs(console).run(plan, runtime);
  }
}
