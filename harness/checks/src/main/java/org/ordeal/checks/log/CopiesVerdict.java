package org.ordeal.checks.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ordeal.checks.log.Copies.Ending;
import org.ordeal.checks.log.Copies.Place;
import org.ordeal.checks.log.Copies.Send;

/**
 * What the sends of one value, taken together, allow: a client may send a value again, and then as
 * many copies as sends that did not certainly fail are its own doing. More are the broker's.
 */
final class CopiesVerdict {

  private final LogPass pass;
  private final ValueTable values;
  private final Findings findings;

  CopiesVerdict(LogPass pass) {
    this.pass = pass;
    this.values = pass.values;
    this.findings = pass.findings;
  }

  /** Adds everything to the findings. */
  void judge() {
    pass.copies.sends().forEach(this::judge);
  }

  /** In one pass over sends and places, since a value may have any number of either. */
  private void judge(int value, List<Send> sends) {
    Map<Integer, Long> possible = new HashMap<>();
    Map<Place, Send> answers = new HashMap<>();
    for (Send send : sends) {
      possible.merge(send.queue, send.ending == Ending.FAILED ? 0L : 1L, Long::sum);
      if (send.ending == Ending.ACKNOWLEDGED) {
        judgeOrder(value, send);
        Send before = answers.put(new Place(send.queue, send.offset), send);
        if (before != null) {
          sameOffset(value, before, send);
        }
      }
    }
    Map<Integer, List<Place>> byQueue = new LinkedHashMap<>();
    boolean first = true;
    for (Place place : pass.copies.places(values, value)) {
      if (possible.containsKey(place.queue())) {
        byQueue.computeIfAbsent(place.queue(), queue -> new ArrayList<>()).add(place);
      } else if (!first) { // The first place of all is judged with those of all other values.
        elsewhere(value, place);
      }
      first = false;
    }
    byQueue.forEach(
        (queue, there) ->
            judgePlaces(value, pass.queueList.get(queue), there, possible.getOrDefault(queue, 0L)));
  }

  private void elsewhere(int value, Place place) {
    String key = pass.queueList.get(place.queue()).key;
    findings.add(
        "unexpected",
        key,
        Map.of("value", values.value(value), "offset", place.offset()),
        () ->
            "%s was read from %s, though none of its sends was to there."
                .formatted(values.value(value), key),
        values.sentAt[value],
        values.seenAt[value]);
  }

  private void judgePlaces(int value, QueueLog queue, List<Place> there, long possible) {
    if (there.size() <= possible) {
      return;
    }
    long offset = there.getLast().offset();
    Map<String, Object> details =
        Map.of("value", values.value(value), "offset", offset, "copies", there.size());
    if (possible == 0) {
      findings.add(
          "aborted-read",
          queue.key,
          details,
          () ->
              "%s was read at offset %d, though every send of it to this queue was said to have failed for certain."
                  .formatted(values.value(value), offset),
          values.sentAt[value],
          values.seenAt[value]);
    } else {
      findings.add(
          "duplicate",
          queue.key,
          details,
          () ->
              "%s was read at %d offsets, %d the last of them, but at most %d of its sends can have stored it."
                  .formatted(values.value(value), there.size(), offset, possible),
          values.sentAt[value],
          values.seenAt[value]);
    }
  }

  /** As for values that were sent once: an offset is beyond all acknowledged before the send. */
  private void judgeOrder(int value, Send send) {
    if (send.offset > send.after) {
      return;
    }
    QueueLog queue = pass.queueList.get(send.queue);
    int before = queue.told.value(send.after);
    if (before == OffsetTable.NOTHING) {
      return;
    }
    findings.add(
        "nonmonotonic-offset",
        queue.key,
        Map.of("value", values.value(value), "offset", send.offset, "earlierOffset", send.after),
        () ->
            "A send of %s got offset %d, though %s had been acknowledged at offset %d before it."
                .formatted(values.value(value), send.offset, values.value(before), send.after),
        queue.told.position(send.after),
        send.sentAt,
        send.endedAt);
    if (pass.strikes.between(queue.told.position(send.after), send.endedAt)) {
      findings.acrossStrike("nonmonotonic-offset");
    }
  }

  /** Two sends are two messages, so they cannot have one place. */
  private void sameOffset(int value, Send one, Send other) {
    QueueLog queue = pass.queueList.get(one.queue);
    if (pass.strikes.between(one.endedAt, other.endedAt) || !queue.inconsistent.add(one.offset)) {
      return;
    }
    findings.add(
        "inconsistent-offset",
        queue.key,
        Map.of("value", values.value(value), "offset", one.offset),
        () ->
            "Two sends of %s were both acknowledged at offset %d."
                .formatted(values.value(value), one.offset),
        one.sentAt,
        one.endedAt,
        other.sentAt,
        other.endedAt);
  }

  /** A value that was sent twice can be there and all the same have been lost once. */
  void findLost(QueueLog queue) {
    queue.told.forEach(
        (offset, value, position) -> {
          if (values.has(value, ValueTable.SENT_TWICE)
              && values.has(value, ValueTable.DRAINED)
              && !queue.drainHas(offset, value)) {
            findings.add(
                "lost",
                queue.key,
                Map.of("value", values.value(value), "offset", offset),
                () ->
                    "%s was sent more than once; the copy at offset %d was returned by no node at the end."
                        .formatted(values.value(value), offset),
                position);
            pass.markCost("lost", values.sentAt[value]);
          }
        });
  }
}
