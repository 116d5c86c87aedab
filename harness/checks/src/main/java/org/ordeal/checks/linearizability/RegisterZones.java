package org.ordeal.checks.linearizability;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decides a register whose writes all write different values, by zones (Gibbons and Korach, Testing
 * Shared Memories, SIAM Journal on Computing 26(4), 1997), in linear time.
 *
 * <p>A value's <em>cluster</em> is its write with all reads of it. In a linearization the clusters
 * follow one another without mixing. Let {@code first} be the earliest completion in the cluster
 * and {@code last} the latest invocation. If {@code first < last}, the register holds the value for
 * certain all the time between: a forward zone. Otherwise all operations of the cluster overlap
 * between {@code last} and {@code first}, and it can take place at any one point there: a backward
 * zone. The history is linearizable just if no read precedes its write, no two forward zones
 * overlap, and no backward zone lies within a forward zone.
 *
 * <p>The initial value is a write before everything else. A write that never completed counts only
 * if it was read: then it took effect before the first such read completed.
 */
final class RegisterZones {

  static final String NAME = "zones";

  private static final int NONE = -1;

  private final Partition partition;
  private final int initial;

  /** By value: row of the write, rows of the earliest completion and of the latest invocation. */
  private final int[] write;

  private final int[] firstRow;
  private final int[] lastRow;

  private RegisterZones(Partition partition, int initial) {
    this.partition = partition;
    this.initial = initial;
    int values = partition.values.size();
    this.write = new int[values];
    this.firstRow = new int[values];
    this.lastRow = new int[values];
    Arrays.fill(write, NONE);
    Arrays.fill(firstRow, NONE);
    Arrays.fill(lastRow, NONE);
  }

  /**
   * Decides, or returns null if a value was written twice or something else is there than these.
   */
  static @Nullable Decision decide(Partition partition, int initial) {
    RegisterZones zones = new RegisterZones(partition, initial);
    if (!zones.gatherWrites()) {
      return null;
    }
    Decision wrong = zones.gatherReads();
    return wrong != null ? wrong : zones.sweep();
  }

  private boolean gatherWrites() {
    for (int row = 0; row < partition.size; row++) {
      if (partition.f[row] == RegisterModel.READ) {
        continue;
      }
      int value = partition.a[row];
      if (partition.f[row] != RegisterModel.WRITE || value == initial || write[value] != NONE) {
        return false;
      }
      write[value] = row;
      firstRow[value] = row;
      lastRow[value] = row;
    }
    return true;
  }

  private @Nullable Decision gatherReads() {
    for (int row = 0; row < partition.size; row++) {
      if (partition.f[row] != RegisterModel.READ || !partition.completed(row)) {
        continue;
      }
      int value = partition.a[row];
      if (value != initial) {
        if (write[value] == NONE) {
          return Decision.fail(NAME, "a value was read that nobody wrote", row);
        }
        if (partition.ret[row] < partition.call[write[value]]) {
          return Decision.fail(NAME, "a value was read before its write began", row, write[value]);
        }
        if (partition.ret[row] < partition.ret[firstRow[value]]) {
          firstRow[value] = row;
        }
      }
      if (lastRow[value] == NONE || partition.call[row] > partition.call[lastRow[value]]) {
        lastRow[value] = row;
      }
    }
    return null;
  }

  private int first(int value) {
    return value == initial ? -1 : partition.ret[firstRow[value]];
  }

  private int last(int value) {
    return lastRow[value] == NONE ? -1 : partition.call[lastRow[value]];
  }

  private Decision sweep() {
    int[] lowEnd = new int[partition.length + 1];
    Arrays.fill(lowEnd, NONE);
    for (int value = 0; value < write.length; value++) {
      if (value != initial && write[value] != NONE && first(value) != Partition.NEVER) {
        lowEnd[Math.min(first(value), last(value)) + 1] = value;
      }
    }
    int forward = last(initial) > -1 ? initial : NONE;
    int forwardEnd = last(initial);
    for (int value : lowEnd) {
      if (value == NONE) {
        continue;
      }
      if (first(value) < last(value)) {
        if (first(value) < forwardEnd) {
          return conflict(forward, value, "two values were both in the register for certain");
        }
        forward = value;
        forwardEnd = last(value);
      } else if (first(value) < forwardEnd) {
        return conflict(
            forward, value, "a value was written and gone while another was there for certain");
      }
    }
    return Decision.pass(NAME);
  }

  private Decision conflict(int one, int other, String reason) {
    int[] rows = {
      write[one], firstRow[one], lastRow[one], write[other], firstRow[other], lastRow[other]
    };
    int[] distinct = Arrays.stream(rows).filter(row -> row != NONE).sorted().distinct().toArray();
    return Decision.fail(NAME, reason, distinct);
  }
}
