package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal shrink}. */
@Command(
    name = "shrink",
    mixinStandardHelpOptions = true,
    description = "Finds the smallest schedule that still fails as a run did.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal shrink store/latest"})
final class ShrinkCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal shrink' is not built yet.");
  }
}
