package org.ordeal.runner.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions that nobody announces: a port that opens, a process that ends. */
public final class Polling {

  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private Polling() {}

  /** Lets a few milliseconds pass between two looks. */
  public static void pause() {
    LockSupport.parkNanos(INTERVAL_NANOS);
  }

  /** Looks until the condition holds or the time is over; whether it held. */
  public static boolean until(Duration atMost, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      pause();
    }
    return true;
  }
}
