package org.ordeal.checks;

import java.time.Duration;

/**
 * How much a check may use before it must say that it does not know.
 *
 * @param time wall-clock time, counted from the call; positive
 * @param bytes heap that the search itself may fill, beside the history; positive
 */
public record CheckBudget(Duration time, long bytes) {

  /** The time that is granted where nobody says otherwise. */
  public static final Duration DEFAULT_TIME = Duration.ofSeconds(30);

  public CheckBudget {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("a budget needs a positive time, not " + time);
    }
    if (bytes <= 0) {
      throw new IllegalArgumentException("a budget needs positive memory, not " + bytes + " bytes");
    }
  }

  /** Thirty seconds and half of the heap. */
  public static CheckBudget standard() {
    return ofTime(DEFAULT_TIME);
  }

  /** The given time and half of the heap. */
  public static CheckBudget ofTime(Duration time) {
    return new CheckBudget(time, Runtime.getRuntime().maxMemory() / 2);
  }
}
