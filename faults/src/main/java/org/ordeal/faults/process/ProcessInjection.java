package org.ordeal.faults.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ordeal.faults.Environment;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.NotRecoveredException;
import org.ordeal.faults.TargetNode;
import org.ordeal.faults.WitnessedInjection;

/** A fault of processes in force. */
abstract class ProcessInjection extends WitnessedInjection {

  /** How long a node may take to open its ports again; recovery of a long log takes its time. */
  static final Duration SERVING_BOUND = Duration.ofSeconds(60);

  final String id;

  ProcessInjection(
      Environment environment, String id, List<String> nodes, Map<String, Object> attributes) {
    super(environment, nodes, attributes);
    this.id = id;
  }

  /** The nodes that it hits. */
  final List<TargetNode> hit() {
    return hit;
  }

  /** An action on one node that may fail. */
  @FunctionalInterface
  interface Action {
    void on(TargetNode node) throws FaultException, InterruptedException;
  }

  /** Does something on several nodes at once; the first failure is thrown when all have ended. */
  static void onEach(List<? extends TargetNode> nodes, Action action)
      throws FaultException, InterruptedException {
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (TargetNode node : nodes) {
        running.add(
            each.submit(
                () -> {
                  action.on(node);
                  return node;
                }));
      }
      for (Future<?> done : running) {
        done.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FaultException cause) {
        throw cause;
      }
      throw new FaultException("An action on a node failed: " + e.getCause(), e);
    }
  }

  /**
   * Waits until every one of these nodes serves, and notes how long each took.
   *
   * @throws NotRecoveredException naming those that do not
   */
  final void awaitServing(List<? extends TargetNode> nodes)
      throws NotRecoveredException, InterruptedException {
    List<String> missing = new ArrayList<>();
    long begun = System.nanoTime();
    for (TargetNode node : nodes) {
      if (node.awaitServing(SERVING_BOUND)) {
        log.add(
            node.name(),
            "serves again on every port, %.1f s after it was let go"
                .formatted((System.nanoTime() - begun) / 1e9));
      } else {
        log.add(node.name(), "does not serve again: " + node.stateEvidence());
        missing.add(node.name());
      }
    }
    if (!missing.isEmpty()) {
      throw new NotRecoveredException(
          missing,
          "%s did not serve again within %d s after the fault was over."
              .formatted(String.join(", ", missing), SERVING_BOUND.toSeconds()));
    }
  }
}
