package org.ordeal.checks.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Values that were sent more than once, send by send, and values that were read at more than one
 * place. They are few, so they have objects where {@link ValueTable} has columns.
 */
final class Copies {

  /** Where a value was read. */
  record Place(int queue, long offset) {}

  /** How a send ended. */
  enum Ending {
    OPEN,
    ACKNOWLEDGED,
    FAILED,
    INDETERMINATE
  }

  /** One send of a value. */
  static final class Send {
    final int queue;
    final int sentAt;

    /** Largest offset acknowledged in its queue before it was invoked. */
    final long after;

    Ending ending = Ending.OPEN;
    long offset = ValueTable.NONE;
    int endedAt = ValueTable.NONE;

    Send(int queue, int sentAt, long after) {
      this.queue = queue;
      this.sentAt = sentAt;
      this.after = after;
    }
  }

  /** By value. */
  private final Map<Integer, List<Send>> sends = new LinkedHashMap<>();

  /** Those that have not ended, by position of their invocation. */
  private final Map<Integer, Send> open = new HashMap<>();

  private final Map<Integer, Set<Place>> places = new HashMap<>();
  private long size;

  /** Sends of each value that was sent more than once, in order of invocation. */
  Map<Integer, List<Send>> sends() {
    return sends;
  }

  /** Notes a further send; of the first one, what is known of it until now. */
  void sentAgain(ValueTable values, int value, int queue, int sentAt, long after) {
    List<Send> all = sends.computeIfAbsent(value, number -> first(values, number));
    Send send = new Send(queue, sentAt, after);
    all.add(send);
    open.put(sentAt, send);
    size++;
  }

  private List<Send> first(ValueTable values, int value) {
    Send send = new Send(values.queue[value], values.sentAt[value], values.after[value]);
    if (values.endedAt[value] == ValueTable.NONE) {
      open.put(send.sentAt, send);
    } else {
      send.endedAt = values.endedAt[value];
      send.offset = values.ackOffset[value];
      send.ending =
          values.has(value, ValueTable.ACKNOWLEDGED)
              ? Ending.ACKNOWLEDGED
              : values.has(value, ValueTable.FAILED) ? Ending.FAILED : Ending.INDETERMINATE;
    }
    size++;
    List<Send> list = new ArrayList<>();
    list.add(send);
    return list;
  }

  /** Notes how the send that was invoked at a position ended, if it is one of several. */
  void ended(int sentAt, Ending ending, long offset, int endedAt) {
    Send send = open.remove(sentAt);
    if (send != null) {
      send.ending = ending;
      send.offset = offset;
      send.endedAt = endedAt;
    }
  }

  /** Whether a value was sent to a queue. */
  boolean sentTo(ValueTable values, int value, int queue) {
    List<Send> all = sends.get(value);
    return all == null
        ? values.queue[value] == queue
        : all.stream().anyMatch(send -> send.queue == queue);
  }

  /** Notes that a value was read at a place other than its first one. */
  void seenAt(int value, int queue, long offset) {
    if (places
        .computeIfAbsent(value, number -> new LinkedHashSet<>())
        .add(new Place(queue, offset))) {
      size++;
    }
  }

  /** Every place at which a value was read, the first one included and at the head. */
  Set<Place> places(ValueTable values, int value) {
    Set<Place> all = new LinkedHashSet<>();
    if (values.seen(value)) {
      all.add(new Place(values.seenQueue[value], values.seenOffset[value]));
    }
    all.addAll(places.getOrDefault(value, Set.of()));
    return all;
  }

  /** Bytes that this takes, roughly. */
  long bytes() {
    return size * 200L;
  }
}
