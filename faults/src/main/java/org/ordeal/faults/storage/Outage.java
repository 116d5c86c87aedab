package org.ordeal.faults.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ordeal.faults.Environment;
import org.ordeal.faults.EvidenceLog;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.NotRecoveredException;
import org.ordeal.faults.TargetNode;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.PowerLossReport;

/**
 * Brokers that are down while something is done to their disks: killed together, held down, started
 * again. For use by one thread.
 */
final class Outage {
  private static final Duration SERVING_BOUND = Duration.ofSeconds(60);
  private static final String DOWN = "down";

  private final Environment environment;
  private final String id;
  private final List<TargetNode> hit;
  private final EvidenceLog log;

  /**
   * @param id of the order on whose behalf the nodes are held down
   */
  Outage(Environment environment, String id, List<TargetNode> hit, EvidenceLog log) {
    this.environment = environment;
    this.id = id;
    this.hit = List.copyOf(hit);
    this.log = log;
  }

  /**
   * All at once, as nearly as can be; returns when the kernel has no process left of them.
   *
   * @return whether all are gone
   */
  boolean kill() throws FaultException, InterruptedException {
    hit.forEach(node -> environment.holds().hold(node.name(), DOWN, id));
    List<Future<?>> kills = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (TargetNode node : hit) {
        kills.add(
            each.submit(
                () -> {
                  node.kill();
                  return null;
                }));
      }
      for (Future<?> kill : kills) {
        kill.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FaultException refused) {
        throw refused;
      }
      throw new FaultException("A node could not be killed: " + e.getCause(), e);
    }
    boolean gone = true;
    for (TargetNode node : hit) {
      log.add(node.name(), "after SIGKILL: " + node.stateEvidence());
      gone &= node.state() == NodeState.GONE;
    }
    return gone;
  }

  /**
   * Drops what the disks of these nodes have not made durable, in one instant.
   *
   * @return how many disks were cut
   */
  int cut(DiskControl disks, PowerLoss spec) throws DiskException {
    PowerLossReport report = disks.powerLoss(spec);
    for (PowerLossReport.Loss loss : report.disks()) {
      log.add(
          loss.disk(),
          "its disk lost %d unsynced pages (%d survived, %d of them torn) and %d changes of metadata (%d survived); epoch %d"
              .formatted(
                  loss.pagesLost(),
                  loss.pagesKept(),
                  loss.pagesTorn(),
                  loss.metadataLost(),
                  loss.metadataKept(),
                  loss.epoch()));
    }
    return report.disks().size();
  }

  /** Lets go of the nodes and starts those that nobody else holds down; waits for nothing. */
  List<TargetNode> start() throws FaultException, InterruptedException {
    List<TargetNode> mine = new ArrayList<>();
    for (TargetNode node : hit) {
      if (environment.holds().release(node.name(), DOWN, id)) {
        mine.add(node);
      } else {
        log.add(node.name(), "stays down: another fault holds it there");
      }
    }
    for (TargetNode node : mine) {
      node.start();
    }
    return mine;
  }

  /**
   * Starts the nodes and waits until they serve.
   *
   * @param onWhat completes the sentence "serves again on ..."
   * @throws NotRecoveredException naming those that do not
   */
  void end(String onWhat) throws FaultException, InterruptedException {
    List<String> missing = new ArrayList<>();
    for (TargetNode node : start()) {
      if (node.awaitServing(SERVING_BOUND)) {
        log.add(node.name(), "serves again on " + onWhat);
      } else {
        log.add(node.name(), "does not serve again: " + node.stateEvidence());
        missing.add(node.name());
      }
    }
    if (!missing.isEmpty()) {
      throw new NotRecoveredException(
          missing,
          "%s did not serve again within %d s of its start on %s."
              .formatted(String.join(", ", missing), SERVING_BOUND.toSeconds(), onWhat));
    }
  }
}
