package org.ordeal.runner.cli;

import java.io.PrintWriter;
import picocli.CommandLine;

/** The {@code ordeal} command. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(
        execute(
            new PrintWriter(System.out, true, System.out.charset()),
            new PrintWriter(System.err, true, System.err.charset()),
            arguments));
  }

  /**
   * Runs one command in this JVM.
   *
   * @return the exit code, see {@link org.ordeal.runner.ExitCode}
   */
  public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    return commandLine(out, err, arguments).execute(arguments);
  }

  static CommandLine commandLine(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = new CommandLine(new OrdealCommand());
    line.setOut(out);
    line.setErr(err);
    Failures failures = new Failures(err, arguments);
    line.setParameterExceptionHandler(failures);
    line.setExecutionExceptionHandler(failures);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    return line;
  }
}
