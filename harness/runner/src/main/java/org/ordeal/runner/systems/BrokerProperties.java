package org.ordeal.runner.systems;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.Topology;

/**
 * Writes the property files of brokers and NameServers, as RocketMQ reads them.
 *
 * <p>Files carry names, never addresses; the one exception is {@code bindAddress}, which says where
 * to listen. A peer's port may differ from file to file, since it is the port of the proxy that
 * stands between the two.
 *
 * @param ports the ports of each broker and NameServer, by name
 * @param slavesRefuseReads whether slaves refuse to be read unless they are told to serve, as
 *     Apache's do
 */
record BrokerProperties(ApachePorts ports, boolean slavesRefuseReads) {

  /** Name of the cluster in every file. */
  static final String CLUSTER = "OrdealCluster";

  private static final String COMMIT_LOG_FILE_BYTES = Integer.toString(64 << 20);
  private static final String CONTROLLER_FILE_BYTES = Integer.toString(16 << 20);

  /** Properties of one broker, in the order in which they are written. */
  Map<String, String> broker(ClusterSpec spec, Member broker, Addresses addresses) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("brokerClusterName", CLUSTER);
    properties.put("brokerName", broker.group());
    properties.put("brokerId", brokerId(spec, broker));
    properties.put("listenPort", number(addresses.bound(broker, ports.listen())));
    properties.put("bindAddress", addresses.bindAddress(broker));
    properties.put("brokerIP1", broker.name());
    properties.put("brokerIP2", broker.name());
    properties.put("namesrvAddr", nameServers(spec, broker, addresses));
    properties.put("storePathRootDir", addresses.store(broker).toString());
    properties.put("storePathCommitLog", addresses.store(broker).resolve("commitlog").toString());
    properties.put("flushDiskType", spec.flush().property());
    properties.put("mappedFileSizeCommitLog", COMMIT_LOG_FILE_BYTES);
    properties.put("haListenPort", number(addresses.bound(broker, ports.ha())));
    // A machine whose disk is three quarters full must not look like a broker that refuses writes.
    properties.put("diskMaxUsedSpaceRatio", "95");
    if (slavesRefuseReads) {
      // What nobody can read nobody can compare.
      properties.put("slaveReadEnable", "true");
    }
    switch (spec.topology()) {
      case SINGLE -> properties.put("brokerRole", "ASYNC_MASTER");
      case DLEDGER -> dledger(spec, broker, addresses, properties);
      case ASYNC_MASTER, SYNC_MASTER -> masterAndSlaves(spec, broker, properties);
      case CONTROLLER -> controlled(spec, broker, addresses, properties);
    }
    properties.putAll(spec.brokerProperties());
    return properties;
  }

  /** Properties of one NameServer. */
  Map<String, String> nameServer(ClusterSpec spec, Member server, Addresses addresses) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("listenPort", number(addresses.bound(server, ports.nameServer())));
    properties.put("bindAddress", addresses.bindAddress(server));
    if (spec.topology() == Topology.CONTROLLER) {
      properties.put("enableControllerInNamesrv", "true");
      properties.put("controllerDLegerGroup", "OrdealController");
      properties.put(
          "controllerDLegerPeers",
          peers(
              spec.members(NodeKind.NAMESERVER), server, ports.controller(), addresses, "n", "ns"));
      properties.put("controllerDLegerSelfId", "n" + server.name().substring("ns".length()));
      properties.put("controllerStorePath", addresses.store(server).toString());
      properties.put("mappedFileSize", CONTROLLER_FILE_BYTES);
    }
    properties.putAll(spec.nameServerProperties());
    return properties;
  }

  /** The text of a property file. */
  static String text(Map<String, String> properties) {
    return properties.entrySet().stream()
        .map(property -> property.getKey() + "=" + property.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private void dledger(
      ClusterSpec spec, Member broker, Addresses addresses, Map<String, String> properties) {
    properties.put("enableDLegerCommitLog", "true");
    properties.put("dLegerGroup", broker.group());
    properties.put(
        "dLegerPeers", peers(group(spec, broker), broker, ports.raft(), addresses, "n", "n"));
    properties.put("dLegerSelfId", broker.name());
  }

  private static void masterAndSlaves(
      ClusterSpec spec, Member broker, Map<String, String> properties) {
    Member master = group(spec, broker).getFirst();
    boolean sync = spec.topology() == Topology.SYNC_MASTER;
    if (sync) {
      // Without it a SYNC_MASTER of 5.x acknowledges what no slave has.
      properties.put("inSyncReplicas", "2");
    }
    if (broker.equals(master)) {
      properties.put("brokerRole", sync ? "SYNC_MASTER" : "ASYNC_MASTER");
    } else {
      properties.put("brokerRole", "SLAVE");
    }
  }

  private void controlled(
      ClusterSpec spec, Member broker, Addresses addresses, Map<String, String> properties) {
    properties.put("enableControllerMode", "true");
    properties.put(
        "controllerAddr",
        spec.members(NodeKind.NAMESERVER).stream()
            .map(server -> server.name() + ":" + addresses.seen(broker, server, ports.controller()))
            .collect(Collectors.joining(";")));
    properties.putAll(spec.topology().settings());
  }

  private static String brokerId(ClusterSpec spec, Member broker) {
    return switch (spec.topology()) {
      case SINGLE, DLEDGER -> "0";
      case ASYNC_MASTER, SYNC_MASTER -> Integer.toString(group(spec, broker).indexOf(broker));
      case CONTROLLER -> "-1";
    };
  }

  private String nameServers(ClusterSpec spec, Member from, Addresses addresses) {
    return spec.members(NodeKind.NAMESERVER).stream()
        .map(server -> server.name() + ":" + addresses.seen(from, server, ports.nameServer()))
        .collect(Collectors.joining(";"));
  }

  /** A member list in DLedger's form, {@code n0-n0:40911;n1-n1:40911}; ids must begin with n. */
  private static String peers(
      List<Member> members,
      Member self,
      Port port,
      Addresses addresses,
      String idPrefix,
      String namePrefix) {
    return members.stream()
        .map(
            peer ->
                idPrefix
                    + peer.name().substring(namePrefix.length())
                    + "-"
                    + peer.name()
                    + ":"
                    + (peer.equals(self)
                        ? addresses.bound(self, port)
                        : addresses.seen(self, peer, port)))
        .collect(Collectors.joining(";"));
  }

  private static List<Member> group(ClusterSpec spec, Member broker) {
    return spec.members(NodeKind.BROKER).stream()
        .filter(member -> member.group().equals(broker.group()))
        .toList();
  }

  private static String number(int port) {
    return Integer.toString(port);
  }
}
