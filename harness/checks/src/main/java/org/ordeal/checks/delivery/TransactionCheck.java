package org.ordeal.checks.delivery;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.checks.log.LogOperations;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;

/**
 * {@code transactions}: a transactional message is seen just if its transaction was committed.
 *
 * <p>Reads {@code send} (the half message), {@link DeliveryOperations#END} and {@link
 * DeliveryOperations#ANSWER} (the decision, told by the local transaction or when the broker
 * asked), {@code poll} and {@code drain} (what consumers see), {@link DeliveryOperations#SETTLE}.
 *
 * <ul>
 *   <li>{@code uncommitted-visible}: a message was seen before anybody had begun to tell the broker
 *       that it is committed;
 *   <li>{@code rolled-back-visible}: a message was seen whose transaction was rolled back;
 *   <li>{@code committed-missing}: the half message was acknowledged, the decision to commit was
 *       told, every queue was drained, the broker had no transaction left open, and the message is
 *       not there.
 * </ul>
 *
 * <p>A decision is told one way and may be lost; then the broker asks. So what is missing counts
 * only after the group has settled. A message that is seen twice is at-least-once, no anomaly.
 */
public final class TransactionCheck implements HistoryCheck {

  @Override
  public String name() {
    return "transactions";
  }

  @Override
  public String description() {
    return "A transactional message is seen just if its transaction was committed.";
  }

  @Override
  public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
    long start = System.nanoTime();
    Pass pass = new Pass();
    try (OperationStream operations = history.open()) {
      operations.forEachRemaining(pass::take);
    }
    return pass.result(name(), start);
  }

  private static final class Pass {
    private final Sightings sightings = new Sightings();
    private final Map<String, Operation> acknowledged = new LinkedHashMap<>();
    private final Map<String, Operation> committed = new HashMap<>();
    private final Map<String, Operation> rolledBack = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private boolean settled;
    private boolean gaveUp;
    private long drains;
    private long failedDrains;
    private long asked;

    void take(Operation operation) {
      if (operation.byNemesis()) {
        return;
      }
      switch (operation.f()) {
        case DeliveryOperations.END, DeliveryOperations.ANSWER -> {
          if (operation.type() == OperationType.INVOKE) {
            decided(operation);
          }
        }
        case DeliveryOperations.SETTLE -> {
          settled |= operation.type() == OperationType.OK;
          gaveUp |= operation.type() == OperationType.FAIL;
        }
        case LogOperations.DRAIN_END -> {
          drains += operation.type() == OperationType.OK ? 1 : 0;
          failedDrains += operation.type() == OperationType.FAIL ? 1 : 0;
        }
        case LogOperations.POLL, LogOperations.DRAIN -> {
          if (operation.type() == OperationType.OK) {
            seen(operation);
          }
        }
        default -> {
          if (LogOperations.appends(operation.f())
              && operation.type() == OperationType.OK
              && operation.value() instanceof String value) {
            acknowledged.put(value, operation);
          }
        }
      }
    }

    private void decided(Operation operation) {
      if (!(operation.value() instanceof List<?> pair)
          || pair.size() != 2
          || !(pair.get(0) instanceof String value)) {
        return;
      }
      asked += operation.f().equals(DeliveryOperations.ANSWER) ? 1 : 0;
      if (DeliveryOperations.COMMIT.equals(pair.get(1))) {
        committed.putIfAbsent(value, operation);
      } else if (DeliveryOperations.ROLLBACK.equals(pair.get(1))) {
        rolledBack.putIfAbsent(value, operation);
      }
    }

    private void seen(Operation operation) {
      if (!(operation.value() instanceof List<?> pairs)) {
        return;
      }
      for (Object entry : pairs) {
        if (entry instanceof List<?> pair
            && pair.size() == 2
            && pair.get(1) instanceof String value) {
          boolean first = seen.add(value);
          Operation rollback = rolledBack.get(value);
          if (rollback != null) {
            report(
                "rolled-back-visible",
                value,
                "though it was rolled back",
                operation,
                pair,
                rollback);
          } else if (first && !committed.containsKey(value)) {
            report(
                "uncommitted-visible",
                value,
                "before anybody had said that it is committed",
                operation,
                pair,
                acknowledged.get(value));
          }
        }
      }
    }

    private void report(
        String name,
        String value,
        String why,
        Operation read,
        List<?> pair,
        @Nullable Operation witness) {
      sightings.add(
          name,
          read.key(),
          "Message %s was seen %s.".formatted(value, why),
          Map.of("value", value),
          witness,
          Sightings.only(read, List.of(pair)));
    }

    CheckResult result(String check, long start) {
      boolean drained = drains > 0 && failedDrains == 0;
      long visible = 0;
      for (Map.Entry<String, Operation> entry : acknowledged.entrySet()) {
        String value = entry.getKey();
        visible += seen.contains(value) ? 1 : 0;
        Operation decision = committed.get(value);
        if (drained && settled && decision != null && !seen.contains(value)) {
          sightings.add(
              "committed-missing",
              entry.getValue().key(),
              "Message %s was acknowledged and committed, and is in no queue.".formatted(value),
              Map.of("value", value),
              entry.getValue(),
              decision);
        }
      }
      String doubt = null;
      if (acknowledged.isEmpty() || committed.isEmpty() || rolledBack.isEmpty()) {
        doubt = "No transaction, or none of one kind, was ended: nothing was tested.";
      } else if (!settled) {
        doubt =
            gaveUp
                ? "The broker had transactions open for longer than was waited for."
                : "Nobody waited for the broker to ask after its open transactions.";
      } else if (!drained) {
        doubt = "The queues were not read to their end.";
      }
      return sightings.result(
          check,
          doubt,
          "%d transactions were acknowledged; %d messages were seen, all of them committed; no committed one is missing; the broker asked %d times."
              .formatted(acknowledged.size(), visible, asked),
          acknowledged.size(),
          start,
          Map.of("asked", asked));
    }
  }
}
