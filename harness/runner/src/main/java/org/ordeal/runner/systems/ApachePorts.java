package org.ordeal.runner.systems;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.Port.Binding;
import org.ordeal.runner.cluster.Port.Protocol;
import org.ordeal.runner.cluster.Topology;

/**
 * The ports of a system that reads RocketMQ's property files.
 *
 * @param wildcards whether DLedger, HA and controller servers listen on every address, as Apache's
 *     do
 * @param raftProtocol what members of a Raft group speak to each other
 */
record ApachePorts(boolean wildcards, Protocol raftProtocol) {

  private static final Set<NodeKind> EVERYBODY = Set.of(NodeKind.BROKER, NodeKind.CLIENT);

  Port listen() {
    return new Port("listen", 10911, Protocol.REMOTING, EVERYBODY, number());
  }

  Port vip() {
    return new Port("vip", 10909, Protocol.REMOTING, EVERYBODY, number());
  }

  Port ha() {
    return new Port("ha", 10912, Protocol.OPAQUE, Set.of(NodeKind.BROKER), everywhere());
  }

  Port raft() {
    return new Port("raft", 40911, raftProtocol, Set.of(NodeKind.BROKER), everywhere());
  }

  Port nameServer() {
    return new Port("listen", 9876, Protocol.REMOTING, EVERYBODY, Binding.ADDRESS);
  }

  Port controller() {
    return new Port(
        "controller",
        9986,
        Protocol.REMOTING,
        Set.of(NodeKind.BROKER, NodeKind.NAMESERVER),
        everywhere());
  }

  private Binding everywhere() {
    return wildcards ? Binding.WILDCARD : Binding.ADDRESS;
  }

  /** Releases before 5.1.1 take listenPort + 1 for HA, whatever haListenPort says. */
  private Binding number() {
    return wildcards ? Binding.NUMBER : Binding.ADDRESS;
  }

  /** The ports that a node of such a cluster listens on. */
  List<Port> of(ClusterSpec spec, Member node) {
    List<Port> open = new ArrayList<>();
    switch (node.kind()) {
      case BROKER -> {
        open.add(listen());
        open.add(vip());
        switch (spec.topology()) {
          case SINGLE -> {
            // Nobody follows.
          }
          case DLEDGER -> open.add(raft());
          case ASYNC_MASTER, SYNC_MASTER, CONTROLLER -> open.add(ha());
        }
      }
      case NAMESERVER -> {
        open.add(nameServer());
        if (spec.topology() == Topology.CONTROLLER) {
          open.add(controller());
        }
      }
      case CLIENT -> {
        // Clients only dial.
      }
    }
    return open;
  }
}
