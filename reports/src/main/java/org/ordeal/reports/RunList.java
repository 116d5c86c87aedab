package org.ordeal.reports;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Map;

/** The runs of a store. */
final class RunList {
  private RunList() {}

  static void write(Path store, Writer out) throws IOException {
    Page.write(out, "Runs", Map.of(), html -> html.element("main", store.toString(), "id", "main"));
  }
}
