package org.ordeal.runner;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Writes {@code latency.hlog}: an HdrHistogram log with one histogram a second and tag, values in
 * nanoseconds from the intended start to the completion. Tags are {@code OPERATION-PHASE}, such as
 * {@code send-during}. Not safe for use by several threads.
 */
final class LatencyLog implements AutoCloseable {

  private static final long SECOND = 1_000_000_000L;
  private static final long MOST_NANOS = 3_600 * SECOND;
  private static final int DIGITS = 3;

  private final HistogramLogWriter writer;
  private final Map<String, Histogram> current = new TreeMap<>();
  private long second;

  /**
   * @param startMillis wall-clock time of the start of the run
   */
  LatencyLog(Path file, long startMillis) throws IOException {
    try {
      writer = new HistogramLogWriter(file.toFile());
    } catch (FileNotFoundException e) {
      throw new IOException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
    writer.outputComment("Latencies of operations, in nanoseconds from their intended start.");
    writer.outputLogFormatVersion();
    writer.outputStartTime(startMillis);
    writer.setBaseTime(0);
    writer.outputLegend();
  }

  /**
   * Records one completion; times never go back by more than the histograms' second.
   *
   * @param completedNanos nanoseconds since the start of the run
   */
  void record(String operation, Phases.Phase phase, long latencyNanos, long completedNanos) {
    long now = completedNanos / SECOND;
    if (now > second) {
      flush();
      second = now;
    }
    current
        .computeIfAbsent(
            operation + "-" + phase.label(), tag -> new Histogram(1_000, MOST_NANOS, DIGITS))
        .recordValue(Math.clamp(latencyNanos, 0, MOST_NANOS));
  }

  private void flush() {
    current.forEach(
        (tag, histogram) -> {
          histogram.setTag(tag);
          histogram.setStartTimeStamp(second * 1_000);
          histogram.setEndTimeStamp((second + 1) * 1_000);
          // The largest value stands in milliseconds, for readers by eye.
          writer.outputIntervalHistogram(
              histogram.getStartTimeStamp() / 1e3,
              histogram.getEndTimeStamp() / 1e3,
              histogram,
              1e6);
        });
    current.clear();
  }

  @Override
  public void close() {
    flush();
    writer.close();
  }
}
