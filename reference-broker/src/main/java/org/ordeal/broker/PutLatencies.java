package org.ordeal.broker;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long acknowledged sends took from their arrival to their acknowledgement, since the start,
 * within one percent. Recording allocates nothing and takes no lock. Thread-safe.
 */
final class PutLatencies {
  /** RocketMQ's ranges by their last millisecond; above the last one there is one more. */
  private static final int[] LAST_MILLIS = {
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

  private static final long MOST_MICROS = TimeUnit.HOURS.toMicros(1);

  private final Histogram micros = new ConcurrentHistogram(MOST_MICROS, 2);

  void record(long nanos) {
    micros.recordValue(Math.clamp(nanos / 1_000, 0, MOST_MICROS));
  }

  /**
   * The milliseconds within which such a share of the sends were; 0 where there were none.
   *
   * @param share 0 to 1
   */
  double percentileMillis(double share) {
    return micros.getValueAtPercentile(share * 100) / 1_000.0;
  }

  /** As RocketMQ prints it: {@code [<=0ms]:12 [0~10ms]:345 ...}. */
  String distribution() {
    var text = new StringBuilder();
    var from = 0L;
    for (var i = 0; i < NAMES.length; i++) {
      var next = i < LAST_MILLIS.length ? (LAST_MILLIS[i] + 1) * 1_000L : MOST_MICROS + 1;
      text.append(NAMES[i])
          .append(':')
          .append(micros.getCountBetweenValues(from, next - 1))
          .append(' ');
      from = next;
    }
    return text.toString();
  }
}
