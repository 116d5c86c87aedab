package org.ordeal.faults;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a fault, with its default and bounds.
 *
 * @param name with its unit last, such as {@code latency_ms}
 * @param description one clause
 * @param defaultValue a {@link Long}, a {@link Double} or a {@link String}
 * @param least smallest number allowed, null for a word
 * @param most largest number allowed, null for a word
 * @param choices the words allowed, empty for a number
 */
public record Attribute(
    String name,
    String description,
    Object defaultValue,
    @Nullable Double least,
    @Nullable Double most,
    List<String> choices) {

  public Attribute {
    choices = List.copyOf(choices);
  }

  /** A whole number between bounds, both allowed. */
  public static Attribute number(
      String name, String description, long defaultValue, long least, long most) {
    return new Attribute(name, description, defaultValue, (double) least, (double) most, List.of());
  }

  /** A fraction between bounds, both allowed. */
  public static Attribute fraction(
      String name, String description, double defaultValue, double least, double most) {
    return new Attribute(name, description, defaultValue, least, most, List.of());
  }

  /** One of several words, the first of which is the default. */
  public static Attribute word(String name, String description, String... choices) {
    return new Attribute(name, description, choices[0], null, null, List.of(choices));
  }

  /**
   * Reads a value given by a user or a schedule.
   *
   * @return the value in the type of the default
   * @throws IllegalArgumentException with a sentence, where it is out of bounds or of another type
   */
  public Object read(Object given) {
    if (!choices.isEmpty()) {
      if (choices.contains(given.toString())) {
        return given.toString();
      }
      throw new IllegalArgumentException(
          "The attribute %s must be one of %s, not '%s'."
              .formatted(name, String.join(", ", choices), given));
    }
    if (defaultValue instanceof String) {
      return given.toString();
    }
    try {
      double value = Double.parseDouble(given.toString());
      // What is no number at all compares as neither below nor above.
      if ((least != null && !(value >= least)) || (most != null && !(value <= most))) {
        throw new IllegalArgumentException(
            "The attribute %s must lie between %s and %s, not be %s."
                .formatted(name, plain(least), plain(most), given));
      }
      if (defaultValue instanceof Long) {
        if (value != Math.rint(value)) {
          throw new IllegalArgumentException(
              "The attribute %s must be a whole number, not %s.".formatted(name, given));
        }
        return (long) value;
      }
      return value;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The attribute %s must be a number, not '%s'.".formatted(name, given), e);
    }
  }

  private static String plain(@Nullable Double bound) {
    if (bound == null) {
      return "any";
    }
    return bound == Math.rint(bound) ? Long.toString((long) (double) bound) : bound.toString();
  }
}
