package org.ordeal.runner.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.RunPlan;
import org.ordeal.runner.RunRequest;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.cluster.Systems;
import org.ordeal.runner.plan.FaultCatalogue;
import org.ordeal.runner.plan.ScheduleFile;
import org.ordeal.workloads.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordeal run}: one workload on one cluster under faults, to a verdict. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs a workload on a cluster under faults and says whether its promises held.",
    footerHeading = "%nExample:%n",
    footer = {
      "  ordeal run durability --topology dledger --flush sync --faults kill,partition --time 60s --seed 1",
      "",
      "The same seed gives the same schedule and inputs, not the same interleaving."
    })
final class RunCommand implements Callable<Integer> {

  @Parameters(paramLabel = "WORKLOAD", description = "See 'ordeal list workloads'.")
  private String workload;

  @Mixin private RunOptions options;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the plan and the inputs. Default: drawn, and printed first.")
  private @Nullable Long seed;

  @Option(names = "--dry-run", description = "Print the schedule as JSON and stop.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print results.json to standard output at the end.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<String> command = new ArrayList<>(List.of("ordeal"));
    command.addAll(
        spec.commandLine().getParseResult().originalArgs().isEmpty()
            ? List.of("run", workload)
            : spec.root().commandLine().getParseResult().originalArgs());
    RunRequest request = options.request(command, workload, seed);
    Systems.check(request.system());
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
