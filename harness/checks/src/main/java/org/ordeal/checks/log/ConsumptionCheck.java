package org.ordeal.checks.log;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private record Open(String key, @Nullable Object asked, int position) {}

  /** Bytes that one offset in a set takes, roughly. */
  private static final long BYTES_PER_OFFSET = 64;

  private static final int BUDGET_EVERY = 1 << 12;

  @Override
  public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
    long start = System.nanoTime();
    Pass pass = new Pass();
    Optional<String> undecided = Optional.empty();
    try (OperationStream operations = history.open()) {
      while (undecided.isEmpty() && operations.hasNext()) {
        pass.take(operations.next());
        if (pass.position % BUDGET_EVERY == 0) {
          undecided = spent(pass, budget, start);
        }
      }
      if (undecided.isEmpty()) {
        undecided = operations.truncated().map(ConsumptionCheck::cutShort);
      }
    } catch (OutOfMemoryError e) {
      pass.tried.clear();
      undecided = Optional.of("The heap of this process is too small for this history.");
    }
    return result(history, pass, undecided, start);
  }

  private static Optional<String> spent(Pass pass, CheckBudget budget, long start) {
    if (Duration.ofNanos(System.nanoTime() - start).compareTo(budget.time()) > 0) {
      return Optional.of(
          "After %d events the time of %s was used up.".formatted(pass.position, budget.time()));
    }
    if (pass.offsets * BYTES_PER_OFFSET > budget.bytes()) {
      return Optional.of(
          "After %d events the memory of %d bytes was used up."
              .formatted(pass.position, budget.bytes()));
    }
    return Optional.empty();
  }

  private static String cutShort(String told) {
    return "Nothing is wrong as far as the history goes, but it was cut short: " + told;
  }

  /** One reading of a history. */
  private static final class Pass {
    private final Findings findings = new Findings();
    private final Map<Integer, Open> open = new HashMap<>();

    /** By queue of a group: the offsets that somebody tried to commit. */
    private final Map<String, Set<Long>> tried = new HashMap<>();

    private long offsets;
    private int position;
    private long polls;
    private long answers;

    void take(Operation operation) {
      if (!operation.byNemesis()) {
        if (operation.type() == OperationType.INVOKE) {
          invoked(operation);
        } else {
          Open invoked = open.remove(operation.process());
          if (invoked != null && operation.type() == OperationType.OK) {
            answered(operation, invoked);
          }
        }
      }
      position++;
    }

    private void invoked(Operation operation) {
      String key = operation.key();
      switch (operation.f()) {
        case LogOperations.POLL, LogOperations.COMMIT, LogOperations.COMMITTED -> {
          if (key == null) {
            throw new IllegalArgumentException(
                "The %s at index %d names no queue: its key is missing."
                    .formatted(operation.f(), operation.index()));
          }
        }
        default -> {
          return;
        }
      }
      open.put(operation.process(), new Open(key, operation.value(), position));
      if (operation.f().equals(LogOperations.COMMIT)) {
        long offset = whole(operation.value(), operation);
        offsets += tried.computeIfAbsent(key, k -> new HashSet<>()).add(offset) ? 1 : 0;
      }
    }

    private void answered(Operation operation, Open invoked) {
      if (operation.f().equals(LogOperations.POLL)) {
        polls++;
        polled(findings, invoked, operation, position);
      } else if (operation.f().equals(LogOperations.COMMITTED)) {
        answers++;
        committed(findings, tried.get(invoked.key), invoked, operation, position);
      }
    }
  }

  private static long whole(@Nullable Object value, Operation operation) {
    if (value instanceof Long number) {
      return number;
    }
    throw malformed(operation);
  }

  private static IllegalArgumentException malformed(Operation operation) {
    return new IllegalArgumentException(
        "The value %s of the %s at index %d has not the form that the model gives it."
            .formatted(operation.value(), operation.f(), operation.index()));
  }

  private static void polled(Findings findings, Open invoked, Operation operation, int position) {
    String key = invoked.key;
    if (!(operation.value() instanceof List<?> pairs)) {
      throw malformed(operation);
    }
    long expected = whole(invoked.asked, operation);
    for (Object entry : pairs) {
      if (!(entry instanceof List<?> pair)
          || pair.size() != 2
          || !(pair.getFirst() instanceof Long offset)) {
        throw malformed(operation);
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
      @Nullable Set<Long> tried,
      Open invoked,
      Operation operation,
      int position) {
    long offset = operation.value() == null ? 0 : whole(operation.value(), operation);
    if (offset != 0 && (tried == null || !tried.contains(offset))) {
      findings.add(
          "group-offset-regression",
          invoked.key,
          Map.of("offset", offset),
          () -> "The group's offset is said to be %d, which nobody committed.".formatted(offset),
          invoked.position,
          position);
    }
  }

  private CheckResult result(
      HistorySource history, Pass pass, Optional<String> undecided, long start) throws IOException {
    Findings findings = pass.findings;
    long polls = pass.polls;
    long answers = pass.answers;
    boolean amiss = !findings.counts().isEmpty();
    boolean decided = undecided.isEmpty() && polls + answers > 0;
    Verdict verdict = amiss ? Verdict.FAIL : decided ? Verdict.PASS : Verdict.UNKNOWN;
    String reason =
        switch (verdict) {
          case FAIL ->
              "Among %d polls and %d committed offsets: %s."
                  .formatted(polls, answers, findings.counts());
          case UNKNOWN -> undecided.orElse("Nothing was consumed, so nothing was tested.");
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
