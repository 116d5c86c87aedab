package org.ordeal.checks.log;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

/**
 * {@code consumption}: what a consumer of a queue is served by its {@code poll}s, and what the
 * group is told of its {@code committed} offset.
 *
 * <ul>
 *   <li>{@code nonmonotonic-poll}: within one poll, offsets do not rise, or one lies below the
 *       offset that was asked for;
 *   <li>{@code poll-skip}: a poll that found messages leaves out offsets, from the one asked for to
 *       the last that it returned;
 *   <li>{@code group-offset-regression}: the committed offset is one that nobody ever tried to
 *       commit. (Going back to an earlier commit is at-least-once delivery: RocketMQ keeps group
 *       offsets in memory for some seconds. So is having none.)
 * </ul>
 *
 * <p>A poll asks for offsets of its own choice, so a consumer that starts afresh where the group
 * had committed is no skip.
 */
public final class ConsumptionCheck implements HistoryCheck {

  @Override
  public String name() {
    return "consumption";
  }

  @Override
  public String description() {
    return "Consumers are served every offset in order, and a group's offset is one that it"
        + " committed.";
  }

  private record Open(Operation invocation, int position) {}

  @Override
  public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
    long start = System.nanoTime();
    Findings findings = new Findings();
    Map<Integer, Open> open = new HashMap<>();
    Map<String, Set<Long>> tried = new HashMap<>();
    long polls = 0;
    long answers = 0;
    try (OperationStream operations = history.open()) {
      for (int position = 0; operations.hasNext(); position++) {
        Operation operation = operations.next();
        String key = operation.key();
        if (operation.byNemesis() || key == null) {
          continue;
        }
        if (operation.type() == OperationType.INVOKE) {
          open.put(operation.process(), new Open(operation, position));
          if (operation.f().equals(LogOperations.COMMIT)
              && operation.value() instanceof Long offset) {
            tried.computeIfAbsent(key, k -> new HashSet<>()).add(offset);
          }
          continue;
        }
        Open invoked = open.remove(operation.process());
        if (invoked == null || operation.type() != OperationType.OK) {
          continue;
        }
        switch (operation.f()) {
          case LogOperations.POLL -> {
            polls++;
            polled(findings, key, invoked, operation, position);
          }
          case LogOperations.COMMITTED -> {
            answers++;
            committed(findings, key, tried.get(key), invoked, operation, position);
          }
          default -> {}
        }
      }
    }
    return result(history, findings, polls, answers, start);
  }

  private static void polled(
      Findings findings, String key, Open invoked, Operation operation, int position) {
    if (!(operation.value() instanceof List<?> pairs)
        || !(invoked.invocation.value() instanceof Long from)) {
      return;
    }
    long expected = from;
    for (Object entry : pairs) {
      if (!(entry instanceof List<?> pair) || !(pair.getFirst() instanceof Long offset)) {
        continue;
      }
      long wanted = expected;
      if (offset < wanted) {
        findings.add(
            "nonmonotonic-poll",
            key,
            Map.of("offset", offset, "expected", wanted),
            () -> "A poll returned offset %d where %d was to come next.".formatted(offset, wanted),
            invoked.position,
            position);
      } else if (offset > wanted) {
        findings.add(
            "poll-skip",
            key,
            Map.of("offset", offset, "expected", wanted),
            () ->
                "A poll returned offset %d where %d was to come next: %d were left out."
                    .formatted(offset, wanted, offset - wanted),
            invoked.position,
            position);
      }
      expected = offset + 1;
    }
  }

  private static void committed(
      Findings findings,
      String key,
      @Nullable Set<Long> tried,
      Open invoked,
      Operation operation,
      int position) {
    if (operation.value() instanceof Long offset
        && offset != 0
        && (tried == null || !tried.contains(offset))) {
      findings.add(
          "group-offset-regression",
          key,
          Map.of("offset", offset),
          () -> "The group's offset is said to be %d, which nobody committed.".formatted(offset),
          invoked.position,
          position);
    }
  }

  private CheckResult result(
      HistorySource history, Findings findings, long polls, long answers, long start)
      throws IOException {
    boolean amiss = !findings.counts().isEmpty();
    Verdict verdict = amiss ? Verdict.FAIL : polls + answers == 0 ? Verdict.UNKNOWN : Verdict.PASS;
    String reason =
        switch (verdict) {
          case FAIL ->
              "Among %d polls and %d committed offsets: %s."
                  .formatted(polls, answers, findings.counts());
          case UNKNOWN -> "Nothing was consumed, so nothing was tested.";
          case PASS ->
              "%d polls returned every offset in order; %d committed offsets were ones that the group committed."
                  .formatted(polls, answers);
        };
    return new CheckResult(
        name(),
        verdict,
        reason,
        polls + answers,
        (System.nanoTime() - start) / 1e9,
        findings.counts(),
        findings.anomalies(history),
        Map.of());
  }
}
