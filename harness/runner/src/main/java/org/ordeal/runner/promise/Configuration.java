package org.ordeal.runner.promise;

import java.util.Map;

/**
 * What a promise depends on.
 *
 * @param topology such as {@code dledger}
 * @param flush {@code sync} or {@code async}
 * @param properties broker properties that the promise may rest on: the topology's, then the user's
 */
public record Configuration(String topology, String flush, Map<String, String> properties) {

  public Configuration {
    properties = Map.copyOf(properties);
  }

  boolean sync() {
    return flush.equals("sync");
  }

  boolean on(String property) {
    return Boolean.parseBoolean(properties.get(property)); // as the broker reads it
  }
}
