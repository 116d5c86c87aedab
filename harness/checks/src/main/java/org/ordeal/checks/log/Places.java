package org.ordeal.checks.log;

import java.util.List;
import java.util.Map;

/**
 * Which value every operation so far has said to be at which place: two values at one place, or one
 * value at two, are found here.
 *
 * <p>A {@code position} is that of the event which says so, in the history.
 */
final class Places {
  private final ValueTable values;
  private final Findings findings;
  private final Strikes strikes;
  private final Copies copies;

  /** By {@link QueueLog#number}; grows meanwhile. */
  private final List<QueueLog> queues;

  Places(
      ValueTable values, Findings findings, Strikes strikes, Copies copies, List<QueueLog> queues) {
    this.values = values;
    this.findings = findings;
    this.strikes = strikes;
    this.copies = copies;
    this.queues = queues;
  }

  /** An acknowledgement or a read says that this offset holds this value. */
  void told(QueueLog queue, long offset, int value, int position) {
    int before = queue.told.value(offset);
    if (before == OffsetTable.NOTHING) {
      queue.told.put(offset, value, position);
      return;
    }
    int again = queue.retold.value(offset);
    int latest = again == OffsetTable.NOTHING ? before : again;
    int latestAt = (again == OffsetTable.NOTHING ? queue.told : queue.retold).position(offset);
    if (latest == value) {
      return;
    }
    if (!strikes.between(latestAt, position)) {
      inconsistent(queue, offset, latest, value, latestAt, position);
      return;
    }
    queue.retold.put(offset, value, position);
    if (queue.reused.add(offset)) {
      twoValues(queue, offset, latest, value, latestAt, position);
      findings.acrossStrike("inconsistent-offset");
    }
  }

  /** Two reads of one place differ, though nothing lay between that could have changed it. */
  void inconsistent(QueueLog queue, long offset, int first, int second, int firstAt, int position) {
    if (queue.inconsistent.add(offset)) {
      twoValues(queue, offset, first, second, firstAt, position);
    }
  }

  private void twoValues(
      QueueLog queue, long offset, int first, int second, int firstAt, int position) {
    findings.add(
        "inconsistent-offset",
        queue.key,
        Map.of("offset", offset, "first", values.value(first), "second", values.value(second)),
        () ->
            "Offset %d held %s according to one operation, and %s according to another."
                .formatted(offset, values.value(first), values.value(second)),
        values.sentAt[first],
        firstAt,
        values.sentAt[second],
        position);
  }

  /** A read returned the value at this place. */
  void seen(QueueLog queue, long offset, int value, int position) {
    if (values.seenAt[value] == ValueTable.NONE) {
      values.seenAt[value] = position;
      values.seenOffset[value] = offset;
      values.seenQueue[value] = queue.number;
      return;
    }
    if (values.seenOffset[value] == offset && values.seenQueue[value] == queue.number) {
      return;
    }
    copies.seenAt(value, queue.number, offset);
    if (values.has(value, ValueTable.DUPLICATE)) {
      return;
    }
    values.set(value, ValueTable.DUPLICATE);
    String otherKey = queues.get(values.seenQueue[value]).key;
    long otherOffset = values.seenOffset[value];
    boolean byClient = values.has(value, ValueTable.SENT_TWICE);
    findings.add(
        byClient ? "duplicate-by-client" : "duplicate",
        queue.key,
        Map.of(
            "value", values.value(value),
            "offset", offset,
            "otherOffset", otherOffset,
            "otherKey", otherKey),
        () ->
            "%s was read at offset %d of %s and at offset %d of %s, %s."
                .formatted(
                    values.value(value),
                    otherOffset,
                    otherKey,
                    offset,
                    queue.key,
                    byClient ? "and was sent more than once" : "but was sent once"),
        values.sentAt[value],
        values.seenAt[value],
        position);
  }
}
