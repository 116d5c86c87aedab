package org.ordeal.runner.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.function.IntSupplier;
import org.ordeal.runner.ExitCode;
import picocli.CommandLine;

/** The {@code ordeal} command. */
public final class Main {

  private static final String NO_MEMORY =
      "ordeal: The heap of the harness is exhausted. Give it more, as in ORDEAL_JAVA_OPTIONS=-Xmx2g.";

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(
        guarded(
            System.err,
            () ->
                execute(
                    new PrintWriter(System.out, true, System.out.charset()),
                    new PrintWriter(System.err, true, System.err.charset()),
                    arguments)));
  }

  /**
   * An error that nobody handles ends a JVM with 1, which here means that a promise was broken.
   *
   * @param command gives the exit code
   */
  static int guarded(PrintStream err, IntSupplier command) {
    try {
      return command.getAsInt();
    } catch (OutOfMemoryError exhausted) {
      // A constant: there may be no room for more.
      err.println(NO_MEMORY);
      return ExitCode.ENVIRONMENT.number();
    } catch (RuntimeException | Error unforeseen) {
      err.println("ordeal: This is a defect of Ordeal: " + unforeseen);
      unforeseen.printStackTrace(err);
      return ExitCode.INTERNAL.number();
    }
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
