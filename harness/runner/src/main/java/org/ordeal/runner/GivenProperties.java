package org.ordeal.runner;

import java.util.Map;
import java.util.Set;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.Topology;

/**
 * Refuses broker properties of a user's that would make a verdict worthless: such as move the store
 * off the fault disk or a port from behind its proxy, and such as contradict the options that the
 * promise is taken from.
 */
final class GivenProperties {

  /** Where a broker stands and what it is called; and every property that begins with storePath. */
  private static final Set<String> LAID_OUT =
      Set.of(
          "listenPort",
          "haListenPort",
          "bindAddress",
          "brokerIP1",
          "brokerIP2",
          "brokerId",
          "brokerName",
          "brokerClusterName",
          "namesrvAddr",
          "storeCheckpoint",
          "abortFile",
          "dLegerGroup",
          "dLegerPeers",
          "dLegerSelfId",
          "controllerAddr");

  private static final Set<String> TOPOLOGY =
      Set.of("brokerRole", "enableDLegerCommitLog", "enableControllerMode");

  private GivenProperties() {}

  /**
   * Checks them.
   *
   * @throws UsageException with a sentence that names the property
   */
  static void check(Map<String, String> given, Topology topology, Flush flush) {
    for (String name : given.keySet().stream().sorted().toList()) {
      String value = given.getOrDefault(name, "").strip();
      if (name.startsWith("storePath") || LAID_OUT.contains(name)) {
        throw new UsageException(
            "The broker properties set %s. Where a broker keeps its files, where it listens and what it is called is laid out by Ordeal, which puts a disk under each store and a proxy before each port: take that line out."
                .formatted(name));
      }
      if (TOPOLOGY.contains(name)) {
        throw new UsageException(
            "The broker properties set %s, which --topology decides: take that line out."
                .formatted(name));
      }
      if (name.equals("flushDiskType") && !value.equals(flush.property())) {
        throw new UsageException(
            "The broker properties say flushDiskType=%s and --flush says %s, which is what the verdict would rest on: make them agree, or take the line out."
                .formatted(value, flush.label()));
      }
    }
    checkReplicas(given, topology);
  }

  private static void checkReplicas(Map<String, String> given, Topology topology) {
    String replicas = given.get("inSyncReplicas");
    if (replicas != null) {
      int least = topology == Topology.SYNC_MASTER ? 2 : 1;
      if (!replicas.strip().matches("[1-9]\\d{0,2}")
          || Integer.parseInt(replicas.strip()) < least) {
        throw new UsageException(
            "The broker properties say inSyncReplicas=%s; %s needs a number of at least %d."
                .formatted(replicas, topology.label(), least));
      }
    }
    if (topology == Topology.SYNC_MASTER
        && Boolean.parseBoolean(given.get("enableAutoInSyncReplicas"))) {
      throw new UsageException(
          "The broker properties set enableAutoInSyncReplicas, with which a master acknowledges alone when no slave keeps up: that is not sync-master; take the line out.");
    }
  }
}
