package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal gate}. */
@Command(
    name = "gate",
    mixinStandardHelpOptions = true,
    description = "Decides by a policy whether a set of runs lets a release pass.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal gate store/durability/* --policy policy.json"})
final class GateCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal gate' is not built yet.");
  }
}
