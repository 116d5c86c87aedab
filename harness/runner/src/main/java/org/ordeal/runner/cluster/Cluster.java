package org.ordeal.runner.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.ordeal.faults.Environment;
import org.ordeal.faults.disk.DiskCanary;

/**
 * A running cluster. Safe for use by several threads. It ends with {@link #close}, with the JVM,
 * or, where that was killed, with the next command.
 */
public interface Cluster extends Environment, AutoCloseable {

  /** What runs. */
  SystemUnderTest system();

  /** How it runs. */
  ClusterSpec spec();

  /** Every node, brokers first, then NameServers, then clients, each by number. */
  List<Node> nodes();

  @Override
  default List<Node> targets() {
    return nodes();
  }

  /** The node of that name. */
  default Node node(String name) {
    return (Node) target(name);
  }

  /** NameServers as a client node must be told: {@code ns0:9876;ns1:9876}. */
  String nameServerAddresses();

  /** Each broker's name and its address as a client node must be told: {@code n0:10911}. */
  Map<String, String> brokerAddresses();

  /** What each broker says of itself now, in order of {@link #nodes}. */
  List<RoleView> roles() throws InterruptedException;

  /** Names of the brokers that do not know all of these topics, or do not say so in a second. */
  default List<String> unawareOf(Collection<String> topics) throws InterruptedException {
    return List.of();
  }

  /** Names of the groups. */
  List<String> groups();

  /** What the canary saw on each fault disk before anything started; empty without disks. */
  default List<DiskCanary> canaries() {
    return List.of();
  }

  /** Stops every node and proxy, and releases addresses. Harmless when called again. */
  @Override
  void close();
}
