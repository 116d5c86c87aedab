package org.ordeal.checks;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The checks that are on the class path, by name. */
public final class HistoryChecks {

  private HistoryChecks() {}

  /**
   * Finds them all.
   *
   * @throws IllegalStateException if two of them have the same name
   */
  public static Map<String, HistoryCheck> byName() {
    Map<String, HistoryCheck> checks = new TreeMap<>();
    for (HistoryCheck check : ServiceLoader.load(HistoryCheck.class)) {
      HistoryCheck other = checks.putIfAbsent(check.name(), check);
      if (other != null) {
        throw new IllegalStateException(
            "two checks are called "
                + check.name()
                + ": "
                + other.getClass().getName()
                + " and "
                + check.getClass().getName());
      }
    }
    return checks;
  }
}
