package org.ordeal.runner.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.Selection;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.ClusterException;
import org.ordeal.runner.cluster.ClusterRuntime.Launch;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.Node;
import org.ordeal.runner.cluster.RemotingCall;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Systems;
import org.ordeal.runner.cluster.Topology;

/**
 * Measures how long a cluster of three brokers and three NameServers takes from launch to the first
 * acknowledged send, and from kill -9 of the leader to the next acknowledged send: {@code
 * StartAndFailover ROUNDS SYSTEM...}.
 *
 * <p>A send is one SEND_MESSAGE request, tried at every living broker in turn until one
 * acknowledges it. So it is the cluster that is measured, not how often a client looks for routes.
 */
public final class StartAndFailover {

  private static final int SEND_MESSAGE = 10;
  private static final Duration SEND_BOUND = Duration.ofSeconds(1);
  private static final long PAUSE_MILLIS = 100;

  /** Columns of a round. */
  private static final int START = 0;

  private static final int CPU = 1;
  private static final int FAILOVER = 2;
  private static final int MEMORY = 3;
  private static final Duration ROUND_BOUND = Duration.ofMinutes(1);

  private StartAndFailover() {}

  /** Runs the rounds of all systems in turn, so that noise of the machine hits all alike. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rounds = Integer.parseInt(arguments[0]);
    Map<String, List<double[]>> measured = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      for (String name : List.of(arguments).subList(1, arguments.length)) {
        measured.computeIfAbsent(name, any -> new ArrayList<>());
        try {
          double[] row = round(Systems.resolve(name, System.err::println));
          measured.get(name).add(row);
          System.err.printf(
              "round %d  %-20s start %.2f s (CPU %.2f s)  fail-over %.2f s  memory %.0f MiB  load %.1f%n",
              round, name, row[START], row[CPU], row[FAILOVER], row[MEMORY], load());
        } catch (ClusterException | FaultException | IllegalStateException e) {
          System.err.printf("round %d  %-20s failed: %s%n", round, name, e.getMessage());
        }
      }
    }
    System.out.printf(
        "%-20s %-7s %-18s %-18s %-18s %s%n",
        "median (max)", "rounds", "start, s", "CPU of start, s", "fail-over, s", "memory, MiB");
    measured.forEach(
        (name, rows) ->
            System.out.printf(
                "%-20s %-7s %-18s %-18s %-18s %s%n",
                name,
                rows.size() + "/" + rounds,
                summary(rows, START),
                summary(rows, CPU),
                summary(rows, FAILOVER),
                summary(rows, MEMORY)));
    if (measured.values().stream().anyMatch(rows -> rows.size() < rounds)) {
      System.exit(1);
    }
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String summary(List<double[]> seconds, int column) {
    if (seconds.isEmpty()) {
      return "-";
    }
    List<Double> sorted = new ArrayList<>(seconds.stream().map(row -> row[column]).toList());
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return "%.2f (%.2f)".formatted(median, sorted.getLast());
  }

  private static double[] round(SystemUnderTest system)
      throws IOException, ClusterException, FaultException, InterruptedException {
    Path directory = Files.createTempDirectory("ordeal-start");
    ClusterSpec spec =
        new ClusterSpec(Topology.DLEDGER, Flush.SYNC, 1, 3, 3, 0, Map.of(), Map.of());
    long launched = System.nanoTime();
    try (Cluster cluster =
        Runtimes.named("process")
            .launch(
                new Launch(
                    system,
                    spec,
                    (client, addresses) -> {
                      throw new IllegalStateException("This cluster has no client nodes.");
                    },
                    directory,
                    launched,
                    null,
                    line -> {}))) {
      untilAcknowledged(cluster);
      double start = seconds(launched);
      double cpu = sum(cluster, StartAndFailover::cpuSeconds);
      double memory = sum(cluster, StartAndFailover::memoryMebibytes);
      String leader = Selection.leaderOf(cluster, "g0");
      long killed = System.nanoTime();
      cluster.node(leader).kill();
      untilAcknowledged(cluster);
      return new double[] {start, cpu, seconds(killed), memory};
    } finally {
      delete(directory);
    }
  }

  private static double sum(Cluster cluster, ToDoubleFunction<Path> measure) {
    return cluster.nodes().stream()
        .flatMapToLong(node -> node.pid().stream())
        .mapToDouble(pid -> measure.applyAsDouble(Path.of("/proc", Long.toString(pid))))
        .sum();
  }

  /** User and system time so far; the kernel counts it in hundredths of a second. */
  private static double cpuSeconds(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** The proportional set size: pages that several JVMs share count once in the sum. */
  static double memoryMebibytes(Path process) {
    try (Stream<String> lines = Files.lines(process.resolve("smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
          .sum();
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  private static void untilAcknowledged(Cluster cluster) throws InterruptedException {
    long deadline = System.nanoTime() + ROUND_BOUND.toNanos();
    while (System.nanoTime() < deadline) {
      for (Node node : cluster.nodes()) {
        if (node.member().kind() == NodeKind.BROKER
            && node.state() == NodeState.RUNNING
            && node.address().isPresent()
            && acknowledged(node.address().get())) {
          return;
        }
      }
      // The waiting must not cost the cores that are waited for.
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    throw new IllegalStateException(
        "No send was acknowledged within %d s.".formatted(ROUND_BOUND.toSeconds()));
  }

  private static boolean acknowledged(InetSocketAddress broker) {
    Map<String, String> header = new LinkedHashMap<>();
    header.put("producerGroup", "StartAndFailover");
    header.put("topic", "StartAndFailover");
    header.put("defaultTopic", "TBW102");
    header.put("defaultTopicQueueNums", "4");
    header.put("queueId", "0");
    header.put("sysFlag", "0");
    header.put("bornTimestamp", Long.toString(System.currentTimeMillis()));
    header.put("flag", "0");
    header.put("properties", "");
    header.put("reconsumeTimes", "0");
    header.put("unitMode", "false");
    try {
      return RemotingCall.call(
              broker, SEND_MESSAGE, header, "x".getBytes(StandardCharsets.UTF_8), SEND_BOUND)
          .succeeded();
    } catch (IOException e) {
      return false;
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
