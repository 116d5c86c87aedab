package org.ordeal.checks.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tables show once the whole history has been taken: what is missing, moved or differs.
 */
final class LogVerdict {

  private static final long TIME_MASK = (1 << 14) - 1;

  private final LogPass pass;
  private final ValueTable values;
  private final Findings findings;
  private final long deadlineNanos;
  private final int[] lastRound;
  private boolean outOfTime;

  /**
   * Makes it.
   *
   * @param deadlineNanos by {@link System#nanoTime}: a hostile history can name an end that no walk
   *     reaches
   */
  LogVerdict(LogPass pass, long deadlineNanos) {
    this.pass = pass;
    this.values = pass.values;
    this.findings = pass.findings;
    this.deadlineNanos = deadlineNanos;
    this.lastRound = new int[pass.queueList.size()];
  }

  /**
   * Adds everything to the findings.
   *
   * @return whether the time sufficed; if not, there may be more
   */
  boolean judge() {
    boolean[] drained = new boolean[pass.queueList.size()];
    CopiesVerdict copies = new CopiesVerdict(pass);
    for (QueueLog queue : pass.queueList) {
      drained[queue.number] = queue.drained();
      lastRound[queue.number] = queue.lastRound();
      compareNodes(queue);
      if (drained[queue.number]) {
        findTruncations(queue);
        copies.findLost(queue);
      }
    }
    for (int value = 0; value < values.size(); value++) {
      judgeOrigin(value);
      if (values.has(value, ValueTable.SENT)) {
        judgeSend(value, drained[values.queue[value]]);
      }
    }
    copies.judge();
    return !outOfTime;
  }

  private boolean timeIsUp(long steps) {
    outOfTime |= (steps & TIME_MASK) == TIME_MASK && System.nanoTime() - deadlineNanos > 0;
    return outOfTime;
  }

  /** Was what was read ever sent, and not refused? */
  private void judgeOrigin(int value) {
    if (!values.seen(value)) {
      return;
    }
    String key = pass.queueList.get(values.seenQueue[value]).key;
    Map<String, Object> details =
        Map.of("value", values.value(value), "offset", values.seenOffset[value]);
    if (!values.has(value, ValueTable.SENT)) {
      findings.add(
          "unexpected",
          key,
          details,
          () ->
              "%s was read at offset %d, but nobody sent it."
                  .formatted(values.value(value), values.seenOffset[value]),
          values.seenAt[value]);
    } else if (values.seenAt[value] < values.sentAt[value]) {
      findings.add(
          "unexpected",
          key,
          details,
          () ->
              "%s was read at offset %d before it was sent."
                  .formatted(values.value(value), values.seenOffset[value]),
          values.seenAt[value],
          values.sentAt[value]);
    } else if (!pass.copies.sentTo(values, value, values.seenQueue[value])) {
      String sentTo = pass.queueList.get(values.queue[value]).key;
      findings.add(
          "unexpected",
          key,
          details,
          () ->
              "%s was read from %s, but was sent to %s."
                  .formatted(values.value(value), key, sentTo),
          values.sentAt[value],
          values.seenAt[value]);
    } else if (values.has(value, ValueTable.FAILED) && !values.has(value, ValueTable.SENT_TWICE)) {
      findings.add(
          "aborted-read",
          key,
          details,
          () ->
              "%s was read at offset %d, though its send was said to have failed for certain."
                  .formatted(values.value(value), values.seenOffset[value]),
          values.sentAt[value],
          values.endedAt[value],
          values.seenAt[value]);
    }
  }

  private void judgeSend(int value, boolean drained) {
    findings.count("attempted", 1);
    boolean acknowledged = values.has(value, ValueTable.ACKNOWLEDGED);
    if (acknowledged) {
      findings.count("acknowledged", 1);
    } else if (values.has(value, ValueTable.WEAKER)) {
      findings.count("weaker", 1);
    } else if (values.has(value, ValueTable.FAILED)) {
      findings.count("failed", 1);
    } else {
      findings.count("indeterminate", 1);
      if (values.seen(value)) {
        findings.count("unseen-recovered", 1);
      }
    }
    if (acknowledged) {
      judgeAcknowledged(value, drained);
    }
    if (values.has(value, ValueTable.CONSUMED) && !values.has(value, ValueTable.DRAINED)) {
      if (drained) {
        findings.add(
            "consumed-then-lost",
            keyOf(value),
            Map.of("value", values.value(value), "offset", values.seenOffset[value]),
            () ->
                "%s was delivered from offset %d during the load, but no node returned it at the end."
                    .formatted(values.value(value), values.seenOffset[value]),
            values.sentAt[value],
            values.seenAt[value]);
        pass.markCost("consumed-then-lost", values.sentAt[value]);
      }
    } else if (drained
        && values.has(value, ValueTable.DRAINED)
        && !values.has(value, ValueTable.SENT_TWICE)
        && values.lastRound[value] < lastRound[values.queue[value]]) {
      findings.add(
          "consumed-then-lost",
          keyOf(value),
          Map.of("value", values.value(value), "offset", values.seenOffset[value]),
          () ->
              "%s was returned by a drain from offset %d, but by no node in a later one."
                  .formatted(values.value(value), values.seenOffset[value]),
          values.sentAt[value],
          values.seenAt[value]);
      pass.markCost("consumed-then-lost", values.sentAt[value]);
    }
    judgeOrder(value, acknowledged);
  }

  private String keyOf(int value) {
    return pass.queueList.get(values.queue[value]).key;
  }

  private void judgeAcknowledged(int value, boolean drained) {
    long offset = values.ackOffset[value];
    Map<String, Object> details = Map.of("value", values.value(value), "offset", offset);
    if (values.seen(value)
        && values.seenQueue[value] == values.queue[value]
        && values.seenOffset[value] != offset
        && !values.has(value, ValueTable.SENT_TWICE)
        && pass.queueList.get(values.queue[value]).inconsistent.add(offset)) {
      findings.add(
          "inconsistent-offset",
          keyOf(value),
          details,
          () ->
              "%s was acknowledged at offset %d, but read at offset %d."
                  .formatted(values.value(value), offset, values.seenOffset[value]),
          values.sentAt[value],
          values.endedAt[value],
          values.seenAt[value]);
    }
    if (values.has(value, ValueTable.DRAINED)) {
      if (values.round[value] > 0) {
        findings.add(
            "unreadable",
            keyOf(value),
            details,
            () ->
                "%s was acknowledged at offset %d; no node returned it in the first drain, only a later one did."
                    .formatted(values.value(value), offset),
            values.sentAt[value],
            values.endedAt[value],
            values.seenAt[value]);
      }
      return;
    }
    if (!drained) {
      findings.count("undecided", 1);
    } else if (values.has(value, ValueTable.IN_FILES)) {
      findings.add(
          "unreadable",
          keyOf(value),
          details,
          () ->
              "%s was acknowledged at offset %d and is in a node's files, but no node returns it."
                  .formatted(values.value(value), offset),
          values.sentAt[value],
          values.endedAt[value]);
      pass.markCost("unreadable", values.sentAt[value]);
    } else {
      findings.add(
          "lost",
          keyOf(value),
          details,
          () ->
              "%s was acknowledged at offset %d, but no node returned it at the end."
                  .formatted(values.value(value), offset),
          values.sentAt[value],
          values.endedAt[value]);
      pass.markCost("lost", values.sentAt[value]);
    }
  }

  /** An offset, told or seen, must be beyond all that were acknowledged before the invocation. */
  private void judgeOrder(int value, boolean acknowledged) {
    long bound = values.after[value];
    long offset =
        acknowledged
            ? values.ackOffset[value]
            : values.seen(value) && values.seenQueue[value] == values.queue[value]
                ? values.seenOffset[value]
                : Long.MAX_VALUE;
    if (offset > bound || values.has(value, ValueTable.SENT_TWICE)) {
      return;
    }
    QueueLog queue = pass.queueList.get(values.queue[value]);
    int before = queue.told.value(bound);
    if (before == OffsetTable.NOTHING || before == value) {
      return;
    }
    findings.add(
        "nonmonotonic-offset",
        queue.key,
        Map.of("value", values.value(value), "offset", offset, "earlierOffset", bound),
        () ->
            "%s got offset %d, though %s had been acknowledged at offset %d before it was sent."
                .formatted(values.value(value), offset, values.value(before), bound),
        values.sentAt[before],
        values.endedAt[before],
        values.sentAt[value],
        acknowledged ? values.endedAt[value] : values.seenAt[value]);
    // Where both are there in the end, they stand in the wrong order, whatever was lost.
    boolean both = values.has(before, ValueTable.DRAINED) && values.has(value, ValueTable.DRAINED);
    int toldAt = acknowledged ? values.endedAt[value] : values.seenAt[value];
    if (!both && pass.strikes.between(values.endedAt[before], toldAt)) {
      findings.acrossStrike("nonmonotonic-offset");
    }
  }

  /** After the drain all nodes must serve the same, without a gap. */
  private void compareNodes(QueueLog queue) {
    List<QueueLog.NodeDrain> complete =
        queue.drains.values().stream().filter(drain -> drain.complete).toList();
    if (complete.isEmpty()) {
      return;
    }
    long from = complete.stream().mapToLong(drain -> drain.min).min().orElse(0);
    complete.forEach(drain -> beginsLater(queue, complete, drain));
    long to = complete.stream().mapToLong(drain -> drain.max).max().orElse(0);
    long beyond = complete.stream().mapToLong(drain -> drain.values.end()).max().orElse(0);
    for (long offset = from; offset < Math.max(to, beyond) && !timeIsUp(offset - from); offset++) {
      int first = OffsetTable.NOTHING;
      QueueLog.NodeDrain lacking = null;
      QueueLog.NodeDrain having = null;
      boolean differ = false;
      for (QueueLog.NodeDrain drain : complete) {
        int value = drain.values.value(offset);
        if (value == OffsetTable.NOTHING) {
          // What a node lacks before its beginning is told once, not offset by offset.
          lacking = offset >= drain.min ? drain : lacking;
        } else if (having == null) {
          having = drain;
          first = value;
        } else if (value != first) {
          differ = true;
          divergence(queue, offset, having, drain);
        }
      }
      if (offset >= to) {
        // Nobody has promised to serve this, but what stands beyond it proves that it was there.
        if (having == null) {
          gap(queue, offset, complete.getFirst());
        }
      } else if (having == null && lacking != null) {
        gap(queue, offset, lacking);
      } else if (having != null && lacking != null && !differ) {
        divergence(queue, offset, having, lacking);
      }
    }
  }

  /**
   * A node that begins a queue later than another lacks messages which the other serves: were it
   * the leader, nobody could read them. (No run lasts as long as a broker keeps its messages.)
   */
  private void beginsLater(
      QueueLog queue, List<QueueLog.NodeDrain> complete, QueueLog.NodeDrain late) {
    for (QueueLog.NodeDrain other : complete) {
      long before = Math.min(late.min, other.max);
      long[] lackedAndLast = {0, -1};
      other.values.forEach(
          (offset, value, position) -> {
            if (offset >= other.min && offset < before) {
              lackedAndLast[0]++;
              lackedAndLast[1] = offset;
            }
          });
      long lacked = lackedAndLast[0];
      long last = lackedAndLast[1];
      if (lacked > 0) {
        long count = lacked;
        findings.add(
            "divergence",
            queue.key,
            Map.of("node", late.node, "begins", late.min, "other", other.node, "lacks", count),
            () ->
                "Node %s begins at offset %d and does not serve %d earlier messages that node %s serves."
                    .formatted(late.node, late.min, count, other.node),
            other.values.position(last),
            late.endedAt);
        return;
      }
    }
  }

  private void gap(QueueLog queue, long offset, QueueLog.NodeDrain drain) {
    findings.add(
        "offset-gap",
        queue.key,
        Map.of("offset", offset, "node", drain.node, "min", drain.min, "max", drain.max),
        () ->
            offset < drain.max
                ? "No node returned a message at offset %d, below the end %d that node %s names."
                    .formatted(offset, drain.max, drain.node)
                : "No node returned a message at offset %d, though one was returned beyond it."
                    .formatted(offset),
        queue.told.position(offset),
        drain.endedAt);
  }

  private void divergence(
      QueueLog queue, long offset, QueueLog.NodeDrain one, QueueLog.NodeDrain other) {
    int first = one.values.value(offset);
    int second = other.values.value(offset);
    Map<String, Object> details = new HashMap<>();
    details.put("offset", offset);
    details.put(one.node, values.value(first));
    String otherServes =
        second == OffsetTable.NOTHING ? "nothing" : String.valueOf(values.value(second));
    details.put(other.node, otherServes);
    findings.add(
        "divergence",
        queue.key,
        details,
        () ->
            "At offset %d node %s serves %s and node %s serves %s."
                .formatted(offset, one.node, values.value(first), other.node, otherServes),
        one.values.position(offset),
        second == OffsetTable.NOTHING ? other.endedAt : other.values.position(offset));
  }

  /** Runs of offsets that were told during the load and that no node serves any more. */
  private void findTruncations(QueueLog queue) {
    List<long[]> runs = new ArrayList<>();
    long[] ends = {Long.MAX_VALUE, -1};
    boolean[] inRun = {false};
    queue.told.forEach(
        (offset, value, position) -> {
          ends[0] = Math.min(ends[0], offset);
          ends[1] = offset;
          boolean gone = !queue.drainHas(offset, value);
          int sentAt = values.sentAt[value];
          if (gone && inRun[0]) {
            long[] run = runs.getLast();
            run[1] = offset;
            run[2]++;
            run[3] = Math.max(run[3], sentAt);
          } else if (gone) {
            runs.add(new long[] {offset, offset, 1, sentAt});
          }
          inRun[0] = gone;
        });
    for (long[] run : runs) {
      String where = run[1] == ends[1] ? "tail" : run[0] == ends[0] ? "head" : "middle";
      if (run[2] < 2 && !where.equals("tail")) {
        continue;
      }
      findings.add(
          "truncated",
          queue.key,
          Map.of("where", where, "offset", run[0], "last", run[1], "length", run[2]),
          () ->
              "Offsets %d to %d (%d messages that were acknowledged or read, at the %s of the queue) are gone."
                  .formatted(run[0], run[1], run[2], where),
          queue.told.position(run[0]),
          queue.told.position(run[1]));
      pass.markCost("truncated", (int) run[3]);
    }
  }
}
