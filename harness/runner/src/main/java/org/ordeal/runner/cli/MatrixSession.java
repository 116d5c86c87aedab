package org.ordeal.runner.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.ordeal.reports.MatrixReport;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.OrdealException;
import org.ordeal.runner.matrix.Matrix;
import org.ordeal.runner.matrix.MatrixDirectory;
import org.ordeal.runner.matrix.MatrixMerge;
import org.ordeal.runner.matrix.MatrixPlan;
import org.ordeal.runner.matrix.MatrixSummary;

/**
 * One call of {@code ordeal matrix} at work on its directory, which it has to itself: it adds to
 * it, and says what it holds then.
 *
 * @param json whether standard output gets {@code matrix.json}
 * @param startedAt wall-clock time of the call
 * @param begunNanos {@link System#nanoTime} at the call
 */
record MatrixSession(
    Console console, MatrixDirectory matrix, boolean json, Instant startedAt, long begunNanos) {

  /**
   * Carries out what is wanted and was not yet. The report is written whatever ends it: a promise
   * that was broken by then is one, though a later run could not be carried out.
   *
   * @param parallel runs at once
   */
  ExitCode run(Matrix.Trial trial, MatrixPlan wanted, int parallel) {
    try (MatrixDirectory.Hold _ = matrix.hold()) {
      // A harness that is killed must not leave what an earlier call said.
      matrix.removeReport();
      try {
        new Matrix(matrix, trial, console::say).run(wanted, parallel);
      } catch (InterruptedException brokenOff) {
        return report() == ExitCode.BROKEN ? ExitCode.BROKEN : ExitCode.INCONCLUSIVE;
      } catch (RuntimeException | Error failed) {
        if (reportAfter(failed) != ExitCode.BROKEN) {
          throw failed;
        }
        console.say("A promise was broken before the matrix broke off: " + sentence(failed));
        return ExitCode.BROKEN;
      }
      return report();
    }
  }

  /** Puts the entries of other directories into this one. */
  ExitCode merge(List<Path> sources) {
    // Before the directory is held, and so made.
    MatrixMerge.check(matrix, sources);
    try (MatrixDirectory.Hold _ = matrix.hold()) {
      MatrixMerge.into(matrix, sources);
      return report();
    }
  }

  /** What cannot be told either, for the same reason perhaps, must not hide that reason. */
  private ExitCode reportAfter(Throwable failed) {
    try {
      return report();
    } catch (RuntimeException untold) {
      failed.addSuppressed(untold);
      return ExitCode.INCONCLUSIVE;
    }
  }

  /** A defect of Ordeal with its stack trace, of which nobody else will be told. */
  private static String sentence(Throwable failed) {
    if (failed instanceof OrdealException known) {
      return String.valueOf(known.getMessage());
    }
    StringWriter trace = new StringWriter();
    failed.printStackTrace(new PrintWriter(trace, true));
    return trace.toString().stripTrailing();
  }

  private ExitCode report() {
    try {
      return write();
    } catch (IOException unwritable) {
      throw new EnvironmentException(
          "The matrix's report cannot be written to %s: %s."
              .formatted(matrix.path(), unwritable.getMessage()),
          unwritable);
    }
  }

  private ExitCode write() throws IOException {
    MatrixReport report =
        MatrixSummary.of(matrix, startedAt.toString(), (System.nanoTime() - begunNanos) / 1e9);
    MatrixSummary.write(report, matrix.path());
    for (MatrixReport.Row row : report.rows()) {
      for (int i = 0; i < row.cells().size(); i++) {
        MatrixReport.Cell cell = row.cells().get(i);
        console.say(
            "%-13s %-6s %-28s %-8s %-12s runs %d, acknowledged %d, lost %d in %d runs (bound %.2f) %s"
                .formatted(
                    row.topology(),
                    row.flush(),
                    report.faults().get(i),
                    cell.promise(),
                    cell.outcome(),
                    cell.runs(),
                    cell.acknowledged(),
                    cell.lost(),
                    cell.runsWithLoss(),
                    cell.lossRateUpperBound(),
                    cell.note()));
      }
    }
    console.result(
        json
            ? Files.readString(matrix.path().resolve("matrix.json")).stripTrailing()
            : "matrix " + matrix.path().resolve("matrix.html"));
    return MatrixSummary.exitCode(report);
  }
}
