package org.ordeal.reports;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;

/** The grid of a matrix. */
final class MatrixTable {
  private MatrixTable() {}

  static void write(MatrixReport matrix, Writer out) throws IOException {
    Page.write(
        out,
        "Matrix: " + matrix.system(),
        Map.of(),
        html -> html.element("main", matrix.system(), "id", "main"));
  }
}
