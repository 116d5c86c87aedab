package org.ordeal.checks.linearizability;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lock: {@code acquire} needs it free, {@code release} needs it held. Who holds it is not part of
 * the model. One that never completed may take effect at any later time; a failed one had none.
 */
final class MutexModel extends ObjectModel {

  static final byte ACQUIRE = 0;
  static final byte RELEASE = 1;

  private static final int FREE = 0;
  private static final int HELD = 1;

  MutexModel() {
    super("mutex");
  }

  @Override
  List<String> operations() {
    return List.of("acquire", "release");
  }

  @Override
  int code(String f) {
    return switch (f) {
      case "acquire" -> ACQUIRE;
      case "release" -> RELEASE;
      default -> -1;
    };
  }

  @Override
  void invoked(Cells cells, @Nullable Object value, ValueTable values) {
    takesNoTuple(operations().get(cells.f), value);
  }

  @Override
  void completed(Cells cells, @Nullable Object value, ValueTable values) {
    // Nor has it a result beyond having happened.
  }

  @Override
  boolean forget(Cells cells) {
    return true;
  }

  @Override
  boolean observer(Cells cells) {
    return false;
  }

  @Override
  Automaton automaton(Partition partition, Limits limits) {
    return new Automaton() {
      @Override
      public int initial() {
        return FREE;
      }

      @Override
      public int next(int state, Kind kind, int n) {
        if (n > 0) {
          return NONE;
        }
        if (kind.f() == ACQUIRE) {
          return state == FREE ? HELD : NONE;
        }
        return state == HELD ? FREE : NONE;
      }

      @Override
      public String show(int state) {
        return state == FREE ? "the lock is free" : "the lock is held";
      }
    };
  }
}
