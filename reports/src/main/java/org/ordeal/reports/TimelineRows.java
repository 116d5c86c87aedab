package org.ordeal.reports;

import java.io.IOException;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.Results;

/**
 * The rows of a timeline and the one axis that they share. The windows of the faults run through
 * each of them as bands.
 */
final class TimelineRows {
  private final Results results;
  private final long endNanos;

  TimelineRows(Results results, HistorySummary history, LatencySummary latencies) {
    this.results = results;
    long end = Math.max(1_000_000_000L, history.endNanos());
    for (FaultRecord fault : results.faults()) {
      end = Math.max(end, fault.endNanos() == null ? fault.startNanos() : fault.endNanos());
    }
    for (String kind : latencies.kinds()) {
      for (LatencySummary.Point point : latencies.points(kind)) {
        end = Math.max(end, point.nanos());
      }
    }
    this.endNanos = end;
  }

  /** Where the axis ends: no less than a second after the start, in nanoseconds. */
  long endNanos() {
    return endNanos;
  }

  /** When a fault ended; one that was never healed lasts to the end. */
  long end(FaultRecord fault) {
    return fault.endNanos() == null ? endNanos : fault.endNanos();
  }

  /** A time as a share of the axis, 0 to 1. */
  double share(long nanos) {
    return (double) nanos / endNanos;
  }

  /** Opens a row and its drawing, bands included. */
  void open(Html html, String name, String note, String kind, String height, String alt)
      throws IOException {
    html.open("div", "class", "row " + kind);
    html.open("div", "class", "label").element("b", name);
    if (!note.isEmpty()) {
      html.open("span").markup(note).close("span");
    }
    html.close("div");
    html.open(
        "svg",
        "class",
        "lane",
        "width",
        "100%",
        "height",
        height,
        "role",
        "img",
        "aria-label",
        alt);
    for (FaultRecord fault : results.faults()) {
      double from = share(fault.startNanos());
      html.empty(
          "rect",
          "class",
          "band",
          "x",
          Figures.percent(from),
          "y",
          "0",
          "height",
          "100%",
          "width",
          Figures.percent(Math.max(0.002, share(end(fault)) - from)));
    }
  }

  /** Ends what {@link #open} began. */
  static void close(Html html) throws IOException {
    html.markup("<line class=\"cursor\" x1=\"-9\" x2=\"-9\" y1=\"0\" y2=\"100%\"/>");
    html.close("svg").close("div");
  }

  /** The row that tells the seconds. */
  void axis(Html html) throws IOException {
    html.open("div", "class", "row axis");
    html.open("div", "class", "label").element("span", "seconds since the start").close("div");
    html.open("svg", "class", "lane", "width", "100%", "height", "22", "aria-hidden", "true");
    double seconds = endNanos / 1e9;
    double step = Plot.step(seconds, 6);
    for (double at = 0; at <= seconds * 1.0001; at += step) {
      String anchor = at == 0 ? "start" : at > seconds * 0.96 ? "end" : "middle";
      html.element(
          "text",
          Figures.brief(at),
          "x",
          Figures.percent(at / seconds),
          "y",
          "15",
          "text-anchor",
          anchor,
          "class",
          "tick");
    }
    html.close("svg").close("div");
  }
}
