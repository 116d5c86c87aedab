package org.ordeal.reports;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.HistoryReader;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/**
 * What a report tells of a history: counts per operation, rates over time, who led when. Made in
 * one pass; its size does not grow with the history.
 */
final class HistorySummary {
  private static final int MOST_KINDS = 20;
  private static final int MOST_SPANS = 5_000;

  private final TimeBins bins = new TimeBins();
  private final Map<String, Map<OperationType, Long>> totals = new TreeMap<>();
  private final Map<String, RoleSpan> open = new LinkedHashMap<>();
  private final List<RoleSpan> spans = new ArrayList<>();
  private long operations;
  private long endNanos;
  private @Nullable String problem;

  private HistorySummary() {}

  /** Who was what, from when to when. */
  record RoleSpan(String node, String group, String role, String term, long from, long to) {}

  /** A summary of nothing, with the reason why. */
  static HistorySummary none(String why) {
    HistorySummary summary = new HistorySummary();
    summary.problem = why;
    return summary;
  }

  /** Summarizes a history file; what could not be read is told by {@link #problem}. */
  static HistorySummary read(Path file) {
    HistorySummary summary = new HistorySummary();
    try (HistoryReader reader = HistoryReader.open(file)) {
      while (reader.hasNext()) {
        summary.add(reader.next());
      }
      reader.truncated().ifPresent(told -> summary.problem = told);
    } catch (IOException | RuntimeException e) {
      // A report of what is known is better than none; the reader is told what is missing.
      // Pages are passed on, so they do not tell where on this machine the file was.
      summary.problem =
          "The history could not be read to its end: "
              + String.valueOf(e.getMessage())
                  .replace(file.toString(), String.valueOf(file.getFileName()));
    }
    for (RoleSpan span : summary.open.values()) {
      summary.close(span, summary.endNanos);
    }
    return summary;
  }

  private void add(Operation operation) {
    endNanos = Math.max(endNanos, operation.time());
    if (operation.byNemesis()) {
      if (operation.f().equals("role") && operation.value() instanceof Map<?, ?> value) {
        role(operation, value);
      }
      return;
    }
    if (operation.type() == OperationType.INVOKE) {
      operations++;
      return;
    }
    Map<OperationType, Long> counts = totals.get(operation.f());
    if (counts == null) {
      if (totals.size() >= MOST_KINDS) {
        return;
      }
      counts = new EnumMap<>(OperationType.class);
      totals.put(operation.f(), counts);
    }
    counts.merge(operation.type(), 1L, Long::sum);
    bins.count(series(operation.f(), operation.type()), operation.time());
  }

  private static String series(String f, OperationType type) {
    return f + "/" + type.name().toLowerCase(Locale.ROOT);
  }

  private void role(Operation operation, Map<?, ?> value) {
    String node = string(value.get("node"));
    RoleSpan begun =
        new RoleSpan(
            node,
            string(value.get("group")),
            string(value.get("role")),
            string(value.get("term")),
            operation.time(),
            operation.time());
    RoleSpan before = open.get(node);
    if (before != null) {
      if (before.role().equals(begun.role()) && before.term().equals(begun.term())) {
        return;
      }
      close(before, operation.time());
    }
    open.put(node, begun);
  }

  private void close(RoleSpan span, long to) {
    if (spans.size() < MOST_SPANS) {
      spans.add(new RoleSpan(span.node(), span.group(), span.role(), span.term(), span.from(), to));
    }
  }

  private static String string(@Nullable Object value) {
    return value == null ? "" : String.valueOf(value);
  }

  /** Operations that clients invoked. */
  long operations() {
    return operations;
  }

  /** Time of the last event, in nanoseconds since the start of the run. */
  long endNanos() {
    return endNanos;
  }

  /** Why this may not be all; null where it is. */
  @Nullable String problem() {
    return problem;
  }

  /** Names of operations, the most frequent first. */
  List<String> kinds() {
    List<String> kinds = new ArrayList<>(totals.keySet());
    kinds.sort((a, b) -> Long.compare(completed(b), completed(a)));
    return kinds;
  }

  private long completed(String f) {
    return count(f, OperationType.OK) + count(f, OperationType.FAIL) + count(f, OperationType.INFO);
  }

  long count(String f, OperationType type) {
    return totals.getOrDefault(f, Map.of()).getOrDefault(type, 0L);
  }

  /** Completions of one kind per second, one value per bin. */
  double[] rates(String f, OperationType type) {
    return bins.rates(series(f, type));
  }

  long binNanos() {
    return bins.widthNanos();
  }

  /** Spans of roles in order of their end; every node has at least one. */
  List<RoleSpan> roles() {
    return spans;
  }
}
