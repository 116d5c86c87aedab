package org.ordeal.reports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.Results;
import org.ordeal.history.Unavailability;

/** The rows of a timeline that show what lasted: faults, roles, outages. */
final class TimelineLanes {
  private static final int MOST_LANES = 16;

  private final TimelineRows rows;
  private final Results results;
  private final HistorySummary history;

  TimelineLanes(TimelineRows rows, Results results, HistorySummary history) {
    this.rows = rows;
    this.results = results;
    this.history = history;
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

  void write(Html html) throws IOException {
    faultRows(html);
    roleRows(html);
    outageRows(html);
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
      rows.open(
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
                + (fault.endNanos() == null
                    ? "the end: never healed"
                    : Figures.at(rows.end(fault)));
        span(
            html,
            fault.took() ? "fault" : "fault unproven",
            fault.startNanos(),
            rows.end(fault),
            label,
            title);
      }
      TimelineRows.close(html);
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
    double start = rows.share(from);
    double width = Math.max(0.002, rows.share(to) - start);
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
      rows.open(html, lane.getKey(), "", "thin", "26", "Roles of " + lane.getKey() + " over time");
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
      TimelineRows.close(html);
    }
  }

  private void outageRows(Html html) throws IOException {
    List<Unavailability> shown = worstFirst(results.unavailability(), MOST_LANES);
    heading(html, "Outages per queue", "", shown.isEmpty());
    for (Unavailability one : shown) {
      String name = queueName(one.key());
      rows.open(
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
        double from = rows.share(window.fromNanos());
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
            Figures.percent(Math.max(0.002, rows.share(window.toNanos()) - from)),
            "rx",
            "2");
        html.close("g");
      }
      TimelineRows.close(html);
    }
    if (results.unavailability().size() > shown.size()) {
      html.element(
          "div",
          "and " + (results.unavailability().size() - shown.size()) + " more queues, see Outages",
          "class",
          "row-note");
    }
  }
}
