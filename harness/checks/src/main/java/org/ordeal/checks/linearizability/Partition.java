package org.ordeal.checks.linearizability;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The operations on one object, as columns of numbers: what the engines work on.
 *
 * <p>Row {@code r} is an operation with code {@code f[r]} and cells {@code a[r]}, {@code b[r]},
 * whose meaning is the model's. It was invoked at position {@code call[r]} and completed at
 * position {@code ret[r]}; positions count the events of this object from 0, and no two events
 * share one. {@code ret} is {@link #NEVER} where nobody knows whether the operation took effect.
 * {@code call} is {@link #ALWAYS} for an operation that was loosened: it may take effect at any
 * time, or never ({@link #loosened}). Rows are in order of {@code call}. Immutable, thread-safe.
 */
final class Partition {

  /** The {@code ret} of an operation that may take effect at any time later, or never. */
  static final int NEVER = Integer.MAX_VALUE;

  /** The {@code call} of an operation that may take effect at any time. */
  static final int ALWAYS = -1;

  /** In a cell: not known, since the operation never completed. */
  static final int UNKNOWN = -1;

  /** In a cell: a result that no state of the object explains. */
  static final int IMPOSSIBLE = -2;

  final @Nullable String key;
  final ObjectModel model;
  final ValueTable values;

  /** Rows. */
  final int size;

  /** Positions are below this. */
  final int length;

  final byte[] f;
  final int[] a;
  final int[] b;
  final int[] call;
  final int[] ret;

  /** By row, the row of the partition that this one was cut from; null if it was not. */
  private final int @Nullable [] origin;

  Partition(
      @Nullable String key,
      ObjectModel model,
      ValueTable values,
      int size,
      int length,
      byte[] f,
      int[] a,
      int[] b,
      int[] call,
      int[] ret,
      int @Nullable [] origin) {
    this.key = key;
    this.model = model;
    this.values = values;
    this.size = size;
    this.length = length;
    this.f = f;
    this.a = a;
    this.b = b;
    this.call = call;
    this.ret = ret;
    this.origin = origin;
  }

  boolean completed(int row) {
    return ret[row] != NEVER;
  }

  boolean anyCompleted() {
    return IntStream.range(0, size).anyMatch(this::completed);
  }

  /** The row of the original partition. */
  int originOf(int row) {
    return origin == null ? row : origin[row];
  }

  /**
   * By position: twice the row, plus one for a completion; -1 where nothing that counts happens.
   */
  int[] events() {
    int[] events = new int[length];
    Arrays.fill(events, -1);
    for (int row = 0; row < size; row++) {
      if (call[row] >= 0) {
        events[call[row]] = 2 * row;
      }
      if (ret[row] != NEVER) {
        events[ret[row]] = 2 * row + 1;
      }
    }
    return events;
  }

  /** What had happened, and was known, just after the event at the given position. */
  Partition prefix(int position) {
    Selection selection = new Selection(size);
    Cells cells = new Cells();
    for (int row = 0; row < size; row++) {
      if (call[row] > position) {
        continue;
      }
      cells.set(f[row], a[row], b[row]);
      boolean open = ret[row] > position && ret[row] != NEVER;
      if (!open || model.forget(cells)) {
        selection.add(row, cells, call[row], open ? NEVER : ret[row]);
      }
    }
    return selection.partition(position + 1);
  }

  /**
   * A weaker history: the given rows no longer constrain anything. Observers go; an operation with
   * an effect may have it at any time, or never. Where the weaker history is not linearizable, this
   * one is not either.
   */
  Partition loosened(BitSet rows) {
    Selection selection = new Selection(size);
    Cells cells = new Cells();
    for (int row = rows.nextSetBit(0); row >= 0 && row < size; row = rows.nextSetBit(row + 1)) {
      cells.set(f[row], a[row], b[row]);
      if (!model.observer(cells)) {
        selection.add(row, cells, ALWAYS, NEVER);
      }
    }
    for (int row = rows.nextClearBit(0); row < size; row = rows.nextClearBit(row + 1)) {
      cells.set(f[row], a[row], b[row]);
      selection.add(row, cells, call[row], ret[row]);
    }
    return selection.partition(length);
  }

  /** Only the given rows. */
  Partition only(BitSet rows) {
    Selection selection = new Selection(size);
    Cells cells = new Cells();
    for (int row = rows.nextSetBit(0); row >= 0 && row < size; row = rows.nextSetBit(row + 1)) {
      cells.set(f[row], a[row], b[row]);
      selection.add(row, cells, call[row], ret[row]);
    }
    return selection.partition(length);
  }

  /** Rows being gathered. */
  private final class Selection {
    private final byte[] newF;
    private final int[] newA;
    private final int[] newB;
    private final int[] newCall;
    private final int[] newRet;
    private final int[] newOrigin;
    private int count;

    Selection(int capacity) {
      newF = new byte[capacity];
      newA = new int[capacity];
      newB = new int[capacity];
      newCall = new int[capacity];
      newRet = new int[capacity];
      newOrigin = new int[capacity];
    }

    void add(int row, Cells cells, int newCallAt, int newRetAt) {
      newF[count] = cells.f;
      newA[count] = cells.a;
      newB[count] = cells.b;
      newCall[count] = newCallAt;
      newRet[count] = newRetAt;
      newOrigin[count] = originOf(row);
      count++;
    }

    Partition partition(int newLength) {
      return new Partition(
          key, model, values, count, newLength, newF, newA, newB, newCall, newRet, newOrigin);
    }
  }
}
