package org.ordeal.history;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Renders operations as lines of JSON or EDN. Not thread-safe. */
final class OperationText {

  private final StringBuilder line = new StringBuilder(1 << 17);

  int length() {
    return line.length();
  }

  void drainTo(OutputStream out) throws IOException {
    if (!line.isEmpty()) {
      out.write(line.toString().getBytes(StandardCharsets.UTF_8));
      line.setLength(0);
    }
  }

  void json(Operation operation) {
    line.append("{\"index\":").append(operation.index());
    line.append(",\"time\":").append(operation.time());
    line.append(",\"process\":");
    if (operation.byNemesis()) {
      line.append("\"nemesis\"");
    } else {
      line.append(operation.process());
    }
    line.append(",\"type\":\"").append(typeName(operation)).append("\",\"f\":");
    quoted(operation.f(), false);
    line.append(",\"value\":");
    value(operation.value(), false);
    optionalJson("key", operation.key());
    optionalJson("node", operation.node());
    optionalJson("error", operation.error());
    line.append("}\n");
  }

  private void optionalJson(String name, @Nullable String value) {
    if (value != null) {
      line.append(",\"").append(name).append("\":");
      quoted(value, false);
    }
  }

  void edn(Operation operation) {
    line.append("{:index ").append(operation.index());
    line.append(", :time ").append(operation.time());
    line.append(", :process ");
    if (operation.byNemesis()) {
      line.append(":nemesis");
    } else {
      line.append(operation.process());
    }
    line.append(", :type :").append(typeName(operation)).append(", :f ");
    if (isKeyword(operation.f())) {
      line.append(':').append(operation.f());
    } else {
      quoted(operation.f(), true);
    }
    line.append(", :value ");
    value(operation.value(), true);
    optionalEdn(":key", operation.key());
    optionalEdn(":node", operation.node());
    optionalEdn(":error", operation.error());
    line.append("}\n");
  }

  private void optionalEdn(String name, @Nullable String value) {
    if (value != null) {
      line.append(", ").append(name).append(' ');
      quoted(value, true);
    }
  }

  private static String typeName(Operation operation) {
    return switch (operation.type()) {
      case INVOKE -> "invoke";
      case OK -> "ok";
      case FAIL -> "fail";
      case INFO -> "info";
    };
  }

  private static boolean isKeyword(String f) {
    if (f.isEmpty() || !isAsciiLetter(f.charAt(0))) {
      return false;
    }
    for (int i = 1; i < f.length(); i++) {
      char c = f.charAt(i);
      if (!isAsciiLetter(c) && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '?') {
        return false;
      }
    }
    return true;
  }

  private static boolean isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private void value(@Nullable Object value, boolean edn) {
    switch (value) {
      case null -> line.append(edn ? "nil" : "null");
      case String text -> quoted(text, edn);
      case Double number -> number(number, edn);
      case Float number -> number(number.doubleValue(), edn);
      case Long number -> line.append(number.longValue());
      case Integer number -> line.append(number.intValue());
      case Short number -> line.append(number.intValue());
      case Byte number -> line.append(number.intValue());
      case Boolean flag -> line.append(flag.booleanValue());
      case Enum<?> constant -> quoted(constant.name().toLowerCase(Locale.ROOT), edn);
      case List<?> list -> list(list.iterator(), edn);
      case Map<?, ?> map -> map(map, edn);
      default ->
          throw new IllegalArgumentException(
              "cannot write a value of "
                  + value.getClass()
                  + " into a history: it is no plain data");
    }
  }

  private void number(double number, boolean edn) {
    if (Double.isFinite(number)) {
      line.append(number);
    } else if (edn) {
      line.append(Double.isNaN(number) ? "##NaN" : number > 0 ? "##Inf" : "##-Inf");
    } else {
      throw new IllegalArgumentException("JSON has no way to write " + number);
    }
  }

  private void list(Iterator<?> elements, boolean edn) {
    line.append('[');
    while (elements.hasNext()) {
      value(elements.next(), edn);
      if (elements.hasNext()) {
        line.append(edn ? ' ' : ',');
      }
    }
    line.append(']');
  }

  private void map(Map<?, ?> map, boolean edn) {
    line.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      line.append(separator);
      quoted(String.valueOf(entry.getKey()), edn);
      line.append(edn ? ' ' : ':');
      value(entry.getValue(), edn);
      separator = edn ? ", " : ",";
    }
    line.append('}');
  }

  private void quoted(String text, boolean edn) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> line.append("\\\"");
        case '\\' -> line.append("\\\\");
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          boolean loneSurrogate = Character.isSurrogate(c) && !pairedAt(text, i);
          if (c < 0x20 || loneSurrogate || (edn && c == 0x7f)) {
            line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
    line.append('"');
  }

  private static boolean pairedAt(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
