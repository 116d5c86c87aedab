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
import org.ordeal.faults.Evidence;
import org.ordeal.faults.EvidenceLog;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.NotRecoveredException;
import org.ordeal.faults.TargetNode;

/** A fault of processes in force. */
abstract class ProcessInjection implements Injection {

  /** How long a node may take to open its ports again; recovery of a long log takes its time. */
  static final Duration SERVING_BOUND = Duration.ofSeconds(60);

  final Environment environment;
  final String id;
  final List<TargetNode> hit;
  final EvidenceLog log;

  private final Map<String, Object> attributes;
  private volatile long startNanos;
  private volatile boolean took;
  private volatile boolean healed;

  ProcessInjection(
      Environment environment, String id, List<String> nodes, Map<String, Object> attributes) {
    this.environment = environment;
    this.id = id;
    this.hit = nodes.stream().<TargetNode>map(environment::target).toList();
    this.log = new EvidenceLog(environment);
    this.attributes = Map.copyOf(attributes);
    this.startNanos = environment.nanos();
  }

  /** An action on one node that may fail. */
  @FunctionalInterface
  interface Action {
    void on(TargetNode node) throws FaultException, InterruptedException;
  }

  /** Ends the fault on every node and waits until each serves again. */
  abstract void mend() throws FaultException, InterruptedException;

  @Override
  public final void heal() throws FaultException, InterruptedException {
    if (!healed) {
      mend();
      healed = true;
    }
  }

  @Override
  public final List<String> nodes() {
    return hit.stream().map(TargetNode::name).toList();
  }

  @Override
  public final Map<String, Object> attributes() {
    return attributes;
  }

  @Override
  public final long startNanos() {
    return startNanos;
  }

  @Override
  public final boolean healed() {
    return healed;
  }

  @Override
  public final boolean took() {
    return took;
  }

  @Override
  public final List<Evidence> evidence() {
    return log.entries();
  }

  final void began() {
    startNanos = environment.nanos();
  }

  final void took(boolean seen) {
    took = seen;
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
