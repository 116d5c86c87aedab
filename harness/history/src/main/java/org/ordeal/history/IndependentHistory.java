package org.ordeal.history;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A history whose values are the tuples {@code [key value]} of Jepsen's {@code independent}, as one
 * whose operations have a {@code key}. A file does not say whether {@code [1 2]} is such a tuple or
 * a value of its own, so somebody has to. Thread-safe as far as its origin is.
 */
public final class IndependentHistory implements HistorySource {

  private final HistorySource tuples;

  /** Makes it of a history with tuples. */
  public IndependentHistory(HistorySource tuples) {
    this.tuples = tuples;
  }

  @Override
  public String name() {
    return tuples.name();
  }

  @Override
  public OperationStream open() throws IOException {
    return new Untupled(name(), tuples.open());
  }

  private static final class Untupled implements OperationStream {
    private final String name;
    private final OperationStream operations;

    /** By process, the key of its open operation: a completion may have lost its tuple. */
    private final Map<Integer, String> keys = new HashMap<>();

    Untupled(String name, OperationStream operations) {
      this.name = name;
      this.operations = operations;
    }

    @Override
    public boolean hasNext() {
      return operations.hasNext();
    }

    @Override
    public Operation next() {
      Operation operation = operations.next();
      if (operation.byNemesis()) {
        return operation;
      }
      boolean invocation = operation.type() == OperationType.INVOKE;
      String known = invocation ? null : keys.remove(operation.process());
      List<?> tuple =
          operation.value() instanceof List<?> list && list.size() == 2 ? list : List.of();
      boolean lost = known != null && operation.type() != OperationType.OK;
      if (tuple.isEmpty() && !lost) {
        throw new IllegalArgumentException(
            "%s: the value %s of the operation at index %d is no tuple [key value]"
                .formatted(name, operation.value(), operation.index()));
      }
      String key = tuple.isEmpty() ? String.valueOf(known) : CanonicalText.name(tuple.getFirst());
      if (known != null && !known.equals(key)) {
        throw new IllegalArgumentException(
            "%s: the operation at index %d completes key %s, but was invoked on %s"
                .formatted(name, operation.index(), key, known));
      }
      if (invocation) {
        keys.put(operation.process(), key);
      }
      return withKey(operation, key, tuple.isEmpty() ? null : tuple.getLast());
    }

    private static Operation withKey(Operation operation, String key, @Nullable Object value) {
      return new Operation(
          operation.index(),
          operation.time(),
          operation.process(),
          operation.type(),
          operation.f(),
          value,
          key,
          operation.node(),
          operation.error());
    }

    @Override
    public Optional<String> truncated() {
      return operations.truncated();
    }

    @Override
    public void close() throws IOException {
      operations.close();
    }
  }
}
