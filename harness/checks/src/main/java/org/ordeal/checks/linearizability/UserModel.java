package org.ordeal.checks.linearizability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adapts a {@link SequentialModel}: cells are the numbers of its argument and result. */
final class UserModel extends ObjectModel {

  private static final int BYTES_PER_STATE = 400;

  private final SequentialModel model;
  private final List<String> operations;

  UserModel(SequentialModel model) {
    super(model.name());
    this.model = model;
    this.operations = List.copyOf(model.operations());
    if (operations.size() > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("model " + model.name() + " has too many operations");
    }
  }

  @Override
  List<String> operations() {
    return operations;
  }

  @Override
  int code(String f) {
    return operations.indexOf(f);
  }

  @Override
  void invoked(Cells cells, @Nullable Object value, ValueTable values) {
    cells.a = values.idOf(value);
    cells.b = Partition.UNKNOWN;
  }

  @Override
  void completed(Cells cells, @Nullable Object value, ValueTable values) {
    cells.b = values.idOf(value);
  }

  @Override
  boolean forget(Cells cells) {
    cells.b = Partition.UNKNOWN;
    return !observer(cells);
  }

  @Override
  boolean observer(Cells cells) {
    return model.observer(operations.get(cells.f));
  }

  @Override
  boolean related(Partition partition, int row, int other) {
    return true;
  }

  @Override
  Automaton automaton(Partition partition, Limits limits) {
    return new UserAutomaton(partition, limits);
  }

  /** Numbers the states of the model, and remembers every step. */
  private final class UserAutomaton implements Automaton {
    private final Partition partition;
    private final Limits limits;
    private final List<Object> states = new ArrayList<>();
    private final Map<Object, Integer> numbers = new HashMap<>();
    private final Map<Kind, Map<Integer, int[]>> steps = new HashMap<>();

    UserAutomaton(Partition partition, Limits limits) {
      this.partition = partition;
      this.limits = limits;
      number(model.initial());
    }

    private int number(Object state) {
      Integer number = numbers.putIfAbsent(state, states.size());
      if (number != null) {
        return number;
      }
      limits.take(BYTES_PER_STATE);
      states.add(state);
      return states.size() - 1;
    }

    @Override
    public int initial() {
      return 0;
    }

    @Override
    public int next(int state, Kind kind, int n) {
      Map<Integer, int[]> known = steps.computeIfAbsent(kind, k -> new HashMap<>());
      int[] next = known.get(state);
      if (next == null) {
        limits.take(BYTES_PER_STATE);
        next = step(state, kind);
        known.put(state, next);
      }
      return n < next.length ? next[n] : NONE;
    }

    private int[] step(int state, Kind kind) {
      boolean completed = kind.b() != Partition.UNKNOWN;
      SequentialModel.Call call =
          new SequentialModel.Call(
              operations.get(kind.f()),
              partition.values.value(kind.a()),
              completed,
              completed ? partition.values.value(kind.b()) : null);
      return model.step(states.get(state), call).stream().mapToInt(this::number).toArray();
    }

    @Override
    public String show(int state) {
      return "the state is " + Values.show(states.get(state));
    }
  }
}
