package org.ordeal.checks.log;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Operation;

/** Reads what the completion of an operation on a log says, and refuses what has another form. */
final class Answers {

  private Answers() {}

  /** An offset and what stands there. */
  record Pair(long offset, @Nullable Object value) {}

  static Pair pair(@Nullable Object value, Operation operation) {
    if (value instanceof List<?> list && list.size() == 2 && list.get(0) instanceof Long offset) {
      return new Pair(offset, list.get(1));
    }
    throw malformed(operation);
  }

  static List<?> list(@Nullable Object value, Operation operation) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw malformed(operation);
  }

  static long whole(@Nullable Object value, Operation operation) {
    if (value instanceof Long number) {
      return number;
    }
    throw malformed(operation);
  }

  static IllegalArgumentException malformed(Operation operation) {
    return new IllegalArgumentException(
        "The value %s of the %s at index %d has not the form that the log's model gives it."
            .formatted(operation.value(), operation.f(), operation.index()));
  }
}
