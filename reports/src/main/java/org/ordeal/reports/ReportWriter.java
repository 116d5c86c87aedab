package org.ordeal.reports;

import java.io.IOException;
import java.nio.file.Path;

/**
 * {@code report.html}: what a run found and the evidence for it, as one page that needs nothing
 * else. Stateless.
 */
public final class ReportWriter {
  private ReportWriter() {}

  /**
   * Writes {@code report.html} into a run directory.
   *
   * @return the file
   * @throws IOException if the run's documents cannot be read or the page cannot be written
   */
  public static Path write(Path runDirectory) throws IOException {
    RunFiles run = RunFiles.read(runDirectory);
    return AtomicFile.write(runDirectory.resolve("report.html"), out -> RunPage.write(run, out));
  }
}
