package org.ordeal.checks.linearizability;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue: {@code enqueue v} adds, {@code dequeue} removes and returns a value, or returns {@code
 * null} where the queue is empty. The {@code fifo-queue} gives the oldest value, the {@code
 * unordered-queue} any.
 *
 * <p>An enqueue that never completed may add its value at any later time. A dequeue that never
 * completed may remove a value, nobody knows which, at any later time. A failed one did neither; a
 * failed dequeue does not say that the queue was empty.
 */
final class QueueModel extends ObjectModel {

  static final byte ENQUEUE = 0;

  /** Cell {@code a}: the value, {@link ValueTable#NULL} for empty, or {@link Partition#UNKNOWN}. */
  static final byte DEQUEUE = 1;

  final boolean fifo;

  QueueModel(String name, boolean fifo) {
    super(name);
    this.fifo = fifo;
  }

  @Override
  List<String> operations() {
    return List.of("enqueue", "dequeue");
  }

  @Override
  int code(String f) {
    return switch (f) {
      case "enqueue" -> ENQUEUE;
      case "dequeue" -> DEQUEUE;
      default -> -1;
    };
  }

  @Override
  void invoked(Cells cells, @Nullable Object value, ValueTable values) {
    if (cells.f == DEQUEUE) {
      takesNoTuple("dequeue", value);
      cells.a = Partition.UNKNOWN;
      return;
    }
    if (value == null) {
      throw wrongValue("enqueue", null, "something other than null, which stands for empty,");
    }
    cells.a = values.idOf(value);
  }

  @Override
  void completed(Cells cells, @Nullable Object value, ValueTable values) {
    if (cells.f == DEQUEUE) {
      cells.a = values.idOf(value);
    }
  }

  @Override
  boolean forget(Cells cells) {
    if (cells.f == DEQUEUE) {
      cells.a = Partition.UNKNOWN;
    }
    return true;
  }

  @Override
  boolean observer(Cells cells) {
    return cells.f == DEQUEUE && cells.a == ValueTable.NULL;
  }

  @Override
  Automaton automaton(Partition partition, Limits limits) {
    return new QueueAutomaton(partition, fifo, limits);
  }

  @Override
  @Nullable Decision decide(Partition partition, Limits limits) {
    return QueueSweep.decide(partition, fifo);
  }
}
