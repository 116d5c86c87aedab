package org.ordeal.checks.linearizability;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sequential object: which operations it has, how their values become numbers, and how it can be
 * decided whether a history of it is linearizable. Immutable, thread-safe.
 */
abstract class ObjectModel {

  private final String name;

  ObjectModel(String name) {
    this.name = name;
  }

  /** Name on the command line. */
  final String name() {
    return name;
  }

  /** The names of the operations. */
  abstract List<String> operations();

  /** The code of an operation, or -1 if the object has no such operation. */
  abstract int code(String f);

  /** Whether operations of this name are no business of the model's, though of the same history. */
  boolean ignores(String f) {
    return false;
  }

  /**
   * Takes an invocation.
   *
   * @param cells in: the code; out: the cells as far as they are known
   * @throws ModelMismatchException if the value has not the shape that the model asks for
   */
  abstract void invoked(Cells cells, @Nullable Object value, ValueTable values);

  /** Takes an {@code ok} completion; {@code cells} are those of the invocation. */
  abstract void completed(Cells cells, @Nullable Object value, ValueTable values);

  /**
   * Takes a {@code fail} completion. It certainly had no effect, so most models leave it out.
   *
   * @return whether the operation says something all the same and is kept
   */
  boolean failed(Cells cells) {
    return false;
  }

  /**
   * Takes the news that an operation never completed: its result becomes unknown.
   *
   * @return whether it can have an effect; if not, it is left out
   */
  abstract boolean forget(Cells cells);

  /** Whether the operation never changes the state. */
  abstract boolean observer(Cells cells);

  /** The object as the general engine needs it. */
  abstract Automaton automaton(Partition partition, Limits limits);

  /**
   * The special algorithm for this model.
   *
   * @return its decision, or null where it does not apply to this partition
   */
  @Nullable Decision decide(Partition partition, Limits limits) {
    return null;
  }

  /** Whether two operations have to do with each other, so that one explains the other. */
  boolean related(Partition partition, int row, int other) {
    return partition.a[row] == partition.a[other];
  }

  /**
   * Refuses {@code [key null]} as the argument of an operation that takes none: it looks like a
   * tuple of Jepsen's {@code independent}, and to take all keys for one object would be a false
   * alarm.
   */
  final void takesNoTuple(String f, @Nullable Object value) {
    if (value instanceof List<?> tuple && tuple.size() == 2 && tuple.get(1) == null) {
      throw new ModelMismatchException(
          "model "
              + name
              + ": "
              + f
              + " takes no argument, but has "
              + value
              + "; if these are the tuples [key value] of Jepsen's independent, give --independent");
    }
  }

  final ModelMismatchException wrongValue(String f, @Nullable Object value, String wanted) {
    return new ModelMismatchException(
        "model " + name + ": " + f + " wants " + wanted + " as its value, not " + value);
  }
}
