package org.ordeal.reports;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts per time bin for any number of named series, in bounded memory: when time runs past the
 * last bin, neighbours are merged and bins become twice as wide.
 */
final class TimeBins {
  static final int MOST_BINS = 400;
  private static final long FIRST_WIDTH_NANOS = 50_000_000L;
  private static final int MOST_SERIES = 64;

  private final Map<String, long[]> series = new TreeMap<>();
  private long widthNanos = FIRST_WIDTH_NANOS;
  private long endNanos;

  /** Counts one in a series. What is beyond {@value #MOST_SERIES} series is not counted. */
  void count(String name, long nanos) {
    long at = Math.max(0, nanos);
    while (at / widthNanos >= MOST_BINS) {
      merge();
    }
    endNanos = Math.max(endNanos, at);
    long[] bins = series.get(name);
    if (bins == null) {
      if (series.size() >= MOST_SERIES) {
        return;
      }
      bins = new long[MOST_BINS];
      series.put(name, bins);
    }
    bins[(int) (at / widthNanos)]++;
  }

  private void merge() {
    widthNanos *= 2;
    for (long[] bins : series.values()) {
      for (int i = 0; i < MOST_BINS / 2; i++) {
        bins[i] = bins[2 * i] + bins[2 * i + 1];
      }
      Arrays.fill(bins, MOST_BINS / 2, MOST_BINS, 0);
    }
  }

  long widthNanos() {
    return widthNanos;
  }

  long endNanos() {
    return endNanos;
  }

  /** Rates per second of a series, for the bins up to the end; zeros where there is no series. */
  double[] rates(String name) {
    int used = (int) (endNanos / widthNanos) + 1;
    double[] rates = new double[used];
    long[] bins = series.get(name);
    if (bins != null) {
      for (int i = 0; i < used; i++) {
        rates[i] = bins[i] * 1e9 / widthNanos;
      }
    }
    return rates;
  }
}
