package org.ordeal.history;

import java.util.List;

/**
 * How long something could not be written.
 *
 * @param key the queue, or {@code "*"} for the cluster as a whole
 * @param longestMillis the longest window
 * @param totalMillis all windows together
 * @param windows first failure to next success, in nanoseconds since the start of the run
 */
public record Unavailability(
    String key, double longestMillis, double totalMillis, List<Window> windows) {

  public Unavailability {
    windows = List.copyOf(windows);
  }

  /**
   * One window.
   *
   * @param fromNanos invocation of the first operation that failed
   * @param toNanos completion of the next that succeeded, or the end of the load
   */
  public record Window(long fromNanos, long toNanos) {}
}
