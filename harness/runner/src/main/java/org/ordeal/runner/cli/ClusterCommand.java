package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ordeal cluster}. */
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    description = "Starts, shows or stops a cluster to play with.",
    subcommands = {
      ClusterUpCommand.class,
      ClusterStatusCommand.class,
      ClusterDownCommand.class,
      ClusterKeepCommand.class
    },
    footerHeading = "%nExample:%n",
    footer = {"  ordeal cluster up --topology dledger"})
final class ClusterCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do: ordeal cluster up, status or down.");
  }
}
