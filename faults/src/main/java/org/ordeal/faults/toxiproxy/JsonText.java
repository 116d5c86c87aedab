package org.ordeal.faults.toxiproxy;

import java.math.BigDecimal;
import java.util.Locale;

/** Writes JSON with the escapes and the number format of Go's {@code encoding/json}. */
final class JsonText {
  private final StringBuilder out = new StringBuilder(256);

  JsonText raw(String text) {
    out.append(text);
    return this;
  }

  /** A string in quotes. */
  JsonText string(String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      character(value.charAt(i));
    }
    out.append('"');
    return this;
  }

  private void character(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '<', '>', '&', '\u2028', '\u2029' -> unicode(c);
      default -> {
        if (c < 0x20) {
          unicode(c);
        } else {
          out.append(c);
        }
      }
    }
  }

  private void unicode(char c) {
    out.append(String.format("\\u%04x", (int) c));
  }

  JsonText number(long value) {
    out.append(value);
    return this;
  }

  /** The shortest decimal that is this float, in Go's choice of notation. */
  JsonText number(float value) {
    float size = Math.abs(value);
    BigDecimal exact = new BigDecimal(Float.toString(value)).stripTrailingZeros();
    if (size != 0 && (size < 1e-6f || size >= 1e21f)) {
      String digits = exact.unscaledValue().abs().toString();
      int exponent = digits.length() - 1 - exact.scale();
      out.append(value < 0 ? "-" : "").append(digits.charAt(0));
      if (digits.length() > 1) {
        out.append('.').append(digits, 1, digits.length());
      }
      out.append('e').append(String.format(Locale.ROOT, "%+d", exponent));
    } else {
      out.append(exact.toPlainString());
    }
    return this;
  }

  JsonText bool(boolean value) {
    out.append(value);
    return this;
  }

  /** {@code "name":} */
  JsonText field(String name) {
    out.append('"').append(name).append("\":");
    return this;
  }

  JsonText comma() {
    out.append(',');
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
