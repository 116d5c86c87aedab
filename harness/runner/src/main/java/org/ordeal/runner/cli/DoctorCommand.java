package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Tells what this machine can run, and what is missing for the rest.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal doctor"})
final class DoctorCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal doctor' is not built yet.");
  }
}
