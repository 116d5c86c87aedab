package org.ordeal.checks.linearizability;

import org.jspecify.annotations.Nullable;

/** Values as text, short enough for one line. */
final class Values {

  private static final int LONGEST = 80;

  private Values() {}

  static String show(@Nullable Object value) {
    String text = value instanceof String string ? "\"" + string + "\"" : String.valueOf(value);
    return text.length() <= LONGEST
        ? text
        : text.substring(0, LONGEST / 2 - 2) + "..." + text.substring(text.length() - LONGEST / 2);
  }
}
