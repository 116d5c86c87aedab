package org.ordeal.junit;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.Interruption;
import org.ordeal.runner.Progress;
import org.ordeal.runner.Run;
import org.ordeal.runner.RunOutcome;
import org.ordeal.runner.RunPlan;
import org.ordeal.runner.RunRequest;
import org.ordeal.runner.cluster.ClusterException;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Systems;
import org.ordeal.runner.cluster.Topology;
import org.ordeal.runner.plan.FaultCatalogue;
import org.ordeal.runner.plan.FaultRequest;
import org.ordeal.workloads.Workloads;

/**
 * One combination of workload, cluster and faults. Immutable.
 *
 * @param nodes brokers a group, null for what the topology needs
 * @param rate operations a second, null for the workload's own
 * @param seed null to draw one
 */
record Scenario(
    String workload,
    String system,
    String topology,
    String flush,
    @Nullable Integer nodes,
    int groups,
    int nameServers,
    String runtime,
    Map<String, String> properties,
    List<String> faults,
    Duration time,
    @Nullable Integer rate,
    @Nullable Long seed,
    String require,
    Path store) {

  private static final Duration RECOVERY_BOUND = Duration.ofMinutes(1);

  Scenario {
    properties = Map.copyOf(properties);
    faults = List.copyOf(faults);
  }

  /** As one would write it on the command line. */
  String name() {
    return "%s on %s, %s %s, %s"
        .formatted(
            workload,
            system,
            topology,
            flush,
            faults.isEmpty() ? "no fault" : String.join(" ", faults));
  }

  @Override
  public String toString() {
    return name();
  }

  /**
   * Carries it out.
   *
   * @throws org.ordeal.runner.OrdealException where it cannot be
   */
  RunOutcome run() {
    ClusterRuntime clusters = available();
    RunPlan plan = RunPlan.of(request(), Workloads.all(), FaultCatalogue.ofClassPath(), clusters);
    PrintStream out = System.out;
    out.println("seed " + plan.request().seed() + ": " + name());
    SystemUnderTest tested = Systems.resolve(system, out::println);
    RunOutcome outcome =
        Run.of(plan, clusters, tested, new PlainProgress(out), new Interruption()).execute();
    out.println(Verdicts.sentence(outcome));
    return outcome;
  }

  /** Starts just the cluster, without client nodes. */
  org.ordeal.runner.cluster.Cluster launch() throws ClusterException, InterruptedException {
    ClusterRuntime clusters = available();
    Topology shape = Topology.named(topology).orElseThrow();
    ClusterSpec spec =
        new ClusterSpec(
            shape,
            Flush.named(flush).orElseThrow(),
            groups,
            nodes == null ? shape.defaultNodes() : nodes,
            nameServers,
            0,
            properties,
            Map.of());
    Path directory;
    try {
      Files.createDirectories(store);
      directory = Files.createTempDirectory(store, "cluster");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return clusters.launch(
        new ClusterRuntime.Launch(
            Systems.resolve(system, System.out::println),
            spec,
            (client, addresses) -> {
              throw new IllegalStateException("This cluster has no client nodes.");
            },
            directory,
            System.nanoTime(),
            null,
            System.out::println));
  }

  private ClusterRuntime available() {
    ClusterRuntime clusters = Runtimes.named(runtime);
    clusters
        .missing()
        .ifPresent(
            sentence -> {
              throw new EnvironmentException(sentence);
            });
    return clusters;
  }

  private RunRequest request() {
    return new RunRequest(
        List.of("junit", name()),
        workload,
        system,
        topology,
        flush,
        nodes,
        groups,
        nameServers,
        FaultRequest.parse(faults.isEmpty() ? List.of("none") : faults),
        null,
        time,
        rate,
        null,
        runtime,
        properties,
        require,
        store,
        RECOVERY_BOUND,
        seed == null ? new SecureRandom().nextLong(1L << 48) : seed);
  }

  /** Lines for a build's log. */
  private record PlainProgress(PrintStream out) implements Progress {
    @Override
    public void phase(String phase) {
      out.println("  " + phase);
    }

    @Override
    public void say(String line) {
      out.println("  " + line);
    }

    @Override
    public void tick(
        double elapsedSeconds,
        double totalSeconds,
        long attempted,
        long ok,
        double perSecond,
        String inForce) {
      // A build's log wants what happened, not how it is going.
    }
  }
}
