package org.ordeal.reports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.OperationType;
import org.ordeal.history.Results;

/** What the page's script shows at the cursor of the timeline. */
final class TimelineData {
  private static final int MOST_KINDS = 3;

  private final TimelineRows rows;
  private final Results results;
  private final HistorySummary history;
  private final LatencySummary latencies;

  TimelineData(
      TimelineRows rows, Results results, HistorySummary history, LatencySummary latencies) {
    this.rows = rows;
    this.results = results;
    this.history = history;
    this.latencies = latencies;
  }

  /** As the script reads it: times in seconds. */
  Map<String, Object> values() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("end", rows.endNanos() / 1e9);
    data.put("bin", history.binNanos() / 1e9);
    Map<String, Object> rates = new LinkedHashMap<>();
    for (String kind : kinds()) {
      rates.put(
          kind,
          Map.of(
              "ok", rounded(history.rates(kind, OperationType.OK)),
              "bad", rounded(unsuccessful(kind))));
    }
    data.put("rates", rates);
    Map<String, Object> points = new LinkedHashMap<>();
    for (String kind : latencyKinds()) {
      List<Object> list = new ArrayList<>();
      for (LatencySummary.Point point : latencies.points(kind)) {
        list.add(
            List.of(
                point.nanos() / 1e9,
                Figures.duration(point.p50()),
                Figures.duration(point.p99()),
                Figures.duration(point.max())));
      }
      points.put(kind, list);
    }
    data.put("latency", points);
    List<Object> faults = new ArrayList<>();
    for (FaultRecord fault : results.faults()) {
      faults.add(
          List.of(
              fault.startNanos() / 1e9,
              rows.end(fault) / 1e9,
              Figures.brief(fault.fault() + " " + String.join(", ", fault.nodes()), 120)));
    }
    data.put("faults", faults);
    List<Object> roles = new ArrayList<>();
    for (HistorySummary.RoleSpan span : history.roles()) {
      if (span.role().equals("leader")) {
        roles.add(List.of(span.from() / 1e9, span.to() / 1e9, Figures.brief(span.node(), 80)));
      }
    }
    data.put("leaders", roles);
    return data;
  }

  private static List<Object> rounded(double[] values) {
    List<Object> list = new ArrayList<>();
    for (double value : values) {
      list.add(Math.round(value * 10) / 10.0);
    }
    return list;
  }

  /** Operations that failed or may have, per second. */
  double[] unsuccessful(String kind) {
    double[] fail = history.rates(kind, OperationType.FAIL);
    double[] info = history.rates(kind, OperationType.INFO);
    double[] sum = new double[fail.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = fail[i] + info[i];
    }
    return sum;
  }

  /** The kinds of operation that get a chart of their rate. */
  List<String> kinds() {
    List<String> kinds = history.kinds();
    return kinds.subList(0, Math.min(MOST_KINDS, kinds.size()));
  }

  /** The kinds of operation that get a chart of their latency. */
  List<String> latencyKinds() {
    List<String> kinds = latencies.kinds(history.kinds());
    return kinds.subList(0, Math.min(MOST_KINDS, kinds.size()));
  }
}
