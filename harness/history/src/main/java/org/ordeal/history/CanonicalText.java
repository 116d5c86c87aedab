package org.ordeal.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A text that two values share just if they are equal: types are told apart, and the order in which
 * the keys of a map were written is not seen.
 */
final class CanonicalText {

  private final StringBuilder text = new StringBuilder();

  private CanonicalText() {}

  static String of(@Nullable Object value) {
    CanonicalText canonical = new CanonicalText();
    canonical.add(value);
    return canonical.text.toString();
  }

  /** A value as the name of something: scalars as they are, anything else canonically. */
  static String name(@Nullable Object value) {
    return value instanceof List<?> || value instanceof Map<?, ?>
        ? of(value)
        : String.valueOf(value);
  }

  /** The elements of a set, in the order of their texts; each is made once, as it can be long. */
  static List<@Nullable Object> sorted(List<@Nullable Object> set) {
    record Element(String text, @Nullable Object value) {}
    List<Element> elements = new ArrayList<>(set.size());
    set.forEach(value -> elements.add(new Element(of(value), value)));
    elements.sort(Comparator.comparing(Element::text));
    List<@Nullable Object> sorted = new ArrayList<>(set.size());
    elements.forEach(element -> sorted.add(element.value()));
    return sorted;
  }

  private void add(@Nullable Object value) {
    switch (value) {
      case String string -> quoted(string);
      case List<?> list -> {
        text.append('[');
        for (Object element : list) {
          add(element);
          text.append(' ');
        }
        closeWith(']');
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((key, element) -> sorted.put(String.valueOf(key), element));
        text.append('{');
        sorted.forEach(
            (key, element) -> {
              quoted(key);
              text.append(' ');
              add(element);
              text.append(' ');
            });
        closeWith('}');
      }
      case null, default -> text.append(value);
    }
  }

  private void closeWith(char bracket) {
    int last = text.length() - 1;
    if (text.charAt(last) == ' ') {
      text.setLength(last);
    }
    text.append(bracket);
  }

  private void quoted(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\');
      }
      text.append(c);
    }
    text.append('"');
  }
}
