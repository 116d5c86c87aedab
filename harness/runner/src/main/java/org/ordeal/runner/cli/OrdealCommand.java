package org.ordeal.runner.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command tree; does nothing by itself. */
@Command(
    name = "ordeal",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Puts RocketMQ-protocol brokers through fire and says, with evidence, which of their promises"
          + " held.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ordeal run durability --topology dledger --flush sync --faults kill,partition --time 60s",
      "  ordeal run durability --system rocketmq:5.5.0 --topology dledger --faults kill",
      "  ordeal doctor",
      "",
      "Exit codes: 0 pass, 1 a promise was broken, 2 inconclusive, 64 usage, 70 internal error,",
      "75 the environment lacks something."
    },
    subcommands = {
      RunCommand.class,
      MatrixCommand.class,
      CheckCommand.class,
      ReportCommand.class,
      GateCommand.class,
      ReplayCommand.class,
      ShrinkCommand.class,
      ServeCommand.class,
      ClusterCommand.class,
      LintCommand.class,
      DoctorCommand.class,
      ImagesCommand.class,
      ListCommand.class,
      HelpCommand.class
    })
final class OrdealCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command? See below.");
  }
}
