package org.ordeal.broker;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long acknowledged sends took from their arrival to their acknowledgement, since the start.
 * Recording allocates nothing. Thread-safe; what is read while others record may lack the last few.
 */
final class PutLatencies {
  /** Upper bounds of RocketMQ's ranges in milliseconds; above the last one there is one more. */
  private static final int[] RANGES = {
    0, 10, 50, 100, 200, 500, 1000, 2000, 3000, 4000, 5000, 10_000
  };

  private static final String[] NAMES = {
    "[<=0ms]",
    "[0~10ms]",
    "[10~50ms]",
    "[50~100ms]",
    "[100~200ms]",
    "[200~500ms]",
    "[500ms~1s]",
    "[1~2s]",
    "[2~3s]",
    "[3~4s]",
    "[4~5s]",
    "[5~10s]",
    "[10s~]"
  };

  /** Parts that each power of two microseconds is divided into, so that bounds are within 25 %. */
  private static final int PARTS = 4;

  private final AtomicLongArray ranges = new AtomicLongArray(NAMES.length);
  private final AtomicLongArray fine = new AtomicLongArray(Long.SIZE * PARTS);

  void record(long nanos) {
    var millis = nanos / 1_000_000;
    var range = 0;
    while (range < RANGES.length && millis > RANGES[range]) {
      range++;
    }
    ranges.incrementAndGet(range);
    fine.incrementAndGet(bucket(Math.max(1, nanos / 1_000)));
  }

  private static int bucket(long micros) {
    var power = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
    var part = power < 2 ? 0 : (int) (micros >>> (power - 2)) & (PARTS - 1);
    return power * PARTS + part;
  }

  /** The upper bound, in microseconds, of what falls into a bucket. */
  private static double bound(int bucket) {
    return (1L << (bucket / PARTS)) * (1 + (bucket % PARTS + 1) / (double) PARTS);
  }

  /**
   * A bound in milliseconds below which such a share of the sends were; 0 where there were none.
   *
   * @param share 0 to 1
   */
  double percentileMillis(double share) {
    var total = 0L;
    for (var i = 0; i < fine.length(); i++) {
      total += fine.get(i);
    }
    var wanted = (long) Math.ceil(total * share);
    var seen = 0L;
    for (var i = 0; i < fine.length() && wanted > 0; i++) {
      seen += fine.get(i);
      if (seen >= wanted) {
        return bound(i) / 1_000;
      }
    }
    return 0;
  }

  /** As RocketMQ prints it: {@code [<=0ms]:12 [0~10ms]:345 ...}. */
  String distribution() {
    var text = new StringBuilder();
    for (var i = 0; i < NAMES.length; i++) {
      text.append(NAMES[i]).append(':').append(ranges.get(i)).append(' ');
    }
    return text.toString();
  }
}
