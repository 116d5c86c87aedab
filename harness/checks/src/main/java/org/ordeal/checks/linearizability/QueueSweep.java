package org.ordeal.checks.linearizability;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decides a queue in which no value was enqueued twice, by looking for the few patterns that every
 * violation contains, in O(n log n).
 *
 * <p>A history is not linearizable as a FIFO queue just if (Henzinger, Sezgin and Vafeiadis,
 * Aspect-oriented linearizability proofs, CONCUR 2013; the reduction to values that can be checked
 * one pair at a time is what Lee and Mathur, OOPSLA 2025, and Abdulla and others, PLDI 2025, build
 * on):
 *
 * <ol>
 *   <li>a value was dequeued that was not enqueued, or before its enqueue began;
 *   <li>a value was dequeued twice;
 *   <li>{@code v} was enqueued before {@code w} was, and dequeued only after {@code w} was, or
 *       never though {@code w} was;
 *   <li>a dequeue found the queue empty though at every moment of its run some value was in the
 *       queue for certain, that is, its enqueue had completed and its dequeue had not begun.
 * </ol>
 *
 * For the unordered queue the third does not count. Without empty dequeues it needs no unique
 * values either: a value must have been enqueued as often as it was dequeued, at any time.
 *
 * <p>An enqueue that never completed counts only if its value was dequeued. A dequeue that never
 * completed may have removed any one value that no other dequeue returned: those values which would
 * otherwise break the third rule each need one that began early enough, and a matching by deadline
 * finds out whether there are enough. Only where such dequeues and empty ones meet, and it matters
 * who took what, this class gives no answer.
 */
final class QueueSweep {

  static final String NAME = "queue-sweep";

  private static final int NONE = -1;
  private static final int MOST_WITNESSES = 40;

  private final Partition partition;
  private final int[] enqueue;
  private final int[] dequeue;
  private final int[] crashed;
  private final int[] empties;
  private int crashedCount;
  private int emptyCount;
  private boolean unique = true;

  /** By value: position from which it may be gone; {@link Partition#NEVER} if it stays. */
  private final int[] goneFrom;

  private QueueSweep(Partition partition) {
    this.partition = partition;
    int values = partition.values.size();
    this.enqueue = new int[values];
    this.dequeue = new int[values];
    this.goneFrom = new int[values];
    Arrays.fill(enqueue, NONE);
    Arrays.fill(dequeue, NONE);
    int unknown = 0;
    int empty = 0;
    for (int row = 0; row < partition.size; row++) {
      if (partition.f[row] == QueueModel.DEQUEUE) {
        unknown += partition.a[row] == Partition.UNKNOWN ? 1 : 0;
        empty += partition.a[row] == ValueTable.NULL ? 1 : 0;
      }
    }
    this.crashed = new int[unknown];
    this.empties = new int[empty];
  }

  /** Decides, or returns null where the patterns do not suffice. */
  static @Nullable Decision decide(Partition partition, boolean fifo) {
    QueueSweep sweep = new QueueSweep(partition);
    sweep.gather();
    if (!sweep.unique) {
      return fifo || sweep.emptyCount > 0 ? null : sweep.decideByCount();
    }
    Decision wrong = sweep.matchValues();
    if (wrong == null && fifo) {
      wrong = sweep.order();
    }
    if (wrong != null) {
      return wrong;
    }
    return sweep.emptyCount == 0 ? Decision.pass(NAME) : sweep.emptiness();
  }

  private void gather() {
    for (int row = 0; row < partition.size; row++) {
      int value = partition.a[row];
      if (partition.f[row] == QueueModel.ENQUEUE) {
        unique &= enqueue[value] == NONE;
        enqueue[value] = row;
      } else if (value == Partition.UNKNOWN) {
        crashed[crashedCount++] = row;
      } else if (value == ValueTable.NULL) {
        empties[emptyCount++] = row;
      } else if (dequeue[value] == NONE) {
        dequeue[value] = row;
      } else if (!partition.completed(row) || !partition.completed(dequeue[value])) {
        unique = false;
      }
    }
  }

  private Decision decideByCount() {
    int[] balance = new int[enqueue.length];
    for (int row = 0; row < partition.size; row++) {
      if (partition.f[row] == QueueModel.ENQUEUE && partition.call[row] == Partition.ALWAYS) {
        balance[partition.a[row]]++;
      }
    }
    for (int event : partition.events()) {
      int row = event >> 1;
      if (event < 0) {
        continue;
      }
      if (partition.f[row] == QueueModel.ENQUEUE) {
        balance[partition.a[row]] += 1 - (event & 1);
      } else if ((event & 1) == 1 && partition.a[row] > ValueTable.NULL) {
        if (--balance[partition.a[row]] < 0) {
          return Decision.fail(
              NAME,
              "a value was dequeued more often than it was enqueued",
              rowsOf(partition.a[row], partition.ret[row]));
        }
      }
    }
    return Decision.pass(NAME);
  }

  private int[] rowsOf(int value, int until) {
    int[] rows = new int[MOST_WITNESSES];
    int count = 0;
    for (int row = 0; row < partition.size && count < MOST_WITNESSES; row++) {
      if (partition.a[row] == value && partition.call[row] <= until) {
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  /** The first two patterns; fills {@link #goneFrom}. */
  private @Nullable Decision matchValues() {
    for (int row = 0; row < partition.size; row++) {
      int value = partition.a[row];
      if (partition.f[row] != QueueModel.DEQUEUE
          || value <= ValueTable.NULL
          || !partition.completed(row)) {
        continue;
      }
      int enqueued = enqueue[value];
      if (enqueued == NONE) {
        return Decision.fail(NAME, "a value was dequeued that nobody enqueued", row);
      }
      if (dequeue[value] != row) {
        return Decision.fail(NAME, "a value was dequeued twice", enqueued, dequeue[value], row);
      }
      if (partition.ret[row] < partition.call[enqueued]) {
        return Decision.fail(NAME, "a value was dequeued before its enqueue began", enqueued, row);
      }
    }
    for (int value = 1; value < enqueue.length; value++) {
      int enqueued = enqueue[value];
      if (enqueued == NONE) {
        continue;
      }
      boolean removed = dequeue[value] != NONE && partition.completed(dequeue[value]);
      if (!partition.completed(enqueued) && !removed) {
        enqueue[value] = NONE;
      } else if (dequeue[value] == NONE) {
        goneFrom[value] = Partition.NEVER;
      } else {
        goneFrom[value] = Math.max(partition.call[dequeue[value]], partition.call[enqueued]);
      }
    }
    return null;
  }

  /** The third pattern. */
  private @Nullable Decision order() {
    int[] events = partition.events();
    if (crashedCount > 0) {
      Decision tooFew = assignCrashed(events);
      if (tooFew != null) {
        return tooFew;
      }
    }
    int latest = NONE;
    int latestGone = Partition.ALWAYS;
    int worst = NONE;
    int worstBefore = NONE;
    for (int event : events) {
      int row = event >> 1;
      if (event < 0 || partition.f[row] != QueueModel.ENQUEUE) {
        continue;
      }
      int value = partition.a[row];
      if (enqueue[value] == NONE) {
        continue;
      }
      if ((event & 1) == 1) {
        if (goneFrom[value] > latestGone) {
          latestGone = goneFrom[value];
          latest = value;
        }
      } else if (latestGone > takenAt(value)
          && (worst == NONE || takenAt(value) < takenAt(worst))) {
        worst = value;
        worstBefore = latest;
      }
    }
    if (worst == NONE) {
      return null;
    }
    boolean never = dequeue[worstBefore] == NONE;
    return Decision.fail(
        NAME,
        never
            ? "a value stayed in the queue while one that was enqueued after it was dequeued"
            : "two values were dequeued in the wrong order",
        rows(enqueue[worstBefore], dequeue[worstBefore], enqueue[worst], dequeue[worst]));
  }

  private static int[] rows(int... rows) {
    return Arrays.stream(rows).filter(row -> row != NONE).toArray();
  }

  private int takenAt(int value) {
    return dequeue[value] == NONE ? Partition.NEVER : partition.ret[dequeue[value]];
  }

  /**
   * Gives values that must have been removed, though nobody returned them, to dequeues that never
   * completed: the most urgent value to the earliest dequeue.
   */
  private @Nullable Decision assignCrashed(int[] events) {
    long[] urgent = new long[enqueue.length];
    int count = 0;
    int deadline = Partition.NEVER;
    for (int position = events.length - 1; position >= 0; position--) {
      int event = events[position];
      int row = event >> 1;
      if (event < 0 || partition.f[row] != QueueModel.ENQUEUE) {
        continue;
      }
      int value = partition.a[row];
      if (enqueue[value] == NONE) {
        continue;
      }
      if ((event & 1) == 0) {
        deadline = Math.min(deadline, takenAt(value));
      } else if (dequeue[value] == NONE && deadline != Partition.NEVER) {
        urgent[count++] = ((long) deadline << 32) | value;
      }
    }
    Arrays.sort(urgent, 0, count);
    for (int i = 0; i < count; i++) {
      int value = (int) urgent[i];
      int before = (int) (urgent[i] >>> 32);
      if (i >= crashedCount || partition.call[crashed[i]] >= before) {
        return tooFewCrashed(urgent, i, events);
      }
      goneFrom[value] = Math.max(partition.call[crashed[i]], partition.call[enqueue[value]]);
    }
    return null;
  }

  private Decision tooFewCrashed(long[] urgent, int last, int[] events) {
    int[] rows = new int[Math.min(2 * last + 4, MOST_WITNESSES) + last];
    int count = 0;
    for (int i = last; i >= 0 && count + 2 < rows.length; i--) {
      rows[count++] = enqueue[(int) urgent[i]];
    }
    int taker = events[(int) (urgent[last] >>> 32)] >> 1;
    rows[count++] = enqueue[partition.a[taker]];
    rows[count++] = taker;
    return Decision.fail(
        NAME,
        "a value stayed in the queue while one that was enqueued after it was dequeued, and there "
            + "are not enough dequeues of unknown outcome that could have removed it",
        Arrays.copyOf(rows, count));
  }

  /** The fourth pattern; null where it depends on which value a crashed dequeue removed. */
  private @Nullable Decision emptiness() {
    int occupied = firstOccupied();
    if (occupied == NONE) {
      return Decision.pass(NAME);
    }
    if (crashedCount > 0) {
      int[] exact = goneFrom.clone();
      int earliest = partition.call[crashed[0]];
      for (int value = 1; value < goneFrom.length; value++) {
        if (enqueue[value] != NONE && dequeue[value] == NONE) {
          goneFrom[value] = Math.min(goneFrom[value], Math.max(0, earliest));
        }
      }
      occupied = firstOccupied();
      System.arraycopy(exact, 0, goneFrom, 0, exact.length);
      if (occupied == NONE) {
        return null;
      }
    }
    return Decision.fail(
        NAME,
        "a dequeue found the queue empty though there was a value in it all the time",
        cover(occupied));
  }

  /** The first empty dequeue during which the queue was never possibly empty, or none. */
  private int firstOccupied() {
    int[] change = new int[partition.length + 1];
    for (int value = 1; value < enqueue.length; value++) {
      if (enqueue[value] != NONE && partition.completed(enqueue[value])) {
        int from = partition.ret[enqueue[value]];
        int to = Math.min(goneFrom[value], partition.length);
        if (from < to) {
          change[from]++;
          change[to]--;
        }
      }
    }
    int[] lastFree = new int[partition.length];
    int inside = 0;
    int free = NONE;
    for (int gap = 0; gap < partition.length; gap++) {
      inside += change[gap];
      free = inside == 0 ? gap : free;
      lastFree[gap] = free;
    }
    int found = NONE;
    for (int i = 0; i < emptyCount; i++) {
      int row = empties[i];
      if (partition.completed(row)
          && lastFree[partition.ret[row] - 1] < partition.call[row]
          && (found == NONE || partition.ret[row] < partition.ret[found])) {
        found = row;
      }
    }
    return found;
  }

  /** The empty dequeue with values that, one after the other, were in the queue all its time. */
  private int[] cover(int emptyRow) {
    int[] rows = new int[MOST_WITNESSES + 2];
    int count = 0;
    rows[count++] = emptyRow;
    int reached = partition.call[emptyRow];
    while (reached < partition.ret[emptyRow] && count < MOST_WITNESSES) {
      int best = NONE;
      for (int value = 1; value < enqueue.length; value++) {
        if (enqueue[value] != NONE
            && partition.ret[enqueue[value]] <= reached
            && goneFrom[value] > reached
            && (best == NONE || goneFrom[value] > goneFrom[best])) {
          best = value;
        }
      }
      if (best == NONE) {
        break;
      }
      rows[count++] = enqueue[best];
      if (dequeue[best] != NONE) {
        rows[count++] = dequeue[best];
      }
      reached = goneFrom[best];
    }
    return Arrays.copyOf(rows, count);
  }
}
