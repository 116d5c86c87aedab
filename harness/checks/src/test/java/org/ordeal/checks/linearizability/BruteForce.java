package org.ordeal.checks.linearizability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/**
 * Decides small histories by trying every order. It shares no code with the engines: its objects
 * are written down a second time, on plain lists.
 */
final class BruteForce {

  /** One operation: its invocation and, where there is one, its completion. */
  private static final class Op {
    private final Operation invocation;
    private final int call;
    private @Nullable Operation completion;
    private int ret = Integer.MAX_VALUE;

    Op(Operation invocation, int call) {
      this.invocation = invocation;
      this.call = call;
    }

    boolean known() {
      return completion != null && completion.type() != OperationType.INFO;
    }
  }

  private final String model;
  private final List<Op> ops = new ArrayList<>();
  private final Set<List<Object>> visited = new HashSet<>();

  private BruteForce(String model) {
    this.model = model;
  }

  static boolean linearizable(String model, List<Operation> history) {
    Map<String, List<Operation>> byKey = new HashMap<>();
    Map<Integer, String> keys = new HashMap<>();
    for (Operation operation : history) {
      if (operation.type() == OperationType.INVOKE) {
        keys.put(operation.process(), String.valueOf(operation.key()));
      }
      byKey
          .computeIfAbsent(
              Objects.requireNonNull(keys.get(operation.process())), k -> new ArrayList<>())
          .add(operation);
    }
    return byKey.values().stream().allMatch(one -> new BruteForce(model).decide(one));
  }

  private boolean decide(List<Operation> history) {
    Map<Integer, Op> open = new HashMap<>();
    for (int i = 0; i < history.size(); i++) {
      Operation operation = history.get(i);
      if (operation.type() == OperationType.INVOKE) {
        Op op = new Op(operation, i);
        open.put(operation.process(), op);
        ops.add(op);
      } else {
        Op op = Objects.requireNonNull(open.remove(operation.process()));
        op.completion = operation;
        if (operation.type() == OperationType.OK) {
          op.ret = i;
        } else if (operation.type() == OperationType.FAIL) {
          op.ret = i;
          boolean says = model.equals("cas-register-strict") && operation.f().equals("cas");
          if (!says) {
            ops.remove(op);
          }
        }
      }
    }
    return search(0, model.endsWith("queue") || model.equals("log") ? List.of() : initial());
  }

  private Object initial() {
    return switch (model) {
      case "mutex" -> false;
      case "kv-append" -> "";
      default -> "null";
    };
  }

  private boolean search(long done, Object state) {
    int firstReturn = Integer.MAX_VALUE;
    for (int i = 0; i < ops.size(); i++) {
      if ((done & (1L << i)) == 0) {
        firstReturn = Math.min(firstReturn, ops.get(i).ret);
      }
    }
    if (firstReturn == Integer.MAX_VALUE) {
      return true;
    }
    if (!visited.add(List.of(done, state))) {
      return false;
    }
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      if ((done & (1L << i)) == 0 && op.call < firstReturn) {
        for (Object next : step(state, op)) {
          if (search(done | (1L << i), next)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private List<Object> step(Object state, Op op) {
    Object argument = op.invocation.value();
    boolean known = op.known();
    boolean failed = op.completion != null && op.completion.type() == OperationType.FAIL;
    Object result = known && op.completion != null ? op.completion.value() : null;
    return switch (op.invocation.f()) {
      case "read" ->
          model.equals("log")
              ? when(!known || Objects.equals(result, logRead(state, argument)), state)
              : when(!known || String.valueOf(result).equals(state), state);
      case "write" -> List.of(String.valueOf(argument));
      case "cas" -> {
        List<?> pair = (List<?>) Objects.requireNonNull(argument);
        boolean matches = String.valueOf(pair.get(0)).equals(state);
        if (failed) {
          yield when(!matches, state);
        }
        yield when(matches, String.valueOf(pair.get(1)));
      }
      case "acquire" -> when(state.equals(false), true);
      case "release" -> when(state.equals(true), false);
      case "get" -> when(!known || state.equals(result == null ? "" : result), state);
      case "put" -> List.of(String.valueOf(argument));
      case "append" ->
          model.equals("log")
              ? append(state, Objects.requireNonNull(argument), known, result)
              : List.of(state + String.valueOf(argument));
      case "max-offset" ->
          when(!known || Objects.equals(result, (long) ((List<?>) state).size()), state);
      case "enqueue" -> List.of(with((List<?>) state, Objects.requireNonNull(argument)));
      default -> dequeue((List<?>) state, known, result);
    };
  }

  private static List<Object> when(boolean possible, Object next) {
    return possible ? List.of(next) : List.of();
  }

  private static List<?> with(List<?> list, Object value) {
    List<Object> more = new ArrayList<>(list);
    more.add(value);
    return more;
  }

  private static List<Object> append(
      Object state, Object value, boolean known, @Nullable Object result) {
    List<?> log = (List<?>) state;
    return when(!known || List.of((long) log.size(), value).equals(result), with(log, value));
  }

  private static Object logRead(Object state, @Nullable Object argument) {
    List<?> log = (List<?>) state;
    long offset =
        (Long) Objects.requireNonNull(((List<?>) Objects.requireNonNull(argument)).get(0));
    List<@Nullable Object> answer = new ArrayList<>();
    answer.add(offset);
    answer.add(offset < log.size() ? log.get((int) offset) : null);
    return answer;
  }

  private List<Object> dequeue(List<?> queue, boolean known, @Nullable Object result) {
    if (known && result == null) {
      return when(queue.isEmpty(), queue);
    }
    List<Object> next = new ArrayList<>();
    int choices = model.equals("fifo-queue") ? Math.min(1, queue.size()) : queue.size();
    for (int i = 0; i < choices; i++) {
      if (!known || queue.get(i).equals(result)) {
        List<Object> rest = new ArrayList<>(queue);
        rest.remove(i);
        next.add(rest);
      }
    }
    return next;
  }
}
