package org.ordeal.runner.cli;

import java.io.PrintWriter;
import org.ordeal.history.Results;
import org.ordeal.runner.Documents;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.Progress;
import org.ordeal.runner.RunOutcome;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a run's words go: results to standard output, progress to standard error. With JSON,
 * standard output carries nothing but JSON. Safe for use by several threads.
 */
final class Console {

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private final ConsoleProgress progress;

  private Console(PrintWriter out, PrintWriter err, boolean json, boolean terminal) {
    this.out = out;
    this.err = err;
    this.json = json;
    this.progress = new ConsoleProgress(err, terminal);
  }

  /**
   * Whether progress goes to a terminal is the launcher's to know: a JVM cannot tell it of standard
   * error.
   */
  static Console of(CommandSpec spec, boolean json) {
    return new Console(
        spec.commandLine().getOut(),
        spec.commandLine().getErr(),
        json,
        Boolean.getBoolean("ordeal.terminal"));
  }

  Progress progress() {
    return progress;
  }

  void say(String line) {
    progress.say(line);
  }

  /** The first line of every run. */
  void seed(long seed) {
    (json ? err : out).println("seed " + seed);
  }

  void result(String text) {
    out.println(text);
  }

  /** The last lines of a run. */
  void outcome(RunOutcome outcome, boolean interrupted) {
    progress.end();
    Results results = outcome.results();
    PrintWriter lines = json ? err : out;
    if (interrupted && outcome.exitCode() == ExitCode.INCONCLUSIVE) {
      lines.println(
          "The run was ended before it was through; what is known is kept (exit code %d)."
              .formatted(outcome.exitCode().number()));
    }
    lines.println();
    lines.println(
        "%s: %s"
            .formatted(
                results.verdict().name().toLowerCase(java.util.Locale.ROOT), results.reason()));
    lines.println(
        "attempted %d, acknowledged %d, lost %d, unreadable %d, duplicated %d, recovered %d, failed %d, indeterminate %d"
            .formatted(
                results.attempted(),
                results.acknowledged(),
                results.lost(),
                results.unreadable(),
                results.duplicated(),
                results.recovered(),
                results.failed(),
                results.indeterminate()));
    lines.println(
        "faults %d, with evidence %d"
            .formatted(
                results.faults().size(), results.faults().stream().filter(f -> f.took()).count()));
    boolean report = java.nio.file.Files.exists(outcome.directory().report());
    lines.println(
        "%s %s"
            .formatted(
                report ? "report" : "results",
                report ? outcome.directory().report() : outcome.directory().results()));
    if (json) {
      out.println(Documents.text(results));
    }
  }
}
