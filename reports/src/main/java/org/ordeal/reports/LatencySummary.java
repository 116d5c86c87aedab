package org.ordeal.reports;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.jspecify.annotations.Nullable;

/**
 * What a report tells of {@code latency.hlog}: a histogram per operation and phase, and percentiles
 * of each operation over time. Values are nanoseconds.
 *
 * <p>Tags are {@code OPERATION-PHASE}; one without a known phase counts as the phase {@code all}.
 */
final class LatencySummary {
  static final List<String> PHASES = List.of("before", "during", "after", "all");
  private static final int MOST_POINTS = 240;
  private static final int MOST_KINDS = 20;

  private final Map<String, Map<String, Histogram>> byPhase = new TreeMap<>();
  private final Map<String, Map<Long, Histogram>> overTime = new TreeMap<>();
  private long intervalMillis = 1_000;
  private @Nullable String problem;

  private LatencySummary() {}

  /**
   * Percentiles at one time.
   *
   * @param nanos middle of the interval, since the start of the run
   */
  record Point(long nanos, long p50, long p99, long max) {}

  static LatencySummary none() {
    return new LatencySummary();
  }

  static LatencySummary read(Path file) {
    LatencySummary summary = new LatencySummary();
    try (HistogramLogReader reader = new HistogramLogReader(file.toFile())) {
      while (reader.hasNext()) {
        EncodableHistogram next = reader.nextIntervalHistogram();
        if (next instanceof Histogram histogram) {
          summary.add(histogram, reader.getStartTimeSec());
        }
      }
    } catch (IOException | RuntimeException e) {
      summary.problem = "The latency log could not be read to its end: " + e.getMessage();
    }
    return summary;
  }

  private void add(Histogram histogram, double startSeconds) {
    if (histogram.getTotalCount() == 0) {
      return;
    }
    String tag = histogram.getTag() == null ? "all" : histogram.getTag();
    int dash = tag.lastIndexOf('-');
    String phase =
        dash > 0 && PHASES.contains(tag.substring(dash + 1)) ? tag.substring(dash + 1) : "all";
    String kind = phase.equals("all") ? tag : tag.substring(0, dash);
    if (!byPhase.containsKey(kind) && byPhase.size() >= MOST_KINDS) {
      return;
    }
    byPhase
        .computeIfAbsent(kind, _ -> new TreeMap<>())
        .computeIfAbsent(phase, _ -> new Histogram(3))
        .add(histogram);
    // The reader may or may not have added the log's start time to relative time stamps.
    double start = startSeconds * 1_000;
    double from = histogram.getStartTimeStamp();
    long at = (long) (start > 0 && from >= start - 60_000 ? from - start : from);
    Map<Long, Histogram> times = overTime.computeIfAbsent(kind, _ -> new TreeMap<>());
    times.computeIfAbsent(at / intervalMillis, _ -> new Histogram(2)).add(histogram);
    if (times.size() > MOST_POINTS) {
      widen();
    }
  }

  private void widen() {
    intervalMillis *= 2;
    for (Map.Entry<String, Map<Long, Histogram>> kind : overTime.entrySet()) {
      Map<Long, Histogram> wider = new TreeMap<>();
      kind.getValue()
          .forEach(
              (at, histogram) ->
                  wider.computeIfAbsent(at / 2, _ -> new Histogram(2)).add(histogram));
      kind.setValue(wider);
    }
  }

  /** Operations, in order of name. */
  List<String> kinds() {
    return new ArrayList<>(byPhase.keySet());
  }

  /** Operations, those first that come first in {@code order}. */
  List<String> kinds(List<String> order) {
    List<String> kinds = kinds();
    kinds.sort(
        Comparator.comparingInt(
            kind -> order.contains(kind) ? order.indexOf(kind) : Integer.MAX_VALUE));
    return kinds;
  }

  @Nullable String problem() {
    return problem;
  }

  /** Histograms of an operation by phase, in the order of {@link #PHASES}. */
  Map<String, Histogram> phases(String kind) {
    Map<String, Histogram> found = byPhase.getOrDefault(kind, Map.of());
    Map<String, Histogram> ordered = new java.util.LinkedHashMap<>();
    for (String phase : PHASES) {
      Histogram histogram = found.get(phase);
      if (histogram != null) {
        ordered.put(phase, histogram);
      }
    }
    return ordered;
  }

  /** Percentiles of an operation over time. */
  List<Point> points(String kind) {
    List<Point> points = new ArrayList<>();
    overTime
        .getOrDefault(kind, Map.of())
        .forEach(
            (at, histogram) ->
                points.add(
                    new Point(
                        (at * intervalMillis + intervalMillis / 2) * 1_000_000,
                        histogram.getValueAtPercentile(50),
                        histogram.getValueAtPercentile(99),
                        histogram.getMaxValue())));
    return points;
  }
}
