package org.ordeal.checks.linearizability;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.log.LogOperations;

/**
 * A log: {@code append v} adds at the end and returns {@code [offset, v]}, {@code read [offset,
 * null]} returns {@code [offset, v]} or, beyond the end, {@code [offset, null]}, {@code max-offset}
 * returns the offset that the next append will get. Offsets begin at a given number and leave no
 * gaps. {@code send} is another name for {@code append}.
 *
 * <p>An append that never completed may add its value at any later time, at the offset that is then
 * the next. Reads and max-offset reads that never completed or failed say nothing.
 */
final class LogModel extends ObjectModel {

  /** Cells: value, offset. */
  static final byte APPEND = 0;

  /** Cells: value or {@link ValueTable#NULL}, offset. */
  static final byte READ = 1;

  /** Cell {@code b}: the length. */
  static final byte MAX_OFFSET = 2;

  /** Offsets from here on are all the same: no history has that many appends. */
  private static final int FAR = 1 << 30;

  private final long base;

  LogModel(long base) {
    super("log");
    this.base = base;
  }

  @Override
  List<String> operations() {
    return List.of("append", "read", "max-offset");
  }

  @Override
  int code(String f) {
    return switch (f) {
      case "append", "send" -> APPEND;
      case "read" -> READ;
      case "max-offset" -> MAX_OFFSET;
      default -> -1;
    };
  }

  /** What followers and consumers were served is for the log checks, not the leader's word. */
  @Override
  boolean ignores(String f) {
    return switch (f) {
      case LogOperations.POLL,
          LogOperations.DRAIN,
          LogOperations.DRAIN_END,
          LogOperations.FOUND_IN_FILES,
          LogOperations.COMMIT,
          LogOperations.COMMITTED ->
          true;
      default -> false;
    };
  }

  @Override
  void invoked(Cells cells, @Nullable Object value, ValueTable values) {
    cells.a = Partition.UNKNOWN;
    cells.b = Partition.UNKNOWN;
    if (cells.f == APPEND) {
      if (value == null) {
        throw wrongValue("append", null, "something other than null, which stands for no message,");
      }
      cells.a = values.idOf(value);
    } else if (cells.f == READ) {
      Object offset = value instanceof List<?> list && !list.isEmpty() ? list.get(0) : value;
      if (!(offset instanceof Long number)) {
        throw wrongValue("read", value, "[offset, null]");
      }
      cells.b = relative(number);
      // So that the answer can be held against what was asked for.
      cells.a = cells.b == FAR ? values.idOf(number) : Partition.UNKNOWN;
    }
  }

  private int relative(long offset) {
    return offset < base ? Partition.IMPOSSIBLE : (int) Math.min(offset - base, FAR);
  }

  @Override
  void completed(Cells cells, @Nullable Object value, ValueTable values) {
    if (cells.f == MAX_OFFSET) {
      if (!(value instanceof Long number)) {
        throw wrongValue("max-offset ok", value, "a number");
      }
      cells.b = relative(number);
      return;
    }
    if (!(value instanceof List<?> pair)
        || pair.size() != 2
        || !(pair.get(0) instanceof Long offset)) {
      throw wrongValue(operations().get(cells.f) + " ok", value, "[offset, value]");
    }
    if (cells.f == APPEND) {
      boolean same = values.idOf(pair.get(1)) == cells.a;
      cells.b = same ? relative(offset) : Partition.IMPOSSIBLE;
    } else {
      boolean asked =
          relative(offset) == cells.b && (cells.b != FAR || values.idOf(offset) == cells.a);
      cells.a = values.idOf(pair.get(1));
      if (!asked) {
        cells.b = Partition.IMPOSSIBLE;
      }
    }
  }

  @Override
  boolean forget(Cells cells) {
    cells.b = Partition.UNKNOWN;
    return cells.f == APPEND;
  }

  @Override
  boolean observer(Cells cells) {
    return cells.f != APPEND;
  }

  @Override
  Automaton automaton(Partition partition, Limits limits) {
    return new LogAutomaton(partition, limits);
  }

  @Override
  @Nullable Decision decide(Partition partition, Limits limits) {
    return LogSweep.decide(partition);
  }

  @Override
  boolean related(Partition partition, int row, int other) {
    return partition.b[row] == partition.b[other]
        || (partition.a[row] > ValueTable.NULL && partition.a[row] == partition.a[other]);
  }
}
