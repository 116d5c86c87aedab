package org.ordeal.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
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
 * ones again and its daemon serves the others.
 *
 * <p>Every link from and to such a node is asked through its proxy and, where that fails, past it.
 * One where the node answers only past the proxy is the harness' fault, and the run is unknown.
 * What the links said goes into the history as evidence, and every running node writes its threads'
 * stacks to its console, for whoever looks for the cause in the system.
 */
final class Inquest {

  private static final Duration PROBE_BOUND = Duration.ofSeconds(2);
  private static final int TRIES = 3;

  private final Cluster cluster;
  private final NemesisJournal journal;

  Inquest(Cluster cluster, NemesisJournal journal) {
    this.cluster = cluster;
    this.journal = journal;
  }

  /**
   * Asks all links of these nodes, and the fault disks.
   *
   * @param unrecovered at least one node or group; a group stands for all of its nodes
   * @return a sentence for each link that the harness does not carry, and one where it serves the
   *     disks no more; empty where it is not to blame
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
