package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Writes the report of a run again.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal report store/latest"})
final class ReportCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal report' is not built yet.");
  }
}
