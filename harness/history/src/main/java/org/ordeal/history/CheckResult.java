package org.ordeal.history;

import java.util.List;
import java.util.Map;

/**
 * What one check found in a history.
 *
 * @param check name of the check, such as {@code durability}
 * @param verdict its verdict
 * @param reason one sentence that says why
 * @param operations how many operations it judged
 * @param seconds how long it took
 * @param counts how often each anomaly (or other counted thing) occurred, also beyond those listed
 * @param anomalies the anomalies with their witnesses; at most a bounded number of each name
 * @param details further data of the check (a linearization, a table per queue); plain data
 */
public record CheckResult(
    String check,
    Verdict verdict,
    String reason,
    long operations,
    double seconds,
    Map<String, Long> counts,
    List<Anomaly> anomalies,
    Map<String, Object> details) {

  public CheckResult {
    counts = Map.copyOf(counts);
    anomalies = List.copyOf(anomalies);
    details = Map.copyOf(details);
  }
}
