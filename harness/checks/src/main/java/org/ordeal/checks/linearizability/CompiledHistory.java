package org.ordeal.checks.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;

/**
 * A history as one partition per key. Linearizability is local (Herlihy and Wing, 1990): the
 * history is linearizable just if each partition is.
 *
 * @param partitions in order of their first operation
 * @param operations how many operations clients invoked
 * @param truncated how the file was cut off, if it was
 */
record CompiledHistory(List<Partition> partitions, long operations, Optional<String> truncated) {

  /** Few, since what lies before an event may be 64 MiB long. */
  private static final int EVENTS_BETWEEN_CHECKS = 1 << 6;

  /**
   * Reads a history to its end.
   *
   * @throws Limits.Exceeded if the time does not suffice for that
   */
  static CompiledHistory compile(OperationStream stream, ObjectModel model, Limits limits) {
    Compiler compiler = new Compiler(model);
    for (int events = 1; stream.hasNext(); events++) {
      compiler.take(stream.next());
      if (events % EVENTS_BETWEEN_CHECKS == 0) {
        limits.checkTime();
      }
    }
    return compiler.finish(stream.truncated());
  }

  /** Whether any operation completed in a way that says something. */
  boolean saysSomething() {
    return partitions.stream().anyMatch(Partition::anyCompleted);
  }

  /** Columns of one partition while they grow. */
  private static final class Builder {
    private final @Nullable String key;
    private final ValueTable values = new ValueTable();
    private int size;
    private int length;
    private byte[] f = new byte[16];
    private int[] a = new int[16];
    private int[] b = new int[16];
    private int[] call = new int[16];
    private int[] ret = new int[16];

    Builder(@Nullable String key) {
      this.key = key;
    }

    int add(Cells cells) {
      if (size == f.length) {
        int more = size + (size >> 1);
        f = Arrays.copyOf(f, more);
        a = Arrays.copyOf(a, more);
        b = Arrays.copyOf(b, more);
        call = Arrays.copyOf(call, more);
        ret = Arrays.copyOf(ret, more);
      }
      set(size, cells);
      call[size] = length++;
      ret[size] = Partition.NEVER;
      return size++;
    }

    void set(int row, Cells cells) {
      f[row] = cells.f;
      a[row] = cells.a;
      b[row] = cells.b;
    }

    /** Drops the rows that were marked, and those that never completed and have no effect. */
    Partition finish(ObjectModel model) {
      Cells cells = new Cells();
      int kept = 0;
      for (int row = 0; row < size; row++) {
        if (ret[row] == DROPPED) {
          continue;
        }
        cells.set(f[row], a[row], b[row]);
        if (ret[row] == Partition.NEVER && !model.forget(cells)) {
          continue;
        }
        set(kept, cells);
        call[kept] = call[row];
        ret[kept] = ret[row];
        kept++;
      }
      return new Partition(key, model, values, kept, length, f, a, b, call, ret, null);
    }
  }

  private static final int DROPPED = -7;

  /** Takes operations in order. */
  private static final class Compiler {
    private final ObjectModel model;
    private final Map<@Nullable String, Builder> byKey = new HashMap<>();
    private final List<Builder> builders = new ArrayList<>();
    private final Cells cells = new Cells();
    private final Map<String, Integer> codes = new HashMap<>();
    private int[] openRow = new int[64];
    private @Nullable Builder[] openBuilder = new Builder[64];
    private final Map<Integer, Integer> dense = new HashMap<>();
    private @Nullable Builder last;
    private long operations;

    Compiler(ObjectModel model) {
      this.model = model;
    }

    void take(Operation operation) {
      if (operation.byNemesis()) {
        return;
      }
      int process = slot(operation.process());
      if (operation.type() == OperationType.INVOKE) {
        if (model.ignores(operation.f())) {
          return;
        }
        operations++;
        Builder builder = builder(operation.key());
        cells.set((byte) code(operation), Partition.UNKNOWN, Partition.UNKNOWN);
        invoke(operation, builder);
        openRow[process] = builder.add(cells);
        openBuilder[process] = builder;
        return;
      }
      Builder builder = openBuilder[process];
      if (builder == null) {
        return;
      }
      int row = openRow[process];
      openBuilder[process] = null;
      cells.set(builder.f[row], builder.a[row], builder.b[row]);
      int position = builder.length++;
      if (operation.type() == OperationType.OK) {
        complete(operation, builder);
        builder.ret[row] = position;
      } else if (operation.type() == OperationType.FAIL) {
        builder.ret[row] = model.failed(cells) ? position : DROPPED;
      }
      builder.set(row, cells);
    }

    private void invoke(Operation operation, Builder builder) {
      try {
        model.invoked(cells, operation.value(), builder.values);
      } catch (ModelMismatchException e) {
        throw new ModelMismatchException(e.getMessage() + " (index " + operation.index() + ")");
      }
    }

    private void complete(Operation operation, Builder builder) {
      try {
        model.completed(cells, operation.value(), builder.values);
      } catch (ModelMismatchException e) {
        throw new ModelMismatchException(e.getMessage() + " (index " + operation.index() + ")");
      }
    }

    private int code(Operation operation) {
      Integer code = codes.get(operation.f());
      if (code == null) {
        code = model.code(operation.f());
        if (code < 0) {
          throw new ModelMismatchException(
              "model "
                  + model.name()
                  + " does not know the operation "
                  + operation.f()
                  + " (index "
                  + operation.index()
                  + "); it knows "
                  + String.join(", ", model.operations()));
        }
        codes.put(operation.f(), code);
      }
      return code;
    }

    private Builder builder(@Nullable String key) {
      Builder current = last;
      if (current != null && java.util.Objects.equals(current.key, key)) {
        return current;
      }
      current = byKey.get(key);
      if (current == null) {
        current = new Builder(key);
        byKey.put(key, current);
        builders.add(current);
      }
      last = current;
      return current;
    }

    /** Process numbers can be any; the arrays are by the order in which they come. */
    private int slot(int process) {
      int slot = process;
      if (process >= 1 << 20) {
        slot = (1 << 20) + dense.computeIfAbsent(process, p -> dense.size());
      }
      if (slot >= openRow.length) {
        int more = Math.max(slot + 1, openRow.length * 2);
        openRow = Arrays.copyOf(openRow, more);
        openBuilder = Arrays.copyOf(openBuilder, more);
      }
      return slot;
    }

    CompiledHistory finish(Optional<String> truncated) {
      List<Partition> partitions = new ArrayList<>();
      for (Builder builder : builders) {
        partitions.add(builder.finish(model));
      }
      return new CompiledHistory(partitions, operations, truncated);
    }
  }
}
