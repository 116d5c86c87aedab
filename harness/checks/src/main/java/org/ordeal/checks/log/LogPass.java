package org.ordeal.checks.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/**
 * The pass over the history: fills the tables, and finds what can be found on the way, namely what
 * depends on the order of events.
 */
final class LogPass {

  /** An operation under way; {@code bound} is what had been proved when it was invoked. */
  private record Open(
      String f,
      QueueLog queue,
      int value,
      int position,
      long bound,
      int boundAt,
      String node,
      @Nullable Object asked) {}

  final ValueTable values = new ValueTable();
  final Findings findings;
  final Strikes strikes = new Strikes();
  final Copies copies = new Copies();
  final Map<String, QueueLog> queues = new LinkedHashMap<>();
  final List<QueueLog> queueList = new ArrayList<>();
  private final Places places;
  private final Map<Integer, Open> open = new HashMap<>();
  private int position = -1;
  private long judged;

  LogPass(Findings findings) {
    this.findings = findings;
    this.places = new Places(values, findings, strikes, copies, queueList);
  }

  /** Events taken so far. */
  int positions() {
    return position + 1;
  }

  /** Operations on queues. */
  long judged() {
    return judged;
  }

  /** Bytes that the tables take, roughly. */
  long bytes() {
    long bytes = values.bytes() + copies.bytes();
    for (QueueLog queue : queueList) {
      bytes += queue.told.bytes() + queue.retold.bytes();
      for (QueueLog.NodeDrain drain : queue.drains.values()) {
        bytes += drain.values.bytes() + drain.earlier.bytes();
      }
    }
    return bytes;
  }

  /** Takes the next event. */
  void take(Operation operation) {
    position = Math.addExact(position, 1);
    strikes.passes(operation.time(), position);
    if (operation.byNemesis()) {
      strikes.take(operation, position);
      return;
    }
    if (!known(operation.f())) {
      return;
    }
    if (operation.type() == OperationType.INVOKE) {
      invoke(operation, queue(required(operation.key(), operation)));
      return;
    }
    Open invoked = open.remove(operation.process());
    if (invoked != null) {
      complete(operation, invoked);
    }
  }

  /** What names no queue would otherwise go unjudged without a word. */
  private static String required(@Nullable String key, Operation operation) {
    if (key == null) {
      throw new IllegalArgumentException(
          "The %s at index %d names no queue: its key is missing."
              .formatted(operation.f(), operation.index()));
    }
    return key;
  }

  private static boolean known(String f) {
    return switch (f) {
      case LogOperations.SEND,
          LogOperations.APPEND,
          LogOperations.READ,
          LogOperations.MAX_OFFSET,
          LogOperations.POLL,
          LogOperations.DRAIN,
          LogOperations.DRAIN_END,
          LogOperations.FOUND_IN_FILES ->
          true;
      default -> false;
    };
  }

  private QueueLog queue(String key) {
    return queues.computeIfAbsent(
        key,
        name -> {
          QueueLog queue = new QueueLog(queueList.size(), name);
          queueList.add(queue);
          return queue;
        });
  }

  private void invoke(Operation operation, QueueLog queue) {
    judged++;
    int value = ValueTable.NONE;
    if (LogOperations.appends(operation.f())) {
      value = values.number(required(operation.value(), operation));
      if (values.has(value, ValueTable.SENT)) {
        values.set(value, ValueTable.SENT_TWICE);
        copies.sentAgain(values, value, queue.number, position, queue.highestAcknowledged);
      } else {
        values.set(value, ValueTable.SENT);
        values.sentAt[value] = position;
        values.after[value] = queue.highestAcknowledged;
        values.queue[value] = queue.number;
      }
    }
    String node = operation.node() == null ? "" : operation.node();
    if (operation.f().equals(LogOperations.DRAIN)
        || operation.f().equals(LogOperations.DRAIN_END)) {
      queue.drains.computeIfAbsent(node, QueueLog.NodeDrain::new);
    }
    open.put(
        operation.process(),
        new Open(
            operation.f(),
            queue,
            value,
            position,
            queue.provenEnd,
            queue.provenAt,
            node,
            operation.f().equals(LogOperations.READ) ? operation.value() : null));
  }

  private static Object required(@Nullable Object value, Operation operation) {
    if (value == null) {
      throw new IllegalArgumentException(
          "The send at index %d has no value; a log is checked by unique values."
              .formatted(operation.index()));
    }
    return value;
  }

  private void complete(Operation operation, Open invoked) {
    switch (invoked.f) {
      case LogOperations.SEND, LogOperations.APPEND -> sent(operation, invoked);
      case LogOperations.DRAIN_END -> drainEnded(operation, invoked);
      default -> {
        if (operation.type() == OperationType.OK) {
          answered(operation, invoked);
        }
      }
    }
  }

  private void sent(Operation operation, Open invoked) {
    int value = invoked.value;
    values.endedAt[value] = position;
    switch (operation.type()) {
      case OK -> {
        Answers.Pair pair = Answers.pair(operation.value(), operation);
        long offset = pair.offset();
        acknowledgedOtherwise(invoked, pair);
        copies.ended(invoked.position, Copies.Ending.ACKNOWLEDGED, offset, position);
        values.set(value, ValueTable.ACKNOWLEDGED);
        values.ackOffset[value] = offset;
        places.told(invoked.queue, offset, value, position);
        invoked.queue.prove(offset + 1, position);
        invoked.queue.highestAcknowledged = Math.max(invoked.queue.highestAcknowledged, offset);
      }
      case FAIL -> {
        copies.ended(invoked.position, Copies.Ending.FAILED, ValueTable.NONE, position);
        values.set(value, ValueTable.FAILED);
      }
      default -> {
        copies.ended(invoked.position, Copies.Ending.INDETERMINATE, ValueTable.NONE, position);
        String error = operation.error();
        values.set(
            value,
            error != null && error.startsWith(LogOperations.WEAKER)
                ? ValueTable.WEAKER
                : ValueTable.INFO);
      }
    }
  }

  /** An acknowledgement names the message that was sent, and a place that a queue can have. */
  private void acknowledgedOtherwise(Open invoked, Answers.Pair pair) {
    boolean other = pair.value() != null && values.number(pair.value()) != invoked.value;
    if (!other && pair.offset() >= 0) {
      return;
    }
    findings.add(
        "inconsistent-offset",
        invoked.queue.key,
        Map.of("value", values.value(invoked.value), "offset", pair.offset()),
        () ->
            other
                ? "The send of %s was acknowledged as %s at offset %d."
                    .formatted(values.value(invoked.value), pair.value(), pair.offset())
                : "%s was acknowledged at offset %d, which no queue has."
                    .formatted(values.value(invoked.value), pair.offset()),
        invoked.position,
        position);
  }

  private void answered(Operation operation, Open invoked) {
    QueueLog queue = invoked.queue;
    switch (invoked.f) {
      case LogOperations.READ -> {
        Answers.Pair pair = Answers.pair(operation.value(), operation);
        if (elsewhere(invoked, pair.offset())) {
          answeredElsewhere(queue, pair.offset(), invoked);
        }
        if (pair.value() == null) {
          if (invoked.bound > pair.offset()) {
            findings.add(
                "stale-read",
                queue.key,
                Map.of("offset", pair.offset(), "provenEnd", invoked.bound),
                () ->
                    "A read of offset %d returned no message, though an operation that proves offset %d to exist had completed before it was invoked."
                        .formatted(pair.offset(), invoked.bound - 1),
                invoked.boundAt,
                invoked.position,
                position);
            markAcross("stale-read", invoked.boundAt);
          }
        } else {
          consumed(queue, pair);
          queue.prove(pair.offset() + 1, position);
        }
      }
      case LogOperations.MAX_OFFSET -> {
        long end = Answers.whole(operation.value(), operation);
        if (end < invoked.bound) {
          findings.add(
              "end-offset-regression",
              queue.key,
              Map.of("maxOffset", end, "provenEnd", invoked.bound),
              () ->
                  "The end was said to be %d, though an operation that proves an end of %d had completed before the question."
                      .formatted(end, invoked.bound),
              invoked.boundAt,
              invoked.position,
              position);
          markAcross("end-offset-regression", invoked.boundAt);
        }
        queue.prove(end, position);
      }
      case LogOperations.POLL -> {
        for (Object entry : Answers.list(operation.value(), operation)) {
          Answers.Pair pair = Answers.pair(entry, operation);
          if (pair.value() != null) {
            consumed(queue, pair);
            queue.prove(pair.offset() + 1, position);
          }
        }
      }
      case LogOperations.DRAIN -> drained(operation, invoked);
      default -> {
        for (Object value : Answers.list(operation.value(), operation)) {
          values.set(values.number(required(value, operation)), ValueTable.IN_FILES);
        }
      }
    }
  }

  private static boolean elsewhere(Open invoked, long offset) {
    Object asked =
        invoked.asked instanceof List<?> list && !list.isEmpty() ? list.getFirst() : invoked.asked;
    return asked instanceof Long wanted && wanted != offset;
  }

  private void answeredElsewhere(QueueLog queue, long offset, Open invoked) {
    findings.add(
        "inconsistent-offset",
        queue.key,
        Map.of("offset", offset),
        () -> "A read was answered with offset %d, which it had not asked for.".formatted(offset),
        invoked.position,
        position);
  }

  private void consumed(QueueLog queue, Answers.Pair pair) {
    int value = values.number(java.util.Objects.requireNonNull(pair.value()));
    values.set(value, ValueTable.CONSUMED);
    places.seen(queue, pair.offset(), value, position);
    places.told(queue, pair.offset(), value, position);
  }

  private void drained(Operation operation, Open invoked) {
    QueueLog.NodeDrain drain =
        invoked.queue.drains.computeIfAbsent(invoked.node, QueueLog.NodeDrain::new);
    drain.goesOn();
    for (Object entry : Answers.list(operation.value(), operation)) {
      Answers.Pair pair = Answers.pair(entry, operation);
      if (pair.value() == null) {
        continue;
      }
      int value = values.number(pair.value());
      values.set(value, ValueTable.DRAINED);
      byte round = (byte) Math.min(drain.rounds, QueueLog.MOST_ROUNDS - 1);
      values.round[value] = (byte) Math.min(values.round[value], round);
      values.lastRound[value] = (byte) Math.max(values.lastRound[value], round);
      places.seen(invoked.queue, pair.offset(), value, position);
      if (drain.values.value(pair.offset()) == OffsetTable.NOTHING) {
        drain.values.put(pair.offset(), value, position);
      }
      for (OffsetTable table : List.of(drain.values, drain.earlier)) {
        int before = table.value(pair.offset());
        if (before != OffsetTable.NOTHING && before != value) {
          places.inconsistent(
              invoked.queue, pair.offset(), before, value, table.position(pair.offset()), position);
        }
      }
      if (invoked.queue.told.value(pair.offset()) != OffsetTable.NOTHING) {
        places.told(invoked.queue, pair.offset(), value, position);
      }
    }
  }

  private void drainEnded(Operation operation, Open invoked) {
    QueueLog.NodeDrain drain =
        invoked.queue.drains.computeIfAbsent(invoked.node, QueueLog.NodeDrain::new);
    drain.goesOn();
    drain.ended = true;
    drain.complete = operation.type() == OperationType.OK;
    drain.endedAt = position;
    if (drain.complete) {
      List<?> ends = Answers.list(operation.value(), operation);
      if (ends.size() != 2) {
        throw Answers.malformed(operation);
      }
      drain.min = Answers.whole(ends.get(0), operation);
      drain.max = Answers.whole(ends.get(1), operation);
      drain.failure = null;
      drain.rounds++;
    } else {
      drain.failure = operation.error() == null ? "no reason given" : operation.error();
    }
  }

  /** Of the anomaly just added: a strike explains it, since it is of what was sent before then. */
  void markCost(String anomaly, int sentAt) {
    if (strikes.mayCost(sentAt)) {
      findings.acrossStrike(anomaly);
    }
  }

  private void markAcross(String anomaly, int provedAt) {
    if (strikes.between(provedAt, position)) {
      findings.acrossStrike(anomaly);
    }
  }
}
