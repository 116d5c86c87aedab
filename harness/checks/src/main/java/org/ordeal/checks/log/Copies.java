package org.ordeal.checks.log;

import java.util.ArrayList;
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

  private final Map<Integer, List<Send>> sends = new LinkedHashMap<>();
  private final Map<Integer, Set<Place>> places = new LinkedHashMap<>();

  /** Sends of each value that was sent more than once, in order of invocation. */
  Map<Integer, List<Send>> sends() {
    return sends;
  }

  /** Notes a further send; of the first one, what is known of it until now. */
  void sentAgain(ValueTable values, int value, int queue, int sentAt, long after) {
    sends
        .computeIfAbsent(value, number -> first(values, number))
        .add(new Send(queue, sentAt, after));
  }

  private static List<Send> first(ValueTable values, int value) {
    Send send = new Send(values.queue[value], values.sentAt[value], values.after[value]);
    if (values.endedAt[value] != ValueTable.NONE) {
      send.endedAt = values.endedAt[value];
      send.offset = values.ackOffset[value];
      send.ending =
          values.has(value, ValueTable.ACKNOWLEDGED)
              ? Ending.ACKNOWLEDGED
              : values.has(value, ValueTable.FAILED) ? Ending.FAILED : Ending.INDETERMINATE;
    }
    List<Send> list = new ArrayList<>();
    list.add(send);
    return list;
  }

  /** Notes how the send that was invoked at a position ended, if it is one of several. */
  void ended(int value, int sentAt, Ending ending, long offset, int endedAt) {
    for (Send send : sends.getOrDefault(value, List.of())) {
      if (send.sentAt == sentAt) {
        send.ending = ending;
        send.offset = offset;
        send.endedAt = endedAt;
      }
    }
  }

  /** Notes that a value was read at a place other than its first one. */
  void seenAt(int value, int queue, long offset) {
    places.computeIfAbsent(value, number -> new LinkedHashSet<>()).add(new Place(queue, offset));
  }

  /** Every place at which a value was read, the first one included. */
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
    return sends.size() * 300L + places.size() * 250L;
  }
}
