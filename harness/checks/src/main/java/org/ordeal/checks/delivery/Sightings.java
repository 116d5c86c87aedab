package org.ordeal.checks.delivery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Operation;
import org.ordeal.history.Verdict;

/** The anomalies that a check has met: counted by name, the first of each name kept. */
final class Sightings {

  /** How many anomalies of one name are kept with witnesses. */
  static final int KEPT = 10;

  private final Map<String, Long> counts = new TreeMap<>();
  private final List<Anomaly> kept = new ArrayList<>();

  /**
   * Notes an anomaly.
   *
   * @param witnesses the operations that show it; null ones are left out
   */
  void add(
      String name,
      @Nullable String key,
      String summary,
      Map<String, Object> details,
      @Nullable Operation... witnesses) {
    if (counts.merge(name, 1L, Long::sum) <= KEPT) {
      List<Operation> operations =
          Arrays.stream(witnesses)
              .filter(Objects::nonNull)
              .sorted(Comparator.comparingLong(Operation::index))
              .toList();
      kept.add(new Anomaly(name, key, summary, operations, details));
    }
  }

  boolean none() {
    return counts.isEmpty();
  }

  /** Counts by name. */
  Map<String, Long> counts() {
    return Map.copyOf(counts);
  }

  /**
   * The result: a failure where anything was met, unknown where there is a doubt, else a pass.
   *
   * @param doubt why the history proves nothing, or null
   * @param passed the reason of a pass
   * @param extra further counts, of things that are no anomalies
   */
  CheckResult result(
      String check,
      @Nullable String doubt,
      String passed,
      long operations,
      long startNanos,
      Map<String, Long> extra) {
    Verdict verdict = !none() ? Verdict.FAIL : doubt != null ? Verdict.UNKNOWN : Verdict.PASS;
    String reason =
        switch (verdict) {
          case FAIL -> kept.getFirst().summary() + " In all: " + counts + ".";
          case UNKNOWN -> String.valueOf(doubt);
          case PASS -> passed;
        };
    Map<String, Long> all = new TreeMap<>(extra);
    all.putAll(counts);
    return new CheckResult(
        check,
        verdict,
        reason,
        operations,
        (System.nanoTime() - startNanos) / 1e9,
        all,
        kept,
        Map.of());
  }

  /** An operation with one of its many values only, so that a witness can be read. */
  static Operation only(Operation operation, Object value) {
    return new Operation(
        operation.index(),
        operation.time(),
        operation.process(),
        operation.type(),
        operation.f(),
        value,
        operation.key(),
        operation.node(),
        operation.error());
  }
}
