package org.ordeal.checks.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.ordeal.checks.CheckBudget;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.Verdict;

/** Runs the pass and turns what it found into a result. */
final class LogAnalysis {

  /** Names that break a promise; everything else that is counted is information. */
  static final Set<String> ANOMALIES =
      Set.of(
          "lost",
          "unreadable",
          "unexpected",
          "aborted-read",
          "duplicate",
          "inconsistent-offset",
          "offset-gap",
          "nonmonotonic-offset",
          "stale-read",
          "end-offset-regression",
          "consumed-then-lost",
          "divergence",
          "truncated");

  private static final int BUDGET_EVERY = 1 << 12;

  private final String check;
  private final boolean drainRequired;

  LogAnalysis(String check, boolean drainRequired) {
    this.check = check;
    this.drainRequired = drainRequired;
  }

  CheckResult run(HistorySource history, CheckBudget budget) throws IOException {
    long start = System.nanoTime();
    LogPass pass = new LogPass(new Findings());
    try {
      return run(history, budget, pass, start);
    } catch (OutOfMemoryError e) {
      String reason = "The heap of this process is too small for this history.";
      return result(new LogPass(new Findings()), start, Verdict.UNKNOWN, reason, List.of());
    }
  }

  private CheckResult run(HistorySource history, CheckBudget budget, LogPass pass, long start)
      throws IOException {
    Findings findings = pass.findings;
    String spent = null;
    Optional<String> truncated;
    try (OperationStream operations = history.open()) {
      while (spent == null && operations.hasNext()) {
        Operation operation = operations.next();
        pass.take(operation);
        if (pass.positions() % BUDGET_EVERY == 0) {
          spent = spent(pass, budget, start);
        }
      }
      truncated = spent == null ? operations.truncated() : Optional.empty();
    }
    if (spent != null) {
      return result(pass, start, Verdict.UNKNOWN, spent, List.of());
    }
    boolean whole = new LogVerdict(pass, start + nanos(budget)).judge();
    Verdict verdict = verdict(pass);
    if (!whole && verdict == Verdict.PASS) {
      return result(pass, start, Verdict.UNKNOWN, timeIsUp(pass, budget), List.of());
    }
    if (verdict == Verdict.PASS && truncated.isPresent()) {
      return result(
          pass,
          start,
          Verdict.UNKNOWN,
          "Nothing is wrong as far as the history goes, but it was cut short: " + truncated.get(),
          List.of());
    }
    String reason = reason(pass, verdict) + truncated.map(text -> " " + text).orElse("");
    return new CheckResult(
        check,
        verdict,
        reason,
        pass.judged(),
        seconds(start),
        findings.counts(),
        findings.anomalies(history),
        details(pass));
  }

  private static @org.jspecify.annotations.Nullable String spent(
      LogPass pass, CheckBudget budget, long start) {
    if (System.nanoTime() - start > nanos(budget)) {
      return timeIsUp(pass, budget);
    }
    if (pass.bytes() > budget.bytes()) {
      return "After %d events the memory of %d bytes was used up."
          .formatted(pass.positions(), budget.bytes());
    }
    return null;
  }

  /** A quarter of what can be counted, so that a sum does not overflow: 73 years. */
  private static long nanos(CheckBudget budget) {
    try {
      return Math.min(budget.time().toNanos(), Long.MAX_VALUE / 4);
    } catch (ArithmeticException longerThanThreeCenturies) {
      return Long.MAX_VALUE / 4;
    }
  }

  private static String timeIsUp(LogPass pass, CheckBudget budget) {
    return "After %d events the time of %s was used up.".formatted(pass.positions(), budget.time());
  }

  private CheckResult result(
      LogPass pass,
      long start,
      Verdict verdict,
      String reason,
      List<org.ordeal.history.Anomaly> anomalies) {
    return new CheckResult(
        check,
        verdict,
        reason,
        pass.judged(),
        seconds(start),
        pass.findings.counts(),
        anomalies,
        Map.of());
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private Verdict verdict(LogPass pass) {
    if (ANOMALIES.stream().anyMatch(name -> pass.findings.count(name) > 0)) {
      return Verdict.FAIL;
    }
    if (pass.findings.count("acknowledged") == 0 || !undrained(pass).isEmpty()) {
      return Verdict.UNKNOWN;
    }
    return Verdict.PASS;
  }

  /** Queues whose end is not known, as far as that matters. */
  private List<String> undrained(LogPass pass) {
    List<String> keys = new ArrayList<>();
    boolean due =
        drainRequired || pass.queueList.stream().anyMatch(queue -> !queue.drains.isEmpty());
    for (QueueLog queue : pass.queueList) {
      boolean matters = drainRequired || queue.told.size() > 0 || !queue.drains.isEmpty();
      if (due && matters && (!queue.drained() || !leftOut(pass, queue).isEmpty())) {
        keys.add(queue.key);
      }
    }
    return keys;
  }

  /** Nodes that other queues of the same group were read from, and this one was not. */
  private static Set<String> leftOut(LogPass pass, QueueLog queue) {
    Set<String> asked = queue.drains.keySet();
    Set<String> missing = new TreeSet<>();
    for (QueueLog other : pass.queueList) {
      if (!Collections.disjoint(other.drains.keySet(), asked)) {
        missing.addAll(other.drains.keySet());
      }
    }
    missing.removeAll(asked);
    return missing;
  }

  private String reason(LogPass pass, Verdict verdict) {
    Findings findings = pass.findings;
    return switch (verdict) {
      case FAIL ->
          "Of %d acknowledged messages in %d queues: %s."
              .formatted(
                  findings.count("acknowledged"),
                  pass.queueList.size(),
                  String.join(
                      ", ",
                      ANOMALIES.stream()
                          .filter(name -> findings.count(name) > 0)
                          .sorted()
                          .map(name -> findings.count(name) + " " + name)
                          .toList()));
      case UNKNOWN -> {
        List<String> keys = undrained(pass);
        yield keys.isEmpty()
            ? "No send was acknowledged, so nothing was tested."
            : "%d of %d queues were not read to their end from every node (%s), so %d acknowledged messages are undecided."
                .formatted(
                    keys.size(),
                    pass.queueList.size(),
                    whyUndrained(pass, keys.getFirst()),
                    findings.count("undecided"));
      }
      case PASS ->
          "All %d acknowledged messages of %d queues are where they were acknowledged%s."
              .formatted(
                  findings.count("acknowledged"),
                  pass.queueList.size(),
                  pass.queueList.stream().allMatch(QueueLog::drained)
                      ? ", on every node that was read"
                      : ", as far as reads went; the history has no drain, so losses were not looked for");
    };
  }

  private static String whyUndrained(LogPass pass, String key) {
    QueueLog queue = pass.queues.get(key);
    if (queue == null || queue.drains.isEmpty()) {
      return key + ": no drain";
    }
    return queue.drains.values().stream()
        .filter(drain -> !drain.complete)
        .findFirst()
        .map(drain -> "%s on %s: %s".formatted(key, drain.node, drain.failure))
        .orElseGet(
            () -> "%s on %s: no drain".formatted(key, String.join(", ", leftOut(pass, queue))));
  }

  private static Map<String, Object> details(LogPass pass) {
    List<Map<String, Object>> queues = new ArrayList<>();
    for (QueueLog queue : pass.queueList) {
      Map<String, Object> entry = new HashMap<>();
      entry.put("key", queue.key);
      entry.put("end", queue.provenEnd);
      entry.put("drained", queue.drained());
      Map<String, Object> nodes = new HashMap<>();
      for (QueueLog.NodeDrain drain : queue.drains.values()) {
        nodes.put(drain.node, drain.values.size());
      }
      entry.put("nodes", nodes);
      queues.add(entry);
    }
    return Map.of("queues", queues);
  }
}
