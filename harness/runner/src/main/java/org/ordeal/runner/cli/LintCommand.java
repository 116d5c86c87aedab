package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal lint}. */
@Command(
    name = "lint",
    mixinStandardHelpOptions = true,
    description =
        "Reads broker and NameServer property files and tells what will not do what you think.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal lint broker.conf namesrv.conf"})
final class LintCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal lint' is not built yet.");
  }
}
