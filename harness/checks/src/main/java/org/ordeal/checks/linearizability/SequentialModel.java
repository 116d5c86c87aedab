package org.ordeal.checks.linearizability;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object of your own whose histories are to be checked: what each operation does when it is
 * alone. Put it on the class path and name it in {@code
 * META-INF/services/org.ordeal.checks.linearizability.SequentialModel}; then {@code --model} knows
 * it.
 *
 * <p>Implementations keep no state between calls and are thread-safe. States are immutable and have
 * {@code equals} and {@code hashCode}.
 *
 * <p>An example, a counter:
 *
 * <pre>{@code
 * public Object initial() {
 *   return 0L;
 * }
 *
 * public List<Object> step(Object state, Call call) {
 *   long count = (Long) state;
 *   return switch (call.f()) {
 *     case "add" -> List.of(count + (Long) call.argument());
 *     default -> !call.completed() || call.result().equals(count) ? List.of(count) : List.of();
 *   };
 * }
 * }</pre>
 */
public interface SequentialModel {

  /** Name for the command line, in lower case with hyphens. */
  String name();

  /** The names of all operations. */
  List<String> operations();

  /** The state before the first operation. */
  Object initial();

  /**
   * Every state that an operation can lead to: none if the object cannot answer this in this state.
   */
  List<Object> step(Object state, Call call);

  /** Whether an operation never changes the state, whatever its argument. */
  boolean observer(String f);

  /**
   * One operation.
   *
   * @param f its name
   * @param argument the value of its invocation
   * @param completed whether it completed, so that its result is known
   * @param result the value of its completion; null where it did not complete
   */
  record Call(String f, @Nullable Object argument, boolean completed, @Nullable Object result) {}
}
