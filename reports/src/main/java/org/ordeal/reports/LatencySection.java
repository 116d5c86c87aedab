package org.ordeal.reports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The percentile histogram of each operation, one curve per phase, and the same in figures. */
final class LatencySection {
  /** 99.999 %, as the number of nines. */
  private static final double NINES = 5;

  private static final double[] CURVE = {
    0, 10, 25, 50, 60, 70, 75, 80, 85, 90, 92, 94, 95, 96, 97, 98, 98.5, 99, 99.3, 99.5, 99.7, 99.8,
    99.9, 99.95, 99.98, 99.99, 99.995, 99.999
  };
  private static final double[] TABLE = {50, 90, 99, 99.9, 99.99};

  private final LatencySummary latencies;

  private final List<String> order;

  /**
   * @param order names of operations, the most frequent first
   */
  LatencySection(LatencySummary latencies, List<String> order) {
    this.latencies = latencies;
    this.order = order;
  }

  void write(Html html) throws IOException {
    if (latencies.kinds().isEmpty()) {
      return;
    }
    html.open("section", "aria-labelledby", "latency");
    html.element("h2", "Latency by percentile", "id", "latency");
    html.open("p", "class", "lead")
        .text("Before the first fault, while faults came and went, and after the last was healed.")
        .text(" Measured from the intended start, so that a stall is not hidden.")
        .close("p");
    html.open("div", "class", "figures");
    for (String kind : latencies.kinds(order)) {
      figure(html, kind, latencies.phases(kind));
    }
    html.close("div").close("section");
  }

  private static void figure(Html html, String kind, Map<String, Histogram> phases)
      throws IOException {
    long least = Long.MAX_VALUE;
    long most = 1_000;
    for (Histogram histogram : phases.values()) {
      least = Math.min(least, Math.max(1_000, histogram.getValueAtPercentile(0)));
      most = Math.max(most, histogram.getMaxValue());
    }
    Plot.LogScale scale = new Plot.LogScale(least, most);
    html.open("figure").open("figcaption").element("b", kind);
    for (String phase : phases.keySet()) {
      html.open("span").empty("i", "class", "key phase-" + phase).close("i");
      html.text(phaseName(phase)).close("span");
    }
    html.close("figcaption");
    html.open(
        "svg",
        "class",
        "lane chart",
        "width",
        "100%",
        "height",
        "230",
        "role",
        "img",
        "aria-label",
        "Latency of " + kind + " by percentile; the table below has the figures");
    for (double percentile : new double[] {90, 99, 99.9, 99.99}) {
      String x = Figures.percent(x(percentile));
      html.empty("line", "class", "level", "x1", x, "x2", x, "y1", "0", "y2", "100%");
    }
    html.markup(Plot.STRETCHED);
    for (Map.Entry<String, Histogram> phase : phases.entrySet()) {
      List<double[]> points = new ArrayList<>();
      Histogram histogram = phase.getValue();
      double seen = 100 - 100.0 / histogram.getTotalCount();
      for (double percentile : CURVE) {
        if (percentile <= seen) {
          points.add(point(scale, percentile, histogram));
        }
      }
      points.add(
          new double[] {
            x(Math.min(100 - Math.pow(10, 2 - NINES), seen)), scale.share(histogram.getMaxValue())
          });
      html.empty("path", "class", "line phase-" + phase.getKey(), "d", Plot.line(points));
    }
    html.close("svg");
    Plot.levels(html, scale.marks(), scale.labels());
    html.close("svg");
    html.open("svg", "class", "lane", "width", "100%", "height", "20", "aria-hidden", "true");
    for (double percentile : new double[] {0, 90, 99, 99.9, 99.99}) {
      html.element(
          "text",
          percentile == Math.rint(percentile) ? (int) percentile + " %" : percentile + " %",
          "class",
          "tick",
          "x",
          Figures.percent(x(percentile)),
          "y",
          "14",
          "text-anchor",
          percentile == 0 ? "start" : "middle");
    }
    html.close("svg");
    table(html, kind, phases);
    html.close("figure");
  }

  private static double x(double percentile) {
    return -Math.log10(1 - percentile / 100) / NINES;
  }

  private static double[] point(Plot.LogScale scale, double percentile, Histogram histogram) {
    return new double[] {x(percentile), scale.share(histogram.getValueAtPercentile(percentile))};
  }

  private static String phaseName(String phase) {
    return switch (phase) {
      case "before" -> "before faults";
      case "during" -> "during faults";
      case "after" -> "after faults";
      default -> "whole run";
    };
  }

  private static void table(Html html, String kind, Map<String, Histogram> phases)
      throws IOException {
    Tables.open(
        html,
        "Latency of " + kind,
        "Phase",
        "#Count",
        "#50 %",
        "#90 %",
        "#99 %",
        "#99.9 %",
        "#99.99 %",
        "#Max");
    for (Map.Entry<String, Histogram> phase : phases.entrySet()) {
      Histogram histogram = phase.getValue();
      html.open("tr").element("th", phaseName(phase.getKey()), "scope", "row");
      html.element("td", Figures.count(histogram.getTotalCount()), "class", "number");
      for (double percentile : TABLE) {
        html.element(
            "td", Figures.duration(histogram.getValueAtPercentile(percentile)), "class", "number");
      }
      html.element("td", Figures.duration(histogram.getMaxValue()), "class", "number").close("tr");
    }
    Tables.close(html);
  }
}
