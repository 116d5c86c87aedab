package org.ordeal.runner;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import org.ordeal.faults.Link;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.history.OperationType;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.Node;

/**
 * Looks for the cause before a node that did not come back is held against the system: the harness
 * stands in every connection and under every store, so it must show that its own proxies carry the
 * ones again, its daemon serves the others, and the machine's disk has room.
 *
 * <p>Every link from and to such a node is asked through its proxy and, where that fails, past it.
 * One where the node answers only past the proxy is the harness' fault, and the run is unknown.
 * What the links said goes into the history as evidence, and every running node writes its threads'
 * stacks to its console, for whoever looks for the cause in the system.
 */
final class Inquest {

  private static final Duration PROBE_BOUND = Duration.ofSeconds(2);
  private static final int TRIES = 3;

  /** RocketMQ's {@code diskSpaceWarningLevelRatio}, which it lets nobody raise. */
  private static final double BROKERS_REFUSE = 0.9;

  private final Cluster cluster;
  private final NemesisJournal journal;
  private final DoubleSupplier used;

  /**
   * @param run the run's directory, on the file system that the brokers are told of as theirs
   */
  Inquest(Cluster cluster, NemesisJournal journal, Path run) {
    this(cluster, journal, () -> usedShare(run));
  }

  /**
   * @param used which share of the machine's file system is taken, 0 to 1
   */
  Inquest(Cluster cluster, NemesisJournal journal, DoubleSupplier used) {
    this.cluster = cluster;
    this.journal = journal;
    this.used = used;
  }

  private static double usedShare(Path directory) {
    try {
      FileStore store = Files.getFileStore(directory);
      return 1 - (double) store.getUsableSpace() / Math.max(1, store.getTotalSpace());
    } catch (IOException unknown) {
      return 0;
    }
  }

  /**
   * Asks all links of these nodes, and the fault disks.
   *
   * @param unrecovered at least one node or group; a group stands for all of its nodes
   * @return a sentence for each link that the harness does not carry, one where it serves the disks
   *     no more, and one where the machine has no room left; empty where it is not to blame
   */
  List<String> of(Collection<String> unrecovered) throws InterruptedException {
    TreeSet<String> names = new TreeSet<>();
    for (Node node : cluster.nodes()) {
      if (unrecovered.contains(node.name()) || unrecovered.contains(node.member().group())) {
        names.add(node.name());
      }
      if (node.dumpThreads()) {
        journal.write(
            OperationType.INFO, "dump-threads", Map.of("node", node.name()), node.name(), null);
      }
    }
    List<String> blamed = new ArrayList<>();
    cluster.disks().ifPresent(disks -> ask(disks, blamed));
    double share = used.getAsDouble();
    if (share >= BROKERS_REFUSE) {
      blamed.add(
          "The machine's own disk is %.0f %% full: RocketMQ's brokers refuse to store from %.0f %% on, which is not held against the system. Make room, or name another place with --store."
              .formatted(share * 100, BROKERS_REFUSE * 100));
    }
    Map<String, Object> seen = new TreeMap<>();
    for (Node from : cluster.nodes()) {
      for (Node to : cluster.nodes()) {
        boolean asked = names.contains(from.name()) || names.contains(to.name());
        if (asked && to.state() == NodeState.RUNNING) {
          for (Link link : cluster.links(from.name(), to.name())) {
            ask(link, seen, blamed);
          }
        }
      }
    }
    if (!seen.isEmpty()) {
      journal.write(OperationType.INFO, "probe-links", seen, String.join(",", names), null);
    }
    return blamed;
  }

  private static void ask(DiskControl disks, List<String> blamed) {
    try {
      var _ = disks.list();
    } catch (DiskException gone) {
      blamed.add(
          "The harness serves the brokers' disks no more, so that none could come back: %s What the brokers lost by that is not held against the system."
              .formatted(gone.getMessage()));
    }
  }

  private static void ask(Link link, Map<String, Object> seen, List<String> blamed)
      throws InterruptedException {
    Link.Probe through = link.probe(0, PROBE_BOUND);
    for (int tries = 1; tries < TRIES && failed(through); tries++) {
      through = link.probe(0, PROBE_BOUND);
    }
    Link.Probe past = failed(through) ? link.probeDirectly(PROBE_BOUND) : through;
    seen.put(link.label(), through.outcome().name());
    if (failed(through) && past.answered()) {
      blamed.add(
          "The harness does not carry the link %s after all faults were healed: through the proxy the probe ended as %s, past it the node answered in %.1f ms. What this node did not catch up with is not held against the system."
              .formatted(link.label(), through.outcome(), past.millis()));
    }
  }

  private static boolean failed(Link.Probe probe) {
    return !probe.answered() && probe.outcome() != Link.Probe.Outcome.NOT_PROBED;
  }
}
