package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists workloads, faults, systems, topologies or checks.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal list faults"})
final class ListCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal list' is not built yet.");
  }
}
