package org.ordeal.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.NodeState;
import org.ordeal.history.OperationType;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.Node;
import org.ordeal.workloads.control.Reply;

/**
 * Waits, within a bound, for a cluster to come back after its faults were healed.
 *
 * <p>A node that has ended by itself is started again once, as an operator would: that it ended is
 * reported, but only that it does not come back is a failure of the promise.
 */
final class Recovery {

  private static final int LOG_LINES = 15;
  private static final int GROUP_LOG_LINES = 5;

  private final Cluster cluster;
  private final Fleet fleet;
  private final NemesisJournal journal;
  private final Progress progress;

  /**
   * What became of the cluster.
   *
   * @param unrecovered nodes and groups that did not come back
   * @param reasons a sentence for each of them
   * @param ended nodes that had ended by themselves, with a sentence each
   * @param harness why the harness itself could not tell, null where it could
   */
  record Outcome(
      List<String> unrecovered,
      List<String> reasons,
      List<String> ended,
      @org.jspecify.annotations.Nullable String harness) {

    Outcome {
      unrecovered = List.copyOf(unrecovered);
      reasons = List.copyOf(reasons);
      ended = List.copyOf(ended);
    }
  }

  Recovery(Cluster cluster, Fleet fleet, NemesisJournal journal, Progress progress) {
    this.cluster = cluster;
    this.fleet = fleet;
    this.journal = journal;
    this.progress = progress;
  }

  /** Waits. */
  Outcome await(Duration bound) throws InterruptedException {
    long deadline = System.nanoTime() + bound.toNanos();
    List<String> unrecovered = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    List<String> ended = new ArrayList<>();
    String harness = null;
    for (Node node : cluster.nodes()) {
      if (node.state() == NodeState.GONE) {
        String sentence =
            "%s had ended by itself (%s)."
                .formatted(
                    node.name(),
                    node.exitCode().isPresent()
                        ? "exit code " + node.exitCode().getAsInt()
                        : "exit code unknown");
        ended.add(sentence);
        progress.say(sentence + " Starting it again.");
        start(node);
      }
    }
    for (Node node : cluster.nodes()) {
      boolean serves = node.awaitServing(left(deadline));
      if (serves) {
        continue;
      }
      String sentence =
          "%s did not serve again within %d s. Its last log lines:%n%s"
              .formatted(
                  node.name(), bound.toSeconds(), String.join("\n", node.lastLogLines(LOG_LINES)));
      if (node.member().kind() == NodeKind.CLIENT) {
        harness = sentence;
      } else {
        unrecovered.add(node.name());
        reasons.add(sentence);
      }
    }
    try {
      Reply.Probed probed =
          fleet.probe(cluster.groups(), left(deadline).plus(Duration.ofSeconds(2)));
      for (Map.Entry<String, String> refused : new TreeMap<>(probed.refused()).entrySet()) {
        unrecovered.add(refused.getKey());
        reasons.add(
            "The group %s took no message within %d s after all faults were healed: %s%s"
                .formatted(
                    refused.getKey(),
                    bound.toSeconds(),
                    refused.getValue(),
                    lastLines(refused.getKey())));
      }
    } catch (IOException ours) {
      harness = "The client nodes could not ask whether the cluster is back: " + ours.getMessage();
    }
    journal.write(
        unrecovered.isEmpty() ? OperationType.INFO : OperationType.FAIL,
        "recovery",
        Map.of("unrecovered", List.copyOf(unrecovered)),
        null,
        reasons.isEmpty() ? null : reasons.getFirst());
    return new Outcome(unrecovered, reasons, ended, harness);
  }

  /** What the brokers of a group that nobody leads have written last. */
  private String lastLines(String group) {
    StringBuilder lines = new StringBuilder();
    for (Node node : cluster.nodes()) {
      if (node.member().kind() == NodeKind.BROKER && node.member().group().equals(group)) {
        lines
            .append("\nLast log lines of ")
            .append(node.name())
            .append(":\n")
            .append(String.join("\n", node.lastLogLines(GROUP_LOG_LINES)));
      }
    }
    return lines.toString();
  }

  /**
   * Stops every broker in an orderly way and starts it again: what is on disk is read anew. They
   * are stopped side by side, since Apache's broker takes ten seconds to leave.
   */
  void restartBrokers() throws InterruptedException {
    journal.write(OperationType.INVOKE, "restart-brokers", null, null, null);
    List<Node> brokers =
        cluster.nodes().stream().filter(n -> n.member().kind() == NodeKind.BROKER).toList();
    List<Callable<Void>> stops = brokers.stream().map(this::stopping).toList();
    try (ExecutorService side = Executors.newVirtualThreadPerTaskExecutor()) {
      side.invokeAll(stops);
    }
    brokers.forEach(this::startQuietly);
    journal.write(OperationType.INFO, "restart-brokers", null, null, null);
  }

  private Callable<Void> stopping(Node broker) {
    return () -> {
      try {
        broker.stop();
      } catch (FaultException | RuntimeException stuck) {
        progress.say(String.valueOf(stuck.getMessage()));
      }
      return null;
    };
  }

  private void startQuietly(Node node) {
    try {
      start(node);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void start(Node node) throws InterruptedException {
    try {
      node.start();
      journal.write(OperationType.INFO, "start", Map.of("node", node.name()), node.name(), null);
    } catch (FaultException refused) {
      journal.write(
          OperationType.FAIL,
          "start",
          Map.of("node", node.name()),
          node.name(),
          String.valueOf(refused.getMessage()));
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(1_000_000_000L, deadline - System.nanoTime()));
  }
}
