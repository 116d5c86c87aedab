package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal replay}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Carries out the executed schedule of a run again.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal replay store/latest"})
final class ReplayCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal replay' is not built yet.");
  }
}
