package org.ordeal.runner.promise;

import java.util.Map;

/**
 * What a promise depends on.
 *
 * @param topology such as {@code dledger}
 * @param flush {@code sync} or {@code async}
 * @param properties broker properties that were set beyond the topology's own
 */
public record Configuration(String topology, String flush, Map<String, String> properties) {

  public Configuration {
    properties = Map.copyOf(properties);
  }

  boolean sync() {
    return flush.equals("sync");
  }

  boolean on(String property) {
    return "true".equals(properties.get(property));
  }
}
