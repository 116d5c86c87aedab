package org.ordeal.reports;

import java.io.IOException;
import java.nio.file.Path;

/** The page of a matrix: promised, measured and the verdict for each cell. Stateless. */
public final class MatrixPage {
  private MatrixPage() {}

  /**
   * Writes the page.
   *
   * @param file where to
   * @return the file
   */
  public static Path write(MatrixReport matrix, Path file) throws IOException {
    return AtomicFile.write(file, out -> MatrixTable.write(matrix, out));
  }
}
