package org.ordeal.checks.linearizability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Operation;

/**
 * Operations as bars over time, one a line, as text and as plain data for other pictures. Time is
 * drawn by order of events, not to scale.
 */
final class BarPicture {

  private static final int COLUMNS_PER_EVENT = 3;
  private static final int LONGEST_LABEL = 44;

  /** How much an operation constrains the order. */
  enum Standing {
    /** It is one of those that cannot be put in order. */
    KEPT,
    /** Its completion is the one at which no order is left. */
    FAILING,
    /** It only explains where a value comes from; it may take effect at any time. */
    LOOSENED
  }

  /**
   * One bar.
   *
   * @param invocation begin
   * @param completion end, or null if it never completed
   * @param standing how it is drawn
   */
  record Bar(Operation invocation, @Nullable Operation completion, Standing standing) {

    String label() {
      StringBuilder text = new StringBuilder(invocation.f());
      Object argument = invocation.value();
      if (argument instanceof List<?> pair && readsAnOffset(pair)) {
        text.append(" at ").append(Values.show(pair.get(0)));
        if (completion != null && completion.value() instanceof List<?> found) {
          Object value = found.size() == 2 ? found.get(1) : found;
          text.append(" -> ").append(value == null ? "nothing there" : Values.show(value));
        }
        return text.toString();
      }
      if (argument != null) {
        text.append(' ').append(Values.show(argument));
      }
      if (completion != null && !java.util.Objects.equals(completion.value(), argument)) {
        text.append(" -> ").append(Values.show(completion.value()));
      } else if (completion != null && argument == null && observes()) {
        text.append(" -> null");
      }
      return text.toString();
    }

    /** A read of a log is invoked with its offset and an empty place for what it finds. */
    private boolean readsAnOffset(List<?> pair) {
      return invocation.f().equals("read") && pair.size() == 2 && pair.get(1) == null;
    }

    private boolean observes() {
      return switch (invocation.f()) {
        case "acquire", "release" -> false;
        default -> true;
      };
    }

    private Map<String, Object> data() {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("index", invocation.index());
      data.put("process", invocation.process());
      data.put("f", invocation.f());
      data.put("label", label());
      data.put("invokedAtNanos", invocation.time());
      if (completion != null) {
        data.put("completionIndex", completion.index());
        data.put("completedAtNanos", completion.time());
      }
      if (invocation.node() != null) {
        data.put("node", invocation.node());
      }
      data.put("standing", standing.name().toLowerCase(java.util.Locale.ROOT));
      return data;
    }
  }

  private BarPicture() {}

  /** The bars as plain data. */
  static List<Map<String, Object>> data(List<Bar> bars) {
    return bars.stream().map(Bar::data).toList();
  }

  /** The bars as lines of text. */
  static String text(List<Bar> bars) {
    List<Long> order = new ArrayList<>(indexes(bars));
    List<String> labels = bars.stream().map(BarPicture::heading).toList();
    int width = labels.stream().mapToInt(String::length).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bars.size(); i++) {
      text.append(labels.get(i)).append(" ".repeat(width - labels.get(i).length() + 2));
      appendBar(text, bars.get(i), order);
      text.append('\n');
    }
    return text.toString();
  }

  private static Set<Long> indexes(List<Bar> bars) {
    Set<Long> indexes = new TreeSet<>();
    for (Bar bar : bars) {
      if (bar.standing != Standing.LOOSENED) {
        indexes.add(bar.invocation.index());
        if (bar.completion != null) {
          indexes.add(bar.completion.index());
        }
      }
    }
    return indexes;
  }

  private static String heading(Bar bar) {
    String label = bar.label();
    if (label.length() > LONGEST_LABEL) {
      label = label.substring(0, LONGEST_LABEL - 3) + "...";
    }
    return "#" + bar.invocation.index() + " process " + bar.invocation.process() + "  " + label;
  }

  private static void appendBar(StringBuilder text, Bar bar, List<Long> order) {
    int end = order.size() * COLUMNS_PER_EVENT;
    if (bar.standing == Standing.LOOSENED) {
      text.append(". ".repeat(Math.max(1, end / 2))).append(" at any time");
      return;
    }
    int from = order.indexOf(bar.invocation.index()) * COLUMNS_PER_EVENT;
    text.append(" ".repeat(from)).append('|');
    if (bar.completion == null) {
      text.append("- ".repeat(Math.max(1, (end - from) / 2))).append("> never completed");
      return;
    }
    int to = order.indexOf(bar.completion.index()) * COLUMNS_PER_EVENT;
    text.append("-".repeat(Math.max(0, to - from - 1))).append('|');
    if (bar.standing == Standing.FAILING) {
      text.append("  <-- no order of the operations explains this");
    }
  }
}
