package org.ordeal.runner.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.NodeState;
import org.ordeal.runner.cluster.ClusterRuntime.Launch;

/** Starts the nodes of a cluster and waits until it serves; tells why where it does not. */
public final class Readiness {

  /** From launch until every node serves and every group has a leader that NameServers name. */
  private static final Duration READY_BOUND = Duration.ofMinutes(2);

  private static final int LOG_LINES = 25;

  private final Launch launch;
  private final ServingCluster cluster;

  /** For a cluster whose nodes have not been started. */
  public Readiness(Launch launch, ServingCluster cluster) {
    this.launch = launch;
    this.cluster = cluster;
  }

  /** Starts every node and waits; whatever was started stays for the caller to close. */
  public void startAndAwait() throws ClusterException, InterruptedException {
    long begun = System.nanoTime();
    startAll();
    Stream<Member> servers =
        launch.spec().members().stream().filter(member -> member.kind() != NodeKind.CLIENT);
    for (Member member : servers.toList()) {
      if (!cluster.node(member.name()).awaitServing(remaining(begun))) {
        throw failed(member, "did not open its ports");
      }
    }
    launch
        .progress()
        .accept(
            "%d nodes serve after %.1f s, waiting for a route to every group"
                .formatted(cluster.nodes().size(), (System.nanoTime() - begun) / 1e9));
    for (String group : cluster.groups()) {
      awaitRoute(group, begun);
    }
  }

  /** All at once: a container takes a second to be created. */
  private void startAll() throws ClusterException, InterruptedException {
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> started = new ArrayList<>();
      for (Node node : cluster.nodes()) {
        started.add(
            each.submit(
                () -> {
                  node.start();
                  return node.name();
                }));
      }
      for (Future<?> one : started) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FaultException refused) {
        throw new ClusterException(
            "The cluster could not be started. " + refused.getMessage(), refused);
      }
      throw new IllegalStateException("A node could not be started.", e.getCause());
    }
  }

  private void awaitRoute(String group, long begun) throws ClusterException, InterruptedException {
    for (Member server : launch.spec().members(NodeKind.NAMESERVER)) {
      boolean routed =
          Polling.until(
              remaining(begun),
              () ->
                  cluster.namedLeader(server, group).isPresent()
                      || cluster.nodes().stream().anyMatch(Readiness::ended));
      for (var node : cluster.nodes()) {
        if (ended(node)) {
          throw failed(node.member(), "ended");
        }
      }
      if (!routed) {
        throw new ClusterException(
            "The NameServer %s names no leader of the group %s after %d s, though every node serves; the nodes' logs are in %s."
                .formatted(
                    server.name(),
                    group,
                    READY_BOUND.toSeconds(),
                    launch.directory().resolve("nodes")));
      }
    }
  }

  private static boolean ended(Node node) {
    return node.state() == NodeState.GONE;
  }

  private ClusterException failed(Member member, String what) {
    var node = cluster.node(member.name());
    boolean gone = ended(node);
    StringBuilder sentence = new StringBuilder();
    sentence.append(
        gone
            ? "The %s %s ended while the cluster was starting (%s)."
                .formatted(kind(member), member.name(), node.stateEvidence())
            : "The %s %s %s within %d s."
                .formatted(kind(member), member.name(), what, READY_BOUND.toSeconds()));
    List<String> lines = node.lastLogLines(LOG_LINES);
    sentence.append(lines.isEmpty() ? " It logged nothing." : " Its last log lines:");
    lines.forEach(line -> sentence.append("\n  ").append(line));
    sentence.append("\nAll its files are in ").append(node.directory()).append('.');
    return new ClusterException(sentence.toString());
  }

  private static String kind(Member member) {
    return switch (member.kind()) {
      case BROKER -> "broker";
      case NAMESERVER -> "NameServer";
      case CLIENT -> "client node";
    };
  }

  private static Duration remaining(long begun) {
    Duration left = READY_BOUND.minusNanos(System.nanoTime() - begun);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
