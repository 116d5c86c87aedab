package org.ordeal.history;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns an EDN map, as Jepsen writes them, into an operation. */
final class EdnOperations {

  private EdnOperations() {}

  static Operation operation(
      @Nullable Object form, EdnReader reader, long nextIndex, long lastTime) {
    if (!(form instanceof Map<?, ?> map)) {
      throw reader.bad("an operation is a map, but this is " + shown(form));
    }
    OperationType type =
        map.get("type") instanceof String name ? JsonOperations.typeOf(name) : null;
    if (type == null) {
      throw reader.bad(":type is " + shown(map.get("type")) + ", not :invoke, :ok, :fail or :info");
    }
    if (!(map.get("f") instanceof String f)) {
      throw reader.bad(":f is " + shown(map.get("f")) + ", not a keyword");
    }
    return new Operation(
        number(map.get("index"), ":index", nextIndex, reader),
        number(map.get("time"), ":time", lastTime, reader),
        process(map.get("process"), reader),
        type,
        f,
        map.get("value"),
        key(map.get("key"), reader),
        map.get("node") == null ? null : String.valueOf(map.get("node")),
        error(map.get("error")));
  }

  private static long number(@Nullable Object value, String name, long absent, EdnReader reader) {
    if (value == null) {
      return absent;
    }
    if (value instanceof Long number) {
      return number;
    }
    throw reader.bad(name + " is " + shown(value) + ", not an integer");
  }

  private static int process(@Nullable Object value, EdnReader reader) {
    if ("nemesis".equals(value)) {
      return Operation.NEMESIS;
    }
    if (value instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE) {
      return number.intValue();
    }
    throw reader.bad(":process is " + shown(value) + ", not a number from 0 or :nemesis");
  }

  private static @Nullable String key(@Nullable Object value, EdnReader reader) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    if (value instanceof Long) {
      return value.toString();
    }
    throw reader.bad(":key is " + shown(value) + ", not a string or a number");
  }

  private static @Nullable String error(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case List<?> parts -> parts.toString();
      default -> value.toString();
    };
  }

  private static String shown(@Nullable Object value) {
    String text = value == null ? "nil" : value.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
