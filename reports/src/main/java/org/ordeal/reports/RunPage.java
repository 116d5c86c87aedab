package org.ordeal.reports;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;

/** The report of one run. */
final class RunPage {
  private RunPage() {}

  static void write(RunFiles run, Writer out) throws IOException {
    Page.write(
        out,
        Figures.verdict(run.results().verdict()) + ": " + run.info().workload(),
        Map.of(),
        html -> html.element("main", run.results().reason(), "id", "main"));
  }
}
