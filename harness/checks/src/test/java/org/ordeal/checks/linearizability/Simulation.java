package org.ordeal.checks.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/**
 * Makes histories that are linearizable, since a real object answers them: clients invoke, each
 * operation takes effect at a random moment, clients complete, some never do. {@link #mutated} then
 * spoils some of them.
 */
final class Simulation {

  private final String model;
  private final Random random;
  private final int clients;
  private final int values;
  private final double crashes;
  private final Predicate<String> crashing;
  private final List<Operation> history = new ArrayList<>();
  private final List<Object> items = new ArrayList<>();
  private final @Nullable Pending[] open;
  private final int[] processes;
  private @Nullable Object register;
  private boolean held;
  private String text = "";
  private long fresh;
  private int nextProcess;

  /** An operation that is under way. */
  private static final class Pending {
    private final String f;
    private final @Nullable Object argument;
    private boolean effect;
    private boolean refused;
    private @Nullable Object result;

    Pending(String f, @Nullable Object argument) {
      this.f = f;
      this.argument = argument;
    }
  }

  /**
   * Prepares a simulation.
   *
   * @param values how many different values clients use; 0 for a fresh one each time
   * @param crashes probability that an operation ends in info
   */
  Simulation(String model, Random random, int clients, int values, double crashes) {
    this(model, random, clients, values, crashes, f -> true);
  }

  /**
   * Prepares a simulation.
   *
   * @param crashing which functions ever end in info
   */
  Simulation(
      String model,
      Random random,
      int clients,
      int values,
      double crashes,
      Predicate<String> crashing) {
    this.crashing = crashing;
    this.model = model;
    this.random = random;
    this.clients = clients;
    this.values = values;
    this.crashes = crashes;
    this.open = new Pending[clients];
    this.processes = new int[clients];
    for (int i = 0; i < clients; i++) {
      processes[i] = nextProcess++;
    }
  }

  /** Runs until so many operations were invoked; those still open then stay open. */
  List<Operation> run(int operations) {
    int invoked = 0;
    int idle = 0;
    int steps = 0;
    while (steps++ < operations * 40 && (invoked < operations || idle++ < clients * 2)) {
      int client = random.nextInt(clients);
      Pending pending = open[client];
      if (pending == null) {
        if (invoked < operations) {
          invoked++;
          pending = invocation();
          open[client] = pending;
          emit(client, OperationType.INVOKE, pending.f, pending.argument);
        }
      } else if (!pending.effect && crashing.test(pending.f) && random.nextDouble() < crashes) {
        if (random.nextInt(4) == 0) {
          emit(client, OperationType.FAIL, pending.f, pending.argument);
        } else {
          if (random.nextBoolean()) {
            effect(pending);
          }
          emit(client, OperationType.INFO, pending.f, pending.argument);
          processes[client] = nextProcess++;
        }
        open[client] = null;
      } else if (!pending.effect) {
        effect(pending);
      } else {
        emit(
            client,
            pending.refused ? OperationType.FAIL : OperationType.OK,
            pending.f,
            pending.result);
        open[client] = null;
      }
    }
    return history;
  }

  private void emit(int client, OperationType type, String f, @Nullable Object value) {
    history.add(
        new Operation(
            history.size(),
            history.size() * 1000L,
            processes[client],
            type,
            f,
            value,
            null,
            null,
            null));
  }

  private Object value() {
    return values == 0 ? ++fresh : (long) random.nextInt(values);
  }

  private Pending invocation() {
    int dice = random.nextInt(6);
    return switch (model) {
      case "register" -> dice < 3 ? new Pending("read", null) : new Pending("write", value());
      case "cas-register", "cas-register-strict" ->
          dice < 2
              ? new Pending("read", null)
              : dice < 4
                  ? new Pending("write", value())
                  : new Pending("cas", Arrays.asList(guess(), value()));
      case "mutex" -> new Pending(dice < 3 ? "acquire" : "release", null);
      case "kv-append" ->
          dice < 3
              ? new Pending("get", null)
              : new Pending(dice < 5 ? "append" : "put", "v" + value());
      case "log" ->
          dice < 3
              ? new Pending("append", value())
              : dice < 5
                  ? new Pending(
                      "read", Arrays.asList((long) random.nextInt(items.size() + 2), null))
                  : new Pending("max-offset", null);
      default -> dice < 3 ? new Pending("enqueue", value()) : new Pending("dequeue", null);
    };
  }

  private Object guess() {
    Object current = register;
    return current != null && random.nextBoolean() ? current : value();
  }

  private void effect(Pending pending) {
    pending.effect = true;
    pending.result = pending.argument;
    switch (pending.f) {
      case "read" -> {
        if (model.equals("log")) {
          long offset = offset(pending.argument);
          pending.result =
              Arrays.asList(offset, offset < items.size() ? items.get((int) offset) : null);
        } else {
          pending.result = register;
        }
      }
      case "write" -> register = pending.argument;
      case "cas" -> {
        List<?> pair = (List<?>) Objects.requireNonNull(pending.argument);
        pending.refused = !Objects.equals(pair.get(0), register);
        if (!pending.refused) {
          register = pair.get(1);
        }
      }
      case "acquire" -> {
        pending.effect = !held;
        held = true;
      }
      case "release" -> {
        pending.effect = held;
        held = false;
      }
      case "get" -> pending.result = text.isEmpty() && random.nextBoolean() ? null : text;
      case "put" -> text = String.valueOf(pending.argument);
      case "append" -> {
        if (model.equals("log")) {
          pending.result = List.of((long) items.size(), Objects.requireNonNull(pending.argument));
          items.add(pending.argument);
        } else {
          text += pending.argument;
        }
      }
      case "max-offset" -> pending.result = (long) items.size();
      case "enqueue" -> items.add(Objects.requireNonNull(pending.argument));
      default ->
          pending.result =
              items.isEmpty()
                  ? null
                  : items.remove(model.equals("fifo-queue") ? 0 : random.nextInt(items.size()));
    }
  }

  private static long offset(@Nullable Object argument) {
    return (Long) Objects.requireNonNull(((List<?>) Objects.requireNonNull(argument)).get(0));
  }

  /** Changes results, or the moments of events, so that most are no longer linearizable. */
  static List<Operation> mutated(List<Operation> history, Random random, int mutations) {
    List<Operation> changed = new ArrayList<>(history);
    for (int i = 0; i < mutations && changed.size() > 1; i++) {
      int at = random.nextInt(changed.size());
      if (random.nextBoolean()) {
        int other = random.nextInt(changed.size());
        swapResults(changed, at, other);
      } else {
        move(changed, at, random.nextInt(6) - 3);
      }
    }
    return numbered(changed);
  }

  private static void swapResults(List<Operation> history, int one, int other) {
    Operation a = history.get(one);
    Operation b = history.get(other);
    if (a.type() == OperationType.OK
        && b.type() == OperationType.OK
        && a.f().equals(b.f())
        && !a.f().equals("enqueue")
        && !a.f().equals("write")) {
      history.set(one, withValue(a, b.value()));
      history.set(other, withValue(b, a.value()));
    }
  }

  private static void move(List<Operation> history, int at, int by) {
    int to = Math.clamp(at + by, 0, history.size() - 1);
    int step = Integer.signum(to - at);
    int from = at;
    while (from != to && history.get(from).process() != history.get(from + step).process()) {
      Operation moved = history.get(from);
      history.set(from, history.get(from + step));
      history.set(from + step, moved);
      from += step;
    }
  }

  private static Operation withValue(Operation operation, @Nullable Object value) {
    return new Operation(
        operation.index(),
        operation.time(),
        operation.process(),
        operation.type(),
        operation.f(),
        value,
        operation.key(),
        operation.node(),
        operation.error());
  }

  private static List<Operation> numbered(List<Operation> history) {
    List<Operation> numbered = new ArrayList<>();
    for (Operation operation : history) {
      long index = numbered.size();
      numbered.add(
          new Operation(
              index,
              index * 1000,
              operation.process(),
              operation.type(),
              operation.f(),
              operation.value(),
              operation.key(),
              operation.node(),
              operation.error()));
    }
    return numbered;
  }
}
