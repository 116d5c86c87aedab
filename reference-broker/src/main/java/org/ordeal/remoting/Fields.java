package org.ordeal.remoting;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a request's header fields, with a sentence for each that is missing or malformed. */
public record Fields(Map<String, String> values) {

  public static Fields of(Command request) {
    return new Fields(request.fields());
  }

  public @Nullable String text(String name) {
    return values.get(name);
  }

  public String text(String name, String otherwise) {
    var value = values.get(name);
    return value == null ? otherwise : value;
  }

  /** The field's value, which must be there and not blank. */
  public String required(String name) throws BadRequestException {
    var value = values.get(name);
    if (value == null || value.isBlank()) {
      throw new BadRequestException("The header field " + name + " is missing.");
    }
    return value;
  }

  public int number(String name) throws BadRequestException {
    return parseInt(name, required(name));
  }

  public int number(String name, int otherwise) throws BadRequestException {
    var value = values.get(name);
    return value == null || value.isEmpty() ? otherwise : parseInt(name, value);
  }

  public long large(String name) throws BadRequestException {
    return parseLong(name, required(name));
  }

  public long large(String name, long otherwise) throws BadRequestException {
    var value = values.get(name);
    return value == null || value.isEmpty() ? otherwise : parseLong(name, value);
  }

  public boolean flag(String name) {
    return Boolean.parseBoolean(values.get(name));
  }

  private static int parseInt(String name, String value) throws BadRequestException {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw malformed(name, value);
    }
  }

  private static long parseLong(String name, String value) throws BadRequestException {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw malformed(name, value);
    }
  }

  private static BadRequestException malformed(String name, String value) {
    var shown = value.length() > 40 ? value.substring(0, 40) + "..." : value;
    return new BadRequestException(
        "The header field " + name + " is no number in its range: \"" + shown + "\".");
  }
}
