package org.ordeal.runner.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.Reporting;
import org.ordeal.runner.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordeal report}: the reports of a run, written again. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Writes report.html and junit.xml of a run again.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal report store/latest"})
final class ReportCommand implements Callable<Integer> {

  @Parameters(paramLabel = "RUN", description = "A run directory.")
  private Path run;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    RunDirectory stored = RunDirectory.existing(run);
    stored.info();
    stored.readResults();
    try {
      Reporting.write(stored);
    } catch (IOException unwritable) {
      throw new EnvironmentException(
          "The report of %s cannot be written: %s.".formatted(run, unwritable.getMessage()),
          unwritable);
    }
    spec.commandLine().getOut().println(stored.report());
    return 0;
  }
}
