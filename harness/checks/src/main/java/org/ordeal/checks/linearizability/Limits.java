package org.ordeal.checks.linearizability;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.ordeal.checks.CheckBudget;

/** What is left of a budget. Thread-safe; shared by the partitions of a history. */
final class Limits {

  /** Thrown, without a stack, when the budget is used up; the message is a clause. */
  static final class Exceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exceeded(String reason) {
      super(reason, null, false, false);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  private final long startNanos;
  private final long timeNanos;
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  Limits(CheckBudget budget) {
    this(System.nanoTime(), nanos(budget), budget.bytes());
  }

  private Limits(long startNanos, long timeNanos, long maxBytes) {
    this.startNanos = startNanos;
    this.timeNanos = timeNanos;
    this.maxBytes = maxBytes;
  }

  private static long nanos(CheckBudget budget) {
    try {
      return budget.time().toNanos();
    } catch (ArithmeticException longerThanThreeCenturies) {
      return Long.MAX_VALUE;
    }
  }

  /** A budget within this one: at most the given time, at most what is left. */
  Limits part(long nanos) {
    long left = timeNanos - (System.nanoTime() - startNanos);
    return new Limits(System.nanoTime(), Math.min(left, nanos), maxBytes);
  }

  /** Time that is left, in nanoseconds; may be negative. */
  long leftNanos() {
    return timeNanos - (System.nanoTime() - startNanos);
  }

  /** Throws if the time is over. */
  void checkTime() {
    if (System.nanoTime() - startNanos > timeNanos) {
      throw new Exceeded(
          String.format(Locale.ROOT, "the time budget of %.1f s is used up", timeNanos / 1e9));
    }
  }

  /** Takes memory, before it is allocated; throws if there is not that much. */
  void take(long more) {
    if (bytes.addAndGet(more) > maxBytes) {
      bytes.addAndGet(-more);
      throw new Exceeded(
          String.format(
              Locale.ROOT, "the memory budget of %.0f MiB is used up", maxBytes / 1048576.0));
    }
  }

  /** Gives memory back. */
  void give(long fewer) {
    bytes.addAndGet(-fewer);
  }
}
