package org.ordeal.checks.linearizability;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text per key: {@code put v} replaces it, {@code append v} adds to its end, {@code get} returns
 * it; at first it is empty, and a {@code get} may say so by {@code null} or by an empty text.
 *
 * <p>A get that never completed says nothing; a put or append that never completed may take effect
 * at any later time; a failed one had none.
 */
final class KvAppendModel extends ObjectModel {

  static final byte GET = 0;
  static final byte PUT = 1;
  static final byte APPEND = 2;

  KvAppendModel() {
    super("kv-append");
  }

  @Override
  List<String> operations() {
    return List.of("get", "put", "append");
  }

  @Override
  int code(String f) {
    return switch (f) {
      case "get" -> GET;
      case "put" -> PUT;
      case "append" -> APPEND;
      default -> -1;
    };
  }

  @Override
  void invoked(Cells cells, @Nullable Object value, ValueTable values) {
    if (cells.f == GET) {
      takesNoTuple("get", value);
    }
    cells.a = cells.f == GET ? Partition.UNKNOWN : values.idOf(text(cells, value));
  }

  @Override
  void completed(Cells cells, @Nullable Object value, ValueTable values) {
    if (cells.f == GET) {
      cells.a = values.idOf(value == null ? "" : text(cells, value));
    }
  }

  private String text(Cells cells, @Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case Long number -> number.toString();
      case null, default -> throw wrongValue(operations().get(cells.f), value, "a string");
    };
  }

  @Override
  boolean forget(Cells cells) {
    return cells.f != GET;
  }

  @Override
  boolean observer(Cells cells) {
    return cells.f == GET;
  }

  @Override
  Automaton automaton(Partition partition, Limits limits) {
    return new KvAppendAutomaton(partition, limits);
  }

  @Override
  boolean related(Partition partition, int row, int other) {
    return partition.f[other] == GET
        && String.valueOf(partition.values.value(partition.a[other]))
            .contains(String.valueOf(partition.values.value(partition.a[row])));
  }
}
