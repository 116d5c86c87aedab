package org.ordeal.checks.delivery;

import java.io.IOException;
import java.util.ArrayList;
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
 * {@code ordered-delivery}: what a group of consumers is served under orderly consumption. Reads
 * {@code send}, {@link DeliveryOperations#CONSUME} and {@link DeliveryOperations#SETTLE}.
 *
 * <ul>
 *   <li>{@code double-ownership}: two consumers have a message of one queue in hand at the same
 *       time, and both finish. (One that never finishes was killed, which proves nothing.)
 *   <li>{@code order-violation}: a message is handed out before the one that the same process had
 *       sent to the same queue before it, and that had been acknowledged by then, was consumed by
 *       anybody. The process is the sharding key: it sends one message after the other. Redelivery
 *       of what was consumed before is at-least-once, no violation.
 *   <li>{@code never-delivered}: an acknowledged message was consumed by nobody, though a later one
 *       of the queue was, or though the group had settled at the end of every queue.
 * </ul>
 *
 * <p>Messages beyond what was consumed last, of a group that did not settle, are left open: {@code
 * unknown}. Memory: some hundred bytes a message.
 */
public final class OrderedDeliveryCheck implements HistoryCheck {

  @Override
  public String name() {
    return "ordered-delivery";
  }

  @Override
  public String description() {
    return "Each queue has one consumer at a time, which gets every acknowledged message, in the"
        + " order of its sharding key.";
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

  /** An overlap that counts once the consumer that was there first has finished. */
  private record Overlap(Operation first, Operation second) {}

  private static final class QueueState {
    final Map<String, Operation> acknowledged = new LinkedHashMap<>();
    final Map<String, Long> offsets = new HashMap<>();
    final Map<String, String> predecessors = new HashMap<>();
    final Map<Integer, String> lastAcknowledged = new HashMap<>();
    final Set<String> consumed = new HashSet<>();
    final Map<Integer, Operation> inHand = new HashMap<>();
    final List<Overlap> overlaps = new ArrayList<>();
    long furthest = -1;
  }

  private static final class Pass {
    private final Sightings sightings = new Sightings();
    private final Map<String, QueueState> queues = new LinkedHashMap<>();
    private final Map<Integer, Operation> open = new HashMap<>();
    private long consumed;
    private long acknowledged;
    private boolean settled;

    void take(Operation operation) {
      if (operation.byNemesis()) {
        return;
      }
      if (operation.type() == OperationType.INVOKE) {
        open.put(operation.process(), operation);
        begin(operation);
        return;
      }
      Operation invoked = open.remove(operation.process());
      if (invoked != null) {
        end(invoked, operation);
      }
    }

    private @Nullable QueueState queue(Operation operation) {
      String key = operation.key();
      return key == null ? null : queues.computeIfAbsent(key, k -> new QueueState());
    }

    private void begin(Operation operation) {
      QueueState queue = queue(operation);
      if (queue == null) {
        return;
      }
      if (LogOperations.appends(operation.f()) && operation.value() instanceof String value) {
        String before = queue.lastAcknowledged.get(operation.process());
        if (before != null) {
          queue.predecessors.put(value, before);
        }
      } else if (operation.f().equals(DeliveryOperations.CONSUME)) {
        for (Operation other : queue.inHand.values()) {
          queue.overlaps.add(new Overlap(other, operation));
        }
        queue.inHand.put(operation.process(), operation);
        order(queue, operation);
      }
    }

    private void order(QueueState queue, Operation operation) {
      String value = valueOf(operation);
      String before = value == null ? null : queue.predecessors.get(value);
      if (before != null && !queue.consumed.contains(before)) {
        sightings.add(
            "order-violation",
            operation.key(),
            "Message %s was handed out before %s was consumed, which the same process had sent to the same queue before it."
                .formatted(value, before),
            Map.of("value", String.valueOf(value), "before", before),
            queue.acknowledged.get(before),
            operation);
      }
    }

    private void end(Operation invoked, Operation operation) {
      if (operation.f().equals(DeliveryOperations.SETTLE)) {
        settled = operation.type() == OperationType.OK;
        return;
      }
      QueueState queue = queue(operation);
      if (queue == null) {
        return;
      }
      boolean ok = operation.type() == OperationType.OK;
      if (LogOperations.appends(operation.f())
          && ok
          && operation.value() instanceof List<?> pair
          && pair.size() == 2
          && pair.get(0) instanceof Long offset
          && pair.get(1) instanceof String value) {
        queue.acknowledged.put(value, operation);
        queue.offsets.put(value, offset);
        queue.lastAcknowledged.put(operation.process(), value);
        acknowledged++;
      } else if (operation.f().equals(DeliveryOperations.CONSUME)) {
        queue.inHand.remove(operation.process());
        finishOverlaps(queue, invoked);
        String value = valueOf(operation);
        if (ok && value != null && operation.value() instanceof List<?> pair) {
          consumed++;
          queue.consumed.add(value);
          if (pair.getFirst() instanceof Long offset) {
            queue.furthest = Math.max(queue.furthest, offset);
          }
        }
      }
    }

    /** Both have finished when the second to finish does. */
    private void finishOverlaps(QueueState queue, Operation finished) {
      List<Overlap> left = new ArrayList<>();
      for (Overlap overlap : queue.overlaps) {
        boolean first = overlap.first.index() == finished.index();
        boolean second = overlap.second.index() == finished.index();
        Operation other = first ? overlap.second : overlap.first;
        if (!first && !second) {
          left.add(overlap);
        } else if (isInHand(queue, other)) {
          left.add(overlap);
        } else {
          sightings.add(
              "double-ownership",
              finished.key(),
              "Processes %d and %d had messages of one queue in hand at the same time."
                  .formatted(overlap.first.process(), overlap.second.process()),
              Map.of(),
              overlap.first,
              overlap.second);
        }
      }
      queue.overlaps.clear();
      queue.overlaps.addAll(left);
    }

    private static boolean isInHand(QueueState queue, Operation invocation) {
      Operation now = queue.inHand.get(invocation.process());
      return now != null && now.index() == invocation.index();
    }

    private static @Nullable String valueOf(Operation operation) {
      return operation.value() instanceof List<?> pair
              && pair.size() == 2
              && pair.get(1) instanceof String value
          ? value
          : null;
    }

    CheckResult result(String check, long start) {
      long undecided = 0;
      for (Map.Entry<String, QueueState> entry : queues.entrySet()) {
        QueueState queue = entry.getValue();
        for (Map.Entry<String, Operation> message : queue.acknowledged.entrySet()) {
          String value = message.getKey();
          long offset = queue.offsets.getOrDefault(value, -1L);
          if (queue.consumed.contains(value)) {
            continue;
          }
          if (settled || offset < queue.furthest) {
            sightings.add(
                "never-delivered",
                entry.getKey(),
                "Message %s was acknowledged at offset %d and consumed by nobody, though %s."
                    .formatted(
                        value,
                        offset,
                        offset < queue.furthest
                            ? "offset %d was consumed".formatted(queue.furthest)
                            : "the group says that it has consumed all"),
                Map.of("value", value, "offset", offset),
                message.getValue());
          } else {
            undecided++;
          }
        }
      }
      String doubt = null;
      if (consumed == 0) {
        doubt = "Nothing was consumed, so nothing was tested.";
      } else if (undecided > 0 || !settled) {
        doubt =
            "The consumers did not come to the end of the queues: %d acknowledged messages may be delivered yet."
                .formatted(undecided);
      }
      return sightings.result(
          check,
          doubt,
          "%d acknowledged messages were delivered in order, each queue to one consumer at a time (%d deliveries)."
              .formatted(acknowledged, consumed),
          consumed,
          start,
          Map.of("deliveries", consumed));
    }
  }
}
