package org.ordeal.reports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Anomaly;

/**
 * A linearizability counterexample: the operations of the witness as bars, one lane per process,
 * the one that cannot be put in order marked. By order of events, or to scale at a click.
 *
 * <p>The bars come from the anomaly's details: a list {@code bars} of maps with {@code index},
 * {@code process}, {@code label}, {@code invokedAtNanos} and, where the operation completed, {@code
 * completionIndex} and {@code completedAtNanos}; {@code standing} is {@code kept}, {@code failing}
 * or {@code loosened}.
 */
final class CounterexamplePicture {
  private static final int MOST_BARS = 80;
  private static final int LANE_HEIGHT = 46;

  private final List<Bar> bars;

  private CounterexamplePicture(List<Bar> bars) {
    this.bars = bars;
  }

  private record Bar(
      long index,
      String process,
      String label,
      String standing,
      long from,
      @Nullable Long completionIndex,
      @Nullable Long to) {}

  /** The picture of an anomaly; empty where its details have none. */
  static Optional<CounterexamplePicture> of(Anomaly anomaly) {
    if (!(anomaly.details().get("bars") instanceof List<?> list) || list.isEmpty()) {
      return Optional.empty();
    }
    List<Bar> bars = new ArrayList<>();
    for (Object one : list.subList(0, Math.min(MOST_BARS, list.size()))) {
      if (one instanceof Map<?, ?> map && map.get("index") instanceof Number index) {
        bars.add(
            new Bar(
                index.longValue(),
                String.valueOf(map.get("process")),
                Figures.brief(String.valueOf(map.get("label")), 120),
                String.valueOf(map.get("standing")),
                map.get("invokedAtNanos") instanceof Number from ? from.longValue() : 0,
                map.get("completionIndex") instanceof Number done ? (Long) done.longValue() : null,
                map.get("completedAtNanos") instanceof Number to ? (Long) to.longValue() : null));
      }
    }
    return bars.isEmpty() ? Optional.empty() : Optional.of(new CounterexamplePicture(bars));
  }

  void writeUnchecked(Html html) {
    try {
      write(html);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(Html html) throws IOException {
    TreeSet<Long> events = new TreeSet<>();
    Map<String, Integer> lanes = new TreeMap<>(CounterexamplePicture::byNumber);
    long first = Long.MAX_VALUE;
    long last = 0;
    for (Bar bar : bars) {
      events.add(bar.index());
      if (bar.completionIndex() != null) {
        events.add(bar.completionIndex());
      }
      lanes.put(bar.process(), 0);
      first = Math.min(first, bar.from());
      last = Math.max(last, bar.to() == null ? bar.from() : bar.to());
    }
    int next = 0;
    for (Map.Entry<String, Integer> lane : lanes.entrySet()) {
      lane.setValue(next++);
    }
    List<Long> order = new ArrayList<>(events);
    double length = Math.max(1, last - first);
    html.open("div", "class", "picture");
    html.open("p", "class", "lead")
        .markup(
            "<i class=\"key kept\"></i>operation <i class=\"key failing\"></i>no order explains")
        .markup(" this one <i class=\"key loosened\"></i>may take effect at any time ")
        .markup("<button type=\"button\" class=\"js scale\" aria-pressed=\"false\">Draw to scale")
        .markup("</button>")
        .close("p");
    html.open("div", "class", "picture-grid");
    for (Map.Entry<String, Integer> lane : lanes.entrySet()) {
      html.element("div", "process " + lane.getKey(), "class", "label");
      html.open(
          "svg",
          "class",
          "lane",
          "width",
          "100%",
          "height",
          String.valueOf(LANE_HEIGHT),
          "role",
          "list",
          "aria-label",
          "Operations of process " + lane.getKey());
      for (Bar bar : bars) {
        if (bar.process().equals(lane.getKey())) {
          bar(html, bar, order, first, length);
        }
      }
      html.close("svg");
    }
    html.close("div");
    html.open("output", "class", "picture-note js").close("output").close("div");
  }

  private static int byNumber(String left, String right) {
    try {
      return Long.compare(Long.parseLong(left), Long.parseLong(right));
    } catch (NumberFormatException e) {
      return left.compareTo(right);
    }
  }

  private static void bar(Html html, Bar bar, List<Long> order, long first, double length)
      throws IOException {
    double unit = 0.98 / order.size();
    double orderFrom = 0.01 + order.indexOf(bar.index()) * unit;
    double orderTo =
        bar.completionIndex() == null
            ? 1
            : 0.01 + (order.indexOf(bar.completionIndex()) + 0.7) * unit;
    double timeFrom = 0.01 + 0.98 * (bar.from() - first) / length;
    double timeTo = bar.to() == null ? 1 : 0.01 + 0.98 * (bar.to() - first) / length;
    String note =
        "#"
            + bar.index()
            + " process "
            + bar.process()
            + ": "
            + bar.label()
            + ", "
            + Figures.at(bar.from())
            + (bar.to() == null ? ", never completed" : " to " + Figures.at(bar.to()));
    String standing =
        switch (bar.standing()) {
          case "failing" -> "failing";
          case "loosened" -> "loosened";
          default -> "kept";
        };
    String width = Figures.percent(Math.max(0.006, orderTo - orderFrom));
    html.open(
        "g",
        "class",
        "operation " + standing,
        "tabindex",
        "0",
        "role",
        "listitem",
        "aria-label",
        note,
        "data-note",
        note);
    html.empty(
        "rect",
        "x",
        Figures.percent(orderFrom),
        "y",
        "20",
        "height",
        "18",
        "rx",
        "3",
        "width",
        width,
        "data-x",
        Figures.percent(timeFrom),
        "data-width",
        Figures.percent(Math.max(0.006, timeTo - timeFrom)));
    boolean late = orderFrom > 0.6;
    html.element(
        "text",
        (standing.equals("failing") ? "\u2716 " : "") + bar.label(),
        "x",
        Figures.percent(late ? Math.min(1, orderTo) : orderFrom),
        "data-x",
        Figures.percent(timeFrom > 0.6 ? Math.min(1, timeTo) : timeFrom),
        "y",
        "14",
        "text-anchor",
        late ? "end" : "start",
        "data-anchor",
        timeFrom > 0.6 ? "end" : "start");
    html.close("g");
  }
}
