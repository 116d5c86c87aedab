package org.ordeal.checks.linearizability;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.log.LogOperations;

/**
 * A cell that holds one value: {@code write v}, {@code read}, and for {@code cas-register} also
 * {@code cas [from, to]}, which succeeds only where the cell holds {@code from}.
 *
 * <p>A read that never completed says nothing. A write or cas that never completed may take effect
 * at any time after its invocation; a cas then only if it meets its {@code from}. A failed write or
 * cas certainly had no effect and is left out; under the strict model a failed cas also says that
 * the cell did not hold {@code from} at some moment of its run, and a cas that never completed is
 * the same in both.
 */
final class RegisterModel extends ObjectModel {

  static final byte READ = 0;
  static final byte WRITE = 1;
  static final byte CAS = 2;

  /** A cas that failed since the cell did not hold {@code a}. */
  static final byte CAS_FAILED = 3;

  private final boolean withCas;
  private final boolean strict;
  private final @Nullable Object initial;

  RegisterModel(String name, boolean withCas, boolean strict, @Nullable Object initial) {
    super(name);
    this.withCas = withCas;
    this.strict = strict;
    this.initial = initial;
  }

  @Override
  List<String> operations() {
    return withCas ? List.of("read", "write", "cas") : List.of("read", "write");
  }

  @Override
  int code(String f) {
    return switch (f) {
      case "read" -> READ;
      case "write" -> WRITE;
      case "cas" -> withCas ? CAS : -1;
      default -> -1;
    };
  }

  /** A run's register may live on a queue, which the harness drains. */
  @Override
  boolean ignores(String f) {
    return switch (f) {
      case LogOperations.DRAIN, LogOperations.DRAIN_END, LogOperations.FOUND_IN_FILES -> true;
      default -> false;
    };
  }

  @Override
  void invoked(Cells cells, @Nullable Object value, ValueTable values) {
    switch (cells.f) {
      case READ -> {
        takesNoTuple("read", value);
        cells.a = Partition.UNKNOWN;
      }
      case WRITE -> cells.a = values.idOf(value);
      default -> {
        if (!(value instanceof List<?> pair) || pair.size() != 2) {
          throw wrongValue("cas", value, "[from, to]");
        }
        cells.a = values.idOf(pair.get(0));
        cells.b = values.idOf(pair.get(1));
      }
    }
  }

  @Override
  void completed(Cells cells, @Nullable Object value, ValueTable values) {
    if (cells.f == READ) {
      cells.a = values.idOf(value);
    }
  }

  @Override
  boolean failed(Cells cells) {
    if (strict && cells.f == CAS) {
      cells.f = CAS_FAILED;
      return true;
    }
    return false;
  }

  @Override
  boolean forget(Cells cells) {
    if (cells.f == CAS_FAILED) {
      cells.f = CAS;
    }
    return cells.f != READ;
  }

  @Override
  boolean observer(Cells cells) {
    return cells.f == READ || cells.f == CAS_FAILED;
  }

  int initialId(Partition partition) {
    return partition.values.idOf(initial);
  }

  @Override
  Automaton automaton(Partition partition, Limits limits) {
    int initialId = initialId(partition);
    return new Automaton() {
      @Override
      public int initial() {
        return initialId;
      }

      @Override
      public int next(int state, Kind kind, int n) {
        if (n > 0) {
          return NONE;
        }
        return switch (kind.f()) {
          case READ -> state == kind.a() ? state : NONE;
          case WRITE -> kind.a();
          case CAS -> state == kind.a() ? kind.b() : NONE;
          default -> state != kind.a() ? state : NONE;
        };
      }

      @Override
      public String show(int state) {
        return "the register holds " + Values.show(partition.values.value(state));
      }
    };
  }

  @Override
  @Nullable Decision decide(Partition partition, Limits limits) {
    return RegisterZones.decide(partition, initialId(partition));
  }

  @Override
  boolean related(Partition partition, int row, int other) {
    return wrote(partition, row) == partition.a[other];
  }

  private static int wrote(Partition partition, int row) {
    return partition.f[row] == CAS ? partition.b[row] : partition.a[row];
  }
}
