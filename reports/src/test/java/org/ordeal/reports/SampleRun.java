package org.ordeal.reports;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;
import org.ordeal.history.Unavailability;
import org.ordeal.history.Verdict;

/**
 * Makes up a run directory: a minute of load on three brokers, of which the leader is killed, then
 * another is cut off. The same parameters give the same files.
 *
 * @param verdict what the run found
 * @param ratePerSecond sends a second
 * @param seconds length of the load
 * @param text put into every place where a run could have a string of somebody else's; empty for
 *     ordinary strings
 */
record SampleRun(Verdict verdict, int ratePerSecond, int seconds, String text) {
  private static final long SECOND = 1_000_000_000L;
  private static final ObjectMapper JSON = new ObjectMapper();

  static SampleRun of(Verdict verdict) {
    return new SampleRun(verdict, 600, 60, "");
  }

  /** A window in which sends fail or are slow. */
  private record Trouble(double from, double to) {
    boolean at(double second) {
      return second >= from && second < to;
    }
  }

  private List<Trouble> outages() {
    return List.of(new Trouble(15.2, 17.1), new Trouble(34.1, 36.6));
  }

  private List<Trouble> slow() {
    return List.of(new Trouble(15, 24), new Trouble(34, 44));
  }

  Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Random random = new Random(42);
    JSON.writeValue(directory.resolve("run.json").toFile(), info());
    JSON.writeValue(directory.resolve("results.json").toFile(), results());
    history(directory.resolve("history.jsonl"), random);
    latencies(directory.resolve("latency.hlog"), random);
    return directory;
  }

  private String or(String ordinary) {
    return text.isEmpty() ? ordinary : ordinary + text;
  }

  RunInfo info() {
    Map<String, String> machine = new TreeMap<>();
    machine.put("processors", "8");
    machine.put("memory", or("32 GiB"));
    machine.put("kernel", "Linux 6.18");
    Map<String, Object> options = new TreeMap<>();
    options.put("rate", (long) ratePerSecond);
    options.put("clients", 2L);
    options.put(or("conf"), or("broker.properties"));
    return new RunInfo(
        List.of(
            "ordeal",
            "run",
            "durability",
            "--topology",
            "dledger",
            "--flush",
            "sync",
            "--faults",
            or("kill,partition"),
            "--time",
            seconds + "s",
            "--seed",
            "1"),
        "0.1.0",
        "25.0.1+8",
        or("durability"),
        or("rocketmq:5.1.0"),
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        or("dledger"),
        or("sync"),
        "process",
        1,
        or("An acknowledged message survives the loss of any one node."),
        "2026-11-24T02:14:07Z",
        machine,
        options);
  }

  Results results() {
    boolean fail = verdict == Verdict.FAIL;
    boolean unknown = verdict == Verdict.UNKNOWN;
    String reason =
        switch (verdict) {
          case PASS ->
              "All 35 241 acknowledged messages were read back after the leader was killed and a"
                  + " follower was cut off; the cluster was writable again within 2.5 s.";
          case FAIL ->
              "3 of 35 241 acknowledged messages are gone: they were acknowledged by n0 up to 40 ms"
                  + " before it was killed, and no node has them any more.";
          case UNKNOWN ->
              "The partition at 34.000 s left no evidence: bytes went on flowing over the link"
                  + " n1->n2, so this run says nothing about partitions.";
        };
    Map<String, CheckResult> checks = new LinkedHashMap<>();
    checks.put("durability", durability(fail));
    checks.put("linearizability", linearizability(fail));
    checks.put(
        "log-order",
        new CheckResult(
            "log-order",
            Verdict.PASS,
            or("offsets are dense and in real-time order in all 8 queues"),
            35_241,
            0.41,
            Map.of(),
            List.of(),
            Map.of()));
    checks.put(
        "availability",
        new CheckResult(
            "availability",
            unknown ? Verdict.UNKNOWN : Verdict.PASS,
            "two outages, the longest 2.5 s",
            36_000,
            0.08,
            Map.of("outage", 2L),
            List.of(),
            Map.of()));
    return new Results(
        verdict,
        verdict.exitCode(),
        or(reason),
        36_000,
        35_241,
        12,
        402,
        345,
        fail ? 3 : 0,
        0,
        4,
        61,
        0,
        0,
        fail ? List.of(or("n0")) : List.of(),
        unavailability(),
        checks,
        faults(!unknown));
  }

  private Operation operation(
      long index,
      double second,
      int process,
      OperationType type,
      String f,
      @Nullable Object value,
      @Nullable String error) {
    return new Operation(
        index,
        (long) (second * SECOND),
        process,
        type,
        or(f),
        value,
        or("orders-3"),
        or("n0"),
        error == null ? null : or(error));
  }

  private CheckResult durability(boolean fail) {
    List<Anomaly> anomalies = new ArrayList<>();
    for (int i = 0; i < (fail ? 3 : 0); i++) {
      String value = or("m-17-" + (8_201 + i));
      anomalies.add(
          new Anomaly(
              or("lost"),
              or("orders-3"),
              or(
                  value
                      + " was acknowledged at offset "
                      + (1_404 + i)
                      + ", but neither the drain nor the one after a restart returned it, and no"
                      + " node's files hold it."),
              List.of(
                  operation(17_400 + 2L * i, 15.101, 17, OperationType.INVOKE, "send", value, null),
                  operation(
                      17_401 + 2L * i,
                      15.141,
                      17,
                      OperationType.OK,
                      "send",
                      List.of(1_404L + i, value),
                      null),
                  operation(
                      70_120 + i,
                      63.2,
                      2,
                      OperationType.OK,
                      "read",
                      java.util.Arrays.asList(1_404L + i, null),
                      "end of queue")),
              Map.of(
                  "offset",
                  1_404L + i,
                  "acknowledgedBy",
                  or("n0"),
                  "nodes",
                  List.of(or("n1"), "n2"))));
    }
    return new CheckResult(
        or("durability"),
        fail ? Verdict.FAIL : Verdict.PASS,
        or(fail ? "3 acknowledged messages are lost" : "every acknowledged message was read back"),
        36_000,
        1.37,
        fail
            ? Map.of("lost", 3L, "duplicate", 4L, "unseen-recovered", 61L)
            : Map.of("duplicate", 4L),
        anomalies,
        Map.of());
  }

  private CheckResult linearizability(boolean fail) {
    if (!fail) {
      return new CheckResult(
          "linearizability",
          Verdict.PASS,
          "every object has a linearization",
          36_000,
          0.22,
          Map.of(),
          List.of(),
          Map.of());
    }
    List<Object> bars = new ArrayList<>();
    bars.add(bar(10, 3, "append m-9 -> [41, m-9]", 15.00, 15.02, 12L, "kept"));
    bars.add(bar(11, 5, "append m-10 -> [42, m-10]", 15.01, 15.06, 15L, "kept"));
    bars.add(bar(13, 7, "append m-11", 15.03, null, null, "loosened"));
    bars.add(bar(14, 4, "read 41 -> [41, m-9]", 15.04, 15.09, 17L, "kept"));
    bars.add(bar(18, 3, "max-offset -> 43", 15.10, 15.11, 19L, "kept"));
    bars.add(bar(20, 4, "read 42 -> [42, null]", 17.40, 17.42, 21L, "failing"));
    Anomaly anomaly =
        new Anomaly(
            "nonlinearizable",
            or("orders-3"),
            or(
                "not a linearizable log at the completion of read (index 21, process 4): offset 42"
                    + " was acknowledged before and is gone; 5 operations show it"),
            List.of(
                operation(11, 15.01, 5, OperationType.INVOKE, "append", "m-10", null),
                operation(15, 15.06, 5, OperationType.OK, "append", List.of(42L, "m-10"), null),
                operation(20, 17.40, 4, OperationType.INVOKE, "read", List.of(42L), null),
                operation(
                    21,
                    17.42,
                    4,
                    OperationType.OK,
                    "read",
                    java.util.Arrays.asList(42L, null),
                    null)),
            Map.of(
                "model",
                "log",
                "why",
                or("offset 42 was acknowledged"),
                "bars",
                bars,
                "configurations",
                List.of(
                    Map.of("state", or("the log has 43 entries"), "tookEffect", List.of(13L)))));
    return new CheckResult(
        "linearizability",
        Verdict.FAIL,
        "not a linearizable log",
        36_000,
        0.31,
        Map.of("nonlinearizable", 1L),
        List.of(anomaly),
        Map.of("model", "log"));
  }

  private Map<String, Object> bar(
      long index,
      long process,
      String label,
      double from,
      @Nullable Double to,
      @Nullable Long completion,
      String standing) {
    Map<String, Object> bar = new LinkedHashMap<>();
    bar.put("index", index);
    bar.put("process", process);
    bar.put("label", or(label));
    bar.put("invokedAtNanos", (long) (from * SECOND));
    if (to != null && completion != null) {
      bar.put("completionIndex", completion);
      bar.put("completedAtNanos", (long) (to * SECOND));
    }
    bar.put("standing", standing);
    return bar;
  }

  private List<FaultRecord> faults(boolean partitionTook) {
    return List.of(
        new FaultRecord(
            or("kill"),
            or("leader"),
            List.of(or("n0")),
            Map.of("signal", "SIGKILL"),
            15 * SECOND,
            22 * SECOND,
            true,
            List.of(
                new FaultRecord.Evidence(
                    15_031_000_000L, or("n0"), or("process 4711 is gone, exit code 137")),
                new FaultRecord.Evidence(22 * SECOND, "n0", "process 4822 answers on port 10911"))),
        new FaultRecord(
            "partition",
            "one-way",
            List.of("n1", "n2"),
            Map.of(or("direction"), or("n1->n2")),
            34 * SECOND,
            42 * SECOND,
            partitionTook,
            partitionTook
                ? List.of(
                    new FaultRecord.Evidence(
                        34_400_000_000L,
                        "n1->n2",
                        "a probe got no answer within 300 ms; 18 342 bytes were swallowed"),
                    new FaultRecord.Evidence(
                        42_050_000_000L, "n1->n2", "a probe was answered in 1 ms"))
                : List.of()));
  }

  private List<Unavailability> unavailability() {
    List<Unavailability> all = new ArrayList<>();
    List<Unavailability.Window> windows = new ArrayList<>();
    for (Trouble one : outages()) {
      windows.add(
          new Unavailability.Window((long) (one.from() * SECOND), (long) (one.to() * SECOND)));
    }
    all.add(new Unavailability("*", 2_500, 4_400, windows));
    for (int queue = 0; queue < 8; queue++) {
      boolean both = queue % 3 == 0;
      all.add(
          new Unavailability(
              or("orders-" + queue),
              both ? 2_500 : 1_900,
              both ? 4_400 : 1_900,
              both ? windows : windows.subList(0, 1)));
    }
    return all;
  }

  private void history(Path file, Random random) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      long index = 0;
      index = role(out, index, 0, "n0", "leader", 1);
      index = role(out, index, 0, "n1", "follower", 1);
      index = role(out, index, 0, "n2", "follower", 1);
      double[][] changes = {
        {15.05, 0, 0, 1}, {16.9, 1, 1, 2}, {22, 0, 2, 2}, {35.9, 2, 1, 3}, {36, 1, 2, 3}
      };
      int change = 0;
      long total = (long) ratePerSecond * seconds;
      int process = 0;
      for (long i = 0; i < total; i++) {
        double second = (double) i / ratePerSecond;
        while (change < changes.length && changes[change][0] <= second) {
          String role = new String[] {"down", "leader", "follower"}[(int) changes[change][2]];
          index =
              role(
                  out,
                  index,
                  second,
                  "n" + (int) changes[change][1],
                  role,
                  (long) changes[change][3]);
          change++;
        }
        boolean read = i % 5 == 4;
        boolean outage = outages().stream().anyMatch(one -> one.at(second));
        int outcome = outage ? random.nextInt(3) : random.nextInt(2_000) == 0 ? 1 : 3;
        String type = outcome == 3 ? "ok" : outcome == 1 ? "info" : "fail";
        String f = or(read ? "read" : "send");
        String node = or("n" + i % 3);
        process++;
        line(out, index++, second, process, "invoke", f, node, null);
        line(
            out,
            index++,
            second + 0.000_001,
            process,
            type,
            f,
            node,
            type.equals("ok") ? null : or("RemotingTimeoutException: wait response timed out"));
      }
    }
  }

  private void line(
      BufferedWriter out,
      long index,
      double second,
      int process,
      String type,
      String f,
      String node,
      @Nullable String error)
      throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("index", index);
    line.put("time", (long) (second * SECOND));
    line.put("process", process);
    line.put("type", type);
    line.put("f", f);
    line.put("value", or("m-" + process));
    line.put("key", or("orders-" + process % 8));
    line.put("node", node);
    if (error != null) {
      line.put("error", error);
    }
    out.write(JSON.writeValueAsString(line));
    out.write('\n');
  }

  private long role(
      BufferedWriter out, long index, double second, String node, String role, long term)
      throws IOException {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("node", or(node));
    value.put("group", "broker-a");
    value.put("role", role);
    value.put("term", term);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("index", index);
    line.put("time", (long) (second * SECOND));
    line.put("process", "nemesis");
    line.put("type", "info");
    line.put("f", "role");
    line.put("value", value);
    line.put("node", or(node));
    out.write(JSON.writeValueAsString(line));
    out.write('\n');
    return index + 1;
  }

  private void latencies(Path file, Random random) throws IOException {
    HistogramLogWriter writer = new HistogramLogWriter(file.toFile());
    writer.outputLogFormatVersion();
    writer.outputStartTime(1_800_000_000_000L);
    writer.setBaseTime(0);
    writer.outputLegend();
    String letters = text.replaceAll("[^A-Za-z<>/&']", "");
    for (int second = 0; second < seconds; second++) {
      String phase = second < 15 ? "before" : second < 42 ? "during" : "after";
      for (String kind : List.of("send", "read")) {
        Histogram histogram = new Histogram(1_000, 3_600 * SECOND, 3);
        int at = second;
        boolean troubled = slow().stream().anyMatch(one -> one.at(at));
        for (int i = 0; i < (kind.equals("send") ? 480 : 120); i++) {
          double base = kind.equals("send") ? 1.9e6 : 0.7e6;
          double spread = Math.exp(random.nextGaussian() * 0.45) * base;
          if (troubled && random.nextInt(4) == 0) {
            spread *= 6 + random.nextInt(40);
          }
          if (outages().stream().anyMatch(one -> one.at(at + 0.3)) && random.nextInt(3) == 0) {
            spread = 0.4e9 + random.nextDouble() * 1.9e9;
          }
          histogram.recordValue((long) spread);
        }
        histogram.setTag(kind + letters + "-" + phase);
        histogram.setStartTimeStamp(second * 1_000L);
        histogram.setEndTimeStamp((second + 1) * 1_000L);
        writer.outputIntervalHistogram(second, second + 1.0, histogram, 1e6);
      }
    }
    writer.close();
  }
}
