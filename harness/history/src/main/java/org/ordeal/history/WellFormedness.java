package org.ordeal.history;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules that every history obeys, checked one operation at a time.
 *
 * <ul>
 *   <li>The index grows; the time never goes back.
 *   <li>A client process has at most one operation open: it invokes, completes, invokes again.
 *   <li>A completion names the same {@code f} as its invocation and, where it names a key, the same
 *       key.
 *   <li>After {@code info} a process does nothing more, since its operation may still be running.
 * </ul>
 *
 * The fault runner ({@link Operation#NEMESIS}) is bound by the first rule only. Memory: one
 * reference per client process. Not thread-safe.
 */
public final class WellFormedness {

  /** Processes below this are kept in arrays, others in a map. */
  private static final int DENSE_PROCESSES = 1 << 20;

  private final String source;
  private final Map<Integer, Operation> sparse = new HashMap<>();

  /** By process: its open invocation, or the {@code info} with which it ended. */
  private @Nullable Operation[] open = new Operation[64];

  private long lastIndex = -1;
  private long lastTime = Long.MIN_VALUE;

  /**
   * Makes a fresh set of rules for one history.
   *
   * @param source name of the history, for messages
   */
  public WellFormedness(String source) {
    this.source = source;
  }

  /**
   * Takes the next operation.
   *
   * @throws HistoryFormatException if it breaks a rule
   */
  public void check(Operation operation, long line) {
    if (operation.index() <= lastIndex) {
      throw broken(line, "index " + operation.index() + " does not come after " + lastIndex);
    }
    if (operation.time() < lastTime) {
      throw broken(
          line, "time " + operation.time() + " ns lies before the line above, " + lastTime + " ns");
    }
    lastIndex = operation.index();
    lastTime = operation.time();
    int process = operation.process();
    if (process == Operation.NEMESIS) {
      return;
    }
    if (process < 0) {
      throw broken(line, "process " + process + " is negative");
    }
    Operation current = current(process);
    if (operation.type() == OperationType.INVOKE) {
      invoke(operation, current, line);
    } else {
      complete(operation, current, line);
    }
  }

  private void invoke(Operation operation, @Nullable Operation current, long line) {
    if (current != null && current.type() == OperationType.INFO) {
      throw broken(
          line,
          "process "
              + operation.process()
              + " invokes "
              + operation.f()
              + " though an earlier operation of it ended with info; use a fresh process number");
    }
    if (current != null) {
      throw broken(
          line,
          "process "
              + operation.process()
              + " invokes "
              + operation.f()
              + " while its "
              + current.f()
              + " (index "
              + current.index()
              + ") is still open");
    }
    put(operation.process(), operation);
  }

  private void complete(Operation operation, @Nullable Operation current, long line) {
    String what = operation.type().name().toLowerCase(java.util.Locale.ROOT);
    if (current == null || current.type() == OperationType.INFO) {
      throw broken(
          line,
          what
              + " of "
              + operation.f()
              + " by process "
              + operation.process()
              + ", which has no operation open");
    }
    if (!current.f().equals(operation.f())) {
      throw broken(
          line,
          what
              + " of "
              + operation.f()
              + " by process "
              + operation.process()
              + ", whose open operation is "
              + current.f());
    }
    if (operation.key() != null
        && current.key() != null
        && !operation.key().equals(current.key())) {
      throw broken(
          line,
          what + " with key " + operation.key() + ", but it was invoked with " + current.key());
    }
    put(operation.process(), operation.type() == OperationType.INFO ? operation : null);
  }

  private @Nullable Operation current(int process) {
    if (process < open.length) {
      return open[process];
    }
    return sparse.get(process);
  }

  private void put(int process, @Nullable Operation operation) {
    if (process >= open.length && process < DENSE_PROCESSES) {
      int length = open.length;
      open = Arrays.copyOf(open, Math.max(process + 1, length * 2));
      sparse.entrySet().removeIf(entry -> moveToDense(entry.getKey(), entry.getValue()));
    }
    if (process < open.length) {
      open[process] = operation;
    } else if (operation == null) {
      sparse.remove(process);
    } else {
      sparse.put(process, operation);
    }
  }

  private boolean moveToDense(int process, Operation operation) {
    if (process < open.length) {
      open[process] = operation;
      return true;
    }
    return false;
  }

  private HistoryFormatException broken(long line, String problem) {
    return new HistoryFormatException(source, line, problem);
  }
}
