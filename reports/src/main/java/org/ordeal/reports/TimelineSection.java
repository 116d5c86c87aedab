package org.ordeal.reports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.OperationType;
import org.ordeal.history.Results;
import org.ordeal.history.Unavailability;

/**
 * Everything that has a time, one under the other over the same axis: rates, latencies, faults,
 * roles, outages. The windows of the faults run through all rows as bands.
 */
final class TimelineSection {
  private static final int MOST_KINDS = 3;
  private static final int MOST_LANES = 16;

  private final Results results;
  private final HistorySummary history;
  private final LatencySummary latencies;
  private final long endNanos;

  TimelineSection(Results results, HistorySummary history, LatencySummary latencies) {
    this.results = results;
    this.history = history;
    this.latencies = latencies;
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

  static String queueName(String key) {
    return key.equals("*") ? "whole cluster" : key;
  }

  /** The cluster as a whole first, then the queues that were out longest. */
  static List<Unavailability> worstFirst(List<Unavailability> all, int most) {
    List<Unavailability> sorted = new ArrayList<>(all);
    sorted.sort(
        Comparator.comparing((Unavailability one) -> !one.key().equals("*"))
            .thenComparing(Comparator.comparingDouble(Unavailability::totalMillis).reversed())
            .thenComparing(Unavailability::key));
    return sorted.subList(0, Math.min(most, sorted.size()));
  }

  /** What the page's script shows at the cursor. */
  Map<String, Object> data() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("end", endNanos / 1e9);
    data.put("bin", history.binNanos() / 1e9);
    Map<String, Object> rates = new LinkedHashMap<>();
    for (String kind : kinds()) {
      rates.put(
          kind,
          Map.of(
              "ok", rounded(history.rates(kind, OperationType.OK)),
              "bad", rounded(unsuccessful(kind))));
    }
    data.put("rates", rates);
    Map<String, Object> points = new LinkedHashMap<>();
    for (String kind : latencyKinds()) {
      List<Object> list = new ArrayList<>();
      for (LatencySummary.Point point : latencies.points(kind)) {
        list.add(
            List.of(
                point.nanos() / 1e9,
                Figures.duration(point.p50()),
                Figures.duration(point.p99()),
                Figures.duration(point.max())));
      }
      points.put(kind, list);
    }
    data.put("latency", points);
    List<Object> faults = new ArrayList<>();
    for (FaultRecord fault : results.faults()) {
      faults.add(
          List.of(
              fault.startNanos() / 1e9,
              end(fault) / 1e9,
              Figures.brief(fault.fault() + " " + String.join(", ", fault.nodes()), 120)));
    }
    data.put("faults", faults);
    List<Object> roles = new ArrayList<>();
    for (HistorySummary.RoleSpan span : history.roles()) {
      if (span.role().equals("leader")) {
        roles.add(List.of(span.from() / 1e9, span.to() / 1e9, Figures.brief(span.node(), 80)));
      }
    }
    data.put("leaders", roles);
    return data;
  }

  private static List<Object> rounded(double[] values) {
    List<Object> list = new ArrayList<>();
    for (double value : values) {
      list.add(Math.round(value * 10) / 10.0);
    }
    return list;
  }

  private double[] unsuccessful(String kind) {
    double[] fail = history.rates(kind, OperationType.FAIL);
    double[] info = history.rates(kind, OperationType.INFO);
    double[] sum = new double[fail.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = fail[i] + info[i];
    }
    return sum;
  }

  private List<String> kinds() {
    List<String> kinds = history.kinds();
    return kinds.subList(0, Math.min(MOST_KINDS, kinds.size()));
  }

  private List<String> latencyKinds() {
    List<String> kinds = latencies.kinds(history.kinds());
    return kinds.subList(0, Math.min(MOST_KINDS, kinds.size()));
  }

  private long end(FaultRecord fault) {
    return fault.endNanos() == null ? endNanos : fault.endNanos();
  }

  private double share(long nanos) {
    return (double) nanos / endNanos;
  }

  void write(Html html) throws IOException {
    if (kinds().isEmpty() && latencies.kinds().isEmpty() && results.faults().isEmpty()) {
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
    for (String kind : kinds()) {
      rateRow(html, kind);
    }
    for (String kind : latencyKinds()) {
      latencyRow(html, kind);
    }
    faultRows(html);
    roleRows(html);
    outageRows(html);
    axis(html);
    html.close("div").close("section");
  }

  private void row(Html html, String name, String note, String kind, String height, String alt)
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

  private static void endRow(Html html) throws IOException {
    html.markup("<line class=\"cursor\" x1=\"-9\" x2=\"-9\" y1=\"0\" y2=\"100%\"/>");
    html.close("svg").close("div");
  }

  private void rateRow(Html html, String kind) throws IOException {
    double[] ok = history.rates(kind, OperationType.OK);
    double[] bad = unsuccessful(kind);
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
    row(
        html,
        kind + " per second",
        "<i class=\"key ok\"></i>ok <i class=\"key bad\"></i>failed or indeterminate",
        "chart",
        "150",
        "Rate of " + kind + " over time: " + totals);
    double step = (double) history.binNanos() / endNanos;
    html.markup(Plot.STRETCHED);
    html.empty("path", "class", "area ok", "d", Plot.steps(ok, step, top, true));
    html.empty("path", "class", "line ok", "d", Plot.steps(ok, step, top, false));
    html.empty("path", "class", "area bad", "d", Plot.steps(bad, step, top, true));
    html.close("svg");
    Plot.levels(html, List.of(0.5, 1.0), List.of(Figures.brief(top / 2), Figures.brief(top)));
    endRow(html);
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
    row(
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
      double x = share(point.nanos());
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
    endRow(html);
  }

  private void faultRows(Html html) throws IOException {
    Map<String, List<FaultRecord>> byName = new LinkedHashMap<>();
    for (FaultRecord fault : results.faults()) {
      byName.computeIfAbsent(fault.fault(), _ -> new ArrayList<>()).add(fault);
    }
    heading(html, "Faults", "", byName.isEmpty());
    int lanes = 0;
    for (Map.Entry<String, List<FaultRecord>> lane : byName.entrySet()) {
      if (++lanes > MOST_LANES) {
        break;
      }
      row(
          html,
          lane.getKey(),
          "",
          "thin",
          "26",
          "When the fault " + lane.getKey() + " was in force");
      for (FaultRecord fault : lane.getValue()) {
        String label = String.join(", ", fault.nodes());
        String title =
            fault.fault()
                + " "
                + fault.target()
                + " on "
                + label
                + ", "
                + Figures.at(fault.startNanos())
                + " to "
                + (fault.endNanos() == null ? "the end: never healed" : Figures.at(end(fault)));
        span(
            html,
            fault.took() ? "fault" : "fault unproven",
            fault.startNanos(),
            end(fault),
            label,
            title);
      }
      endRow(html);
    }
  }

  private static void heading(Html html, String text, String legend, boolean empty)
      throws IOException {
    if (!empty) {
      html.open("div", "class", "row-heading").text(text);
      html.open("span").markup(legend).close("span").close("div");
    }
  }

  private void span(Html html, String kind, long from, long to, String label, String title)
      throws IOException {
    double start = share(from);
    double width = Math.max(0.002, share(to) - start);
    html.open("g").element("title", title);
    html.empty(
        "rect",
        "class",
        "span " + kind,
        "x",
        Figures.percent(start),
        "y",
        "3",
        "height",
        "20",
        "width",
        Figures.percent(width),
        "rx",
        "3");
    // A text of n letters needs about n per cent of a wide page; narrow pages hide it by style.
    if (!label.isEmpty() && width * 100 > label.length() * 0.9 + 1) {
      html.element(
          "text",
          label,
          "class",
          "span-text " + kind,
          "x",
          Figures.percent(start + width / 2),
          "y",
          "17");
    }
    html.close("g");
  }

  private void roleRows(Html html) throws IOException {
    Map<String, List<HistorySummary.RoleSpan>> byNode = new TreeMap<>();
    for (HistorySummary.RoleSpan span : history.roles()) {
      byNode.computeIfAbsent(span.node(), _ -> new ArrayList<>()).add(span);
    }
    heading(
        html,
        "Who led when",
        "<i class=\"key leader\"></i>leader <i class=\"key follower\"></i>follower"
            + " <i class=\"key down\"></i>down",
        byNode.isEmpty());
    int lanes = 0;
    for (Map.Entry<String, List<HistorySummary.RoleSpan>> lane : byNode.entrySet()) {
      if (++lanes > MOST_LANES) {
        break;
      }
      row(html, lane.getKey(), "", "thin", "26", "Roles of " + lane.getKey() + " over time");
      for (HistorySummary.RoleSpan span : lane.getValue()) {
        String role =
            switch (span.role()) {
              case "leader", "master" -> "leader";
              case "follower", "slave" -> "follower";
              case "down" -> "down";
              default -> "other";
            };
        String label = span.role() + (span.term().isEmpty() ? "" : " \u00b7 term " + span.term());
        span(
            html,
            role,
            span.from(),
            span.to(),
            role.equals("follower") ? "" : label,
            span.node()
                + ": "
                + label
                + ", "
                + Figures.at(span.from())
                + " to "
                + Figures.at(span.to()));
      }
      endRow(html);
    }
  }

  private void outageRows(Html html) throws IOException {
    List<Unavailability> shown = worstFirst(results.unavailability(), MOST_LANES);
    heading(html, "Outages per queue", "", shown.isEmpty());
    for (Unavailability one : shown) {
      String name = queueName(one.key());
      row(
          html,
          name,
          "",
          "thin slim",
          "18",
          name + " could not be written for " + Figures.duration(one.totalMillis() * 1e6));
      html.empty(
          "rect", "class", "up", "x", "0", "y", "7", "width", "100%", "height", "4", "rx", "2");
      List<Unavailability.Window> windows = one.windows();
      for (Unavailability.Window window : windows.subList(0, Math.min(500, windows.size()))) {
        double from = share(window.fromNanos());
        html.open("g")
            .element(
                "title",
                name
                    + ": no write for "
                    + Figures.duration(window.toNanos() - window.fromNanos())
                    + " from "
                    + Figures.at(window.fromNanos()));
        html.empty(
            "rect",
            "class",
            "outage",
            "x",
            Figures.percent(from),
            "y",
            "3",
            "height",
            "12",
            "width",
            Figures.percent(Math.max(0.002, share(window.toNanos()) - from)),
            "rx",
            "2");
        html.close("g");
      }
      endRow(html);
    }
    if (results.unavailability().size() > shown.size()) {
      html.element(
          "div",
          "and " + (results.unavailability().size() - shown.size()) + " more queues, see Outages",
          "class",
          "row-note");
    }
  }

  private void axis(Html html) throws IOException {
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
