package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal cluster}. */
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    description = "Starts, shows or stops a cluster to play with.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal cluster up --topology dledger"})
final class ClusterCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal cluster' is not built yet.");
  }
}
