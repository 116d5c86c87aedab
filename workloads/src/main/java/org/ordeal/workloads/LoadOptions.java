package org.ordeal.workloads;

import java.util.Map;

/**
 * Reads a load's options, which are plain data that came through JSON.
 *
 * @param options by name
 */
record LoadOptions(Map<String, Object> options) {

  int whole(String name, int otherwise) {
    Object value = options.getOrDefault(name, otherwise);
    if (value instanceof Number number && number.doubleValue() == number.intValue()) {
      return number.intValue();
    }
    throw new IllegalArgumentException(
        "The option %s must be a whole number, not %s.".formatted(name, value));
  }

  double share(String name, double otherwise) {
    Object value = options.getOrDefault(name, otherwise);
    if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= 1) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException(
        "The option %s must be a share from 0 to 1, not %s.".formatted(name, value));
  }
}
