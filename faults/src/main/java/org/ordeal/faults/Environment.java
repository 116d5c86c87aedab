package org.ordeal.faults;

import eu.rekawek.toxiproxy.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ordeal.faults.disk.DiskControl;

/**
 * A running cluster as faults see it.
 *
 * <p>Safe for use by several threads: several faults may be in force at once, on the same nodes and
 * links.
 */
public interface Environment {

  /** Which needs of faults it meets. */
  Set<Need> offers();

  /** Every node, brokers first, then NameServers, then clients, each by number. */
  List<? extends TargetNode> targets();

  /**
   * The node of that name.
   *
   * @throws IllegalArgumentException where there is none
   */
  default TargetNode target(String name) {
    for (TargetNode node : targets()) {
      if (node.name().equals(name)) {
        return node;
      }
    }
    throw new IllegalArgumentException("No node is called '" + name + "'.");
  }

  /**
   * Every link that {@code from} dials to {@code to}, one for each port; empty where it never dials
   * it.
   */
  List<Link> links(String from, String to);

  /**
   * Who leads a group now, by asking its nodes over the wire; empty where nobody claims to, or
   * where several do in the same term.
   */
  Optional<String> leader(String group) throws InterruptedException;

  /** Which faults hold which nodes; one object for the life of the environment. */
  Holds holds();

  /**
   * The fault disks, one under each broker's store and called as the broker; empty where {@link
   * #offers} has no {@link Need#DISK}.
   */
  default Optional<DiskControl> disks() {
    return Optional.empty();
  }

  /**
   * The proxy between a node's fault disk and its storage; empty where {@link #offers} has no
   * {@link Need#DISK_LINK}, and for a node that has no disk.
   */
  default Optional<Proxy> diskLink(String node) {
    return Optional.empty();
  }

  /** Nanoseconds since the start of the run. */
  long nanos();
}
