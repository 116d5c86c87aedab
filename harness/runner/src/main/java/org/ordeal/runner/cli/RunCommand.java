package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ordeal run}: one workload on one cluster under faults, to a verdict. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs a workload on a cluster under faults and says whether its promises held.",
    footerHeading = "%nExample:%n",
    footer = {
      "  ordeal run durability --topology dledger --flush sync --faults kill,partition --time 60s --seed 1"
    })
final class RunCommand implements Callable<Integer> {

  @Parameters(paramLabel = "WORKLOAD", description = "See 'ordeal list workloads'.")
  String workload;

  @Mixin RunOptions options;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the plan and the inputs. Default: drawn, and printed first.")
  @Nullable Long seed;

  @Option(names = "--dry-run", description = "Print the schedule as JSON and stop.")
  boolean dryRun;

  @Option(names = "--json", description = "Print results.json to standard output at the end.")
  boolean json;

  @Override
  public Integer call() {
    throw new UsageException("'ordeal run' is not built yet.");
  }
}
