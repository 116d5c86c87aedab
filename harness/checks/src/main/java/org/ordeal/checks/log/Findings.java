package org.ordeal.checks.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Anomaly;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;

/**
 * Counts anomalies by name, and keeps the first of each name with the positions of its witnesses.
 */
final class Findings {

  /** How many anomalies of one name are kept with witnesses. */
  static final int KEPT = 10;

  /**
   * What is appended to the name of an anomaly to count those of them that a loss would explain: a
   * fault that can take a log's tail lies between the operations that contradict each other.
   */
  static final String ACROSS_STRIKE = "-across-strike";

  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, List<Kept>> kept = new LinkedHashMap<>();

  private record Kept(
      String name,
      String key,
      String summary,
      TreeSet<Integer> positions,
      Map<String, Object> details) {}

  /** Builds the sentence only for anomalies that are kept. */
  @FunctionalInterface
  interface Summary {
    String text();
  }

  /**
   * Notes an anomaly.
   *
   * @param positions of its witnesses in the history; {@link ValueTable#NONE} is skipped
   */
  void add(
      String name, String key, Map<String, Object> details, Summary summary, int... positions) {
    counts.merge(name, 1L, Long::sum);
    List<Kept> ofName = kept.computeIfAbsent(name, n -> new ArrayList<>());
    if (ofName.size() < KEPT) {
      TreeSet<Integer> witnesses = new TreeSet<>();
      for (int position : positions) {
        if (position >= 0) {
          witnesses.add(position);
        }
      }
      ofName.add(new Kept(name, key, summary.text(), witnesses, details));
    }
  }

  /** Notes that the anomaly just added is one that a loss would explain. */
  void acrossStrike(String name) {
    counts.merge(name + ACROSS_STRIKE, 1L, Long::sum);
  }

  /** Counts something that is no anomaly. */
  void count(String name, long times) {
    counts.merge(name, times, Long::sum);
  }

  long count(String name) {
    return counts.getOrDefault(name, 0L);
  }

  Map<String, Long> counts() {
    return counts;
  }

  /** Reads the witnesses from the history. */
  List<Anomaly> anomalies(HistorySource history) throws IOException {
    TreeSet<Integer> wanted = new TreeSet<>();
    kept.values().forEach(list -> list.forEach(anomaly -> wanted.addAll(anomaly.positions)));
    Map<Integer, Operation> found = fetch(history, wanted);
    List<Anomaly> anomalies = new ArrayList<>();
    for (List<Kept> ofName : kept.values()) {
      for (Kept anomaly : ofName) {
        List<Operation> operations = new ArrayList<>();
        for (Integer position : anomaly.positions) {
          Operation operation = found.get(position);
          if (operation != null) {
            operations.add(trim(operation, anomaly.details.get("offset")));
          }
        }
        anomalies.add(
            new Anomaly(anomaly.name, anomaly.key, anomaly.summary, operations, anomaly.details));
      }
    }
    return anomalies;
  }

  private static Map<Integer, Operation> fetch(HistorySource history, NavigableSet<Integer> wanted)
      throws IOException {
    Map<Integer, Operation> found = new HashMap<>();
    if (wanted.isEmpty()) {
      return found;
    }
    try (OperationStream operations = history.open()) {
      for (int position = 0; position <= wanted.last() && operations.hasNext(); position++) {
        Operation operation = operations.next();
        if (wanted.contains(position)) {
          found.put(position, operation);
        }
      }
    }
    return found;
  }

  /** Of a drain or a poll with hundreds of messages only the one that matters. */
  private static Operation trim(Operation operation, @Nullable Object offset) {
    if (!(operation.value() instanceof List<?> list) || list.size() <= 2 || offset == null) {
      return operation;
    }
    List<Object> matching = new ArrayList<>();
    for (Object entry : list) {
      if (entry instanceof List<?> pair && !pair.isEmpty() && offset.equals(pair.getFirst())) {
        matching.add(pair);
      }
    }
    return new Operation(
        operation.index(),
        operation.time(),
        operation.process(),
        operation.type(),
        operation.f(),
        matching,
        operation.key(),
        operation.node(),
        operation.error());
  }
}
