package org.ordeal.faults.disk.server;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts times by powers of two. Thread-safe. */
final class TimeHistogram {
  private final AtomicLongArray counts = new AtomicLongArray(Long.SIZE);

  /** Counts a time, in nanoseconds; at least 1. */
  void add(long nanos) {
    counts.incrementAndGet(Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, nanos)));
  }

  /** The end of the class in which the median lies, in nanoseconds; 0 where nothing was counted. */
  long median() {
    long all = 0;
    for (int i = 0; i < counts.length(); i++) {
      all += counts.get(i);
    }
    long seen = 0;
    for (int i = 0; i < counts.length(); i++) {
      seen += counts.get(i);
      if (all > 0 && 2 * seen >= all) {
        return i >= Long.SIZE - 2 ? Long.MAX_VALUE : 2L << i;
      }
    }
    return 0;
  }
}
