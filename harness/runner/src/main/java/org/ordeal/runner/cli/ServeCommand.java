package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal serve}. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Serves the store as a web page on loopback.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal serve --store store"})
final class ServeCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal serve' is not built yet.");
  }
}
