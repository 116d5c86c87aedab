package org.ordeal.runner;

import java.io.IOException;
import java.util.List;
import org.ordeal.reports.JunitXml;
import org.ordeal.reports.ReportWriter;

/** The reports that every run gets. */
public final class Reporting {

  private Reporting() {}

  static List<Parts.ReportWriter> all() {
    return List.of(run -> ReportWriter.write(run.path()), run -> JunitXml.write(run.path()));
  }

  /** Writes every report of a run, again where they are there. */
  public static void write(RunDirectory run) throws IOException {
    for (Parts.ReportWriter report : all()) {
      report.write(run);
    }
  }
}
