package org.ordeal.checks.log;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the history says of one queue. */
final class QueueLog {

  /** Later rounds of drains are not told apart. */
  static final int MOST_ROUNDS = 100;

  final int number;
  final String key;

  /** What acknowledgements and reads during the load said of each offset. */
  final OffsetTable told = new OffsetTable();

  /**
   * What they said after a strike of offsets that had been told before, by then of another value.
   */
  final OffsetTable retold = new OffsetTable();

  /** What the drain of each node returned. */
  final Map<String, NodeDrain> drains = new LinkedHashMap<>();

  /** Offsets at which two values were already found. */
  final Set<Long> inconsistent = new HashSet<>();

  /** Offsets that were given out again after a strike. */
  final Set<Long> reused = new HashSet<>();

  /** One past the highest offset that a completed operation has proved to exist. */
  long provenEnd;

  /** Position of the event that proved it. */
  int provenAt = ValueTable.NONE;

  /** Highest offset acknowledged so far. */
  long highestAcknowledged = -1;

  QueueLog(int number, String key) {
    this.number = number;
    this.key = key;
  }

  void prove(long end, int position) {
    if (end > provenEnd) {
      provenEnd = end;
      provenAt = position;
    }
  }

  /** Whether each node of the drain was read to its end. */
  boolean drained() {
    return !drains.isEmpty() && drains.values().stream().allMatch(drain -> drain.complete);
  }

  /** The last round of drains in which every node was read to its end; -1 if there is none. */
  int lastRound() {
    if (!drained()) {
      return -1;
    }
    int rounds = drains.values().stream().mapToInt(drain -> drain.rounds).min().orElse(0);
    return Math.min(rounds, MOST_ROUNDS) - 1;
  }

  /** Whether any complete drain has this value at this offset. */
  boolean drainHas(long offset, int value) {
    return drains.values().stream()
        .anyMatch(drain -> drain.complete && drain.values.value(offset) == value);
  }

  /** What the drains of one node returned for the queue. */
  static final class NodeDrain {
    final String node;

    /** What the latest round returned. */
    OffsetTable values = new OffsetTable();

    /** What rounds before it returned. */
    final OffsetTable earlier = new OffsetTable();

    /** Whether the latest round was read to its end. */
    boolean complete;

    /** Whether the latest round is over, in whatever way. */
    boolean ended;

    int rounds;
    long min;
    long max;
    int endedAt = ValueTable.NONE;
    @Nullable String failure = "the drain was not finished";

    NodeDrain(String node) {
      this.node = node;
    }

    /** Begins a new round where the one before is over: a node is judged by what it serves last. */
    void goesOn() {
      if (!ended) {
        return;
      }
      ended = false;
      complete = false;
      failure = "the drain was not finished";
      values.forEach(
          (offset, value, position) -> {
            if (earlier.value(offset) == OffsetTable.NOTHING) {
              earlier.put(offset, value, position);
            }
          });
      values = new OffsetTable();
    }
  }
}
