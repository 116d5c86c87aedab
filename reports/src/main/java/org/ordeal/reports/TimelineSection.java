package org.ordeal.reports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ordeal.history.OperationType;
import org.ordeal.history.Results;

/**
 * Everything that has a time, one under the other over the same axis: rates, latencies, faults,
 * roles, outages.
 */
final class TimelineSection {
  private final Results results;
  private final HistorySummary history;
  private final LatencySummary latencies;
  private final TimelineRows rows;
  private final TimelineLanes lanes;
  private final TimelineData data;

  TimelineSection(Results results, HistorySummary history, LatencySummary latencies) {
    this.results = results;
    this.history = history;
    this.latencies = latencies;
    this.rows = new TimelineRows(results, history, latencies);
    this.lanes = new TimelineLanes(rows, results, history);
    this.data = new TimelineData(rows, results, history, latencies);
  }

  /** What the page's script shows at the cursor. */
  Map<String, Object> data() {
    return data.values();
  }

  void write(Html html) throws IOException {
    if (data.kinds().isEmpty() && latencies.kinds().isEmpty() && results.faults().isEmpty()) {
      return; // nothing happened that could be drawn
    }
    html.open("section", "aria-labelledby", "timeline");
    html.element("h2", "Timeline", "id", "timeline");
    html.open("p", "class", "lead")
        .text(
            results.faults().isEmpty()
                ? "No fault was injected. "
                : "Tinted bands are the times in which a fault was in force. ")
        .markup("<span class=\"js\">Point at the charts, or focus them and use the arrow keys, to")
        .markup(" read values.</span>")
        .close("p");
    html.open(
        "div",
        "class",
        "timeline",
        "id",
        "cursor-area",
        "tabindex",
        "0",
        "role",
        "group",
        "aria-label",
        "Charts over time; arrow keys move the cursor");
    html.open("output", "id", "readout", "class", "readout js").close("output");
    for (String kind : data.kinds()) {
      rateRow(html, kind);
    }
    for (String kind : data.latencyKinds()) {
      latencyRow(html, kind);
    }
    lanes.write(html);
    rows.axis(html);
    html.close("div").close("section");
  }

  private void rateRow(Html html, String kind) throws IOException {
    double[] ok = history.rates(kind, OperationType.OK);
    double[] bad = data.unsuccessful(kind);
    double most = 1;
    for (int i = 0; i < ok.length; i++) {
      most = Math.max(most, Math.max(ok[i], bad[i]));
    }
    double top = Plot.roundUp(most);
    String totals =
        Figures.count(history.count(kind, OperationType.OK))
            + " ok, "
            + Figures.count(history.count(kind, OperationType.FAIL))
            + " failed, "
            + Figures.count(history.count(kind, OperationType.INFO))
            + " indeterminate";
    rows.open(
        html,
        kind + " per second",
        "<i class=\"key ok\"></i>ok <i class=\"key bad\"></i>failed or indeterminate",
        "chart",
        "150",
        "Rate of " + kind + " over time: " + totals);
    double step = (double) history.binNanos() / rows.endNanos();
    html.markup(Plot.STRETCHED);
    html.empty("path", "class", "area ok", "d", Plot.steps(ok, step, top, true));
    html.empty("path", "class", "line ok", "d", Plot.steps(ok, step, top, false));
    html.empty("path", "class", "area bad", "d", Plot.steps(bad, step, top, true));
    html.close("svg");
    Plot.levels(html, List.of(0.5, 1.0), List.of(Figures.brief(top / 2), Figures.brief(top)));
    TimelineRows.close(html);
  }

  private void latencyRow(Html html, String kind) throws IOException {
    List<LatencySummary.Point> points = latencies.points(kind);
    long least = Long.MAX_VALUE;
    long most = 1_000;
    for (LatencySummary.Point point : points) {
      least = Math.min(least, Math.max(1_000, point.p50()));
      most = Math.max(most, point.max());
    }
    Plot.LogScale scale = new Plot.LogScale(least, most);
    rows.open(
        html,
        kind + " latency",
        "<i class=\"key p50\"></i>median <i class=\"key p99\"></i>99 % <i class=\"key top\"></i>max,"
            + " from the intended start",
        "chart",
        "150",
        "Latency of " + kind + " over time, logarithmic");
    List<double[]> p50 = new ArrayList<>();
    List<double[]> p99 = new ArrayList<>();
    List<double[]> max = new ArrayList<>();
    for (LatencySummary.Point point : points) {
      double x = rows.share(point.nanos());
      p50.add(new double[] {x, scale.share(point.p50())});
      p99.add(new double[] {x, scale.share(point.p99())});
      max.add(new double[] {x, scale.share(point.max())});
    }
    html.markup(Plot.STRETCHED);
    html.empty("path", "class", "line top", "d", Plot.line(max));
    html.empty("path", "class", "line p99", "d", Plot.line(p99));
    html.empty("path", "class", "line p50", "d", Plot.line(p50));
    html.close("svg");
    Plot.levels(html, scale.marks(), scale.labels());
    TimelineRows.close(html);
  }
}
