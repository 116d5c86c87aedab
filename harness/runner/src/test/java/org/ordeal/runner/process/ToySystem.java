package org.ordeal.runner.process;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Topology;

/**
 * Toys instead of brokers: {@code n0} says that it leads, the others follow.
 *
 * @param broken name of a node that ends at once, empty for none
 */
record ToySystem(String broken) implements SystemUnderTest {

  private static final Set<NodeKind> EVERYBODY = Set.of(NodeKind.BROKER, NodeKind.CLIENT);

  @Override
  public String name() {
    return "toy";
  }

  @Override
  public String digest() {
    return "0";
  }

  @Override
  public Optional<String> refusal(ClusterSpec spec) {
    return spec.topology() == Topology.CONTROLLER
        ? Optional.of("Toys have no controller.")
        : Optional.empty();
  }

  @Override
  public List<Port> ports(ClusterSpec spec, Member node) {
    return switch (node.kind()) {
      case BROKER ->
          List.of(
              new Port("listen", 10911, Port.Protocol.REMOTING, EVERYBODY, Port.Binding.ADDRESS),
              new Port(
                  "raft",
                  40911,
                  Port.Protocol.REMOTING,
                  Set.of(NodeKind.BROKER),
                  Port.Binding.WILDCARD));
      case NAMESERVER ->
          List.of(
              new Port("listen", 9876, Port.Protocol.REMOTING, EVERYBODY, Port.Binding.ADDRESS));
      case CLIENT -> List.of();
    };
  }

  @Override
  public NodeProgram program(ClusterSpec spec, Member node, Addresses addresses) {
    List<String> arguments = new ArrayList<>();
    if (node.name().equals(broken)) {
      arguments.add("broken");
    } else if (node.kind() == NodeKind.NAMESERVER) {
      arguments.add("nameserver");
    } else {
      arguments.add(node.name().equals("n0") ? "leader" : "follower");
    }
    arguments.add(addresses.bindAddress(node));
    for (Port port : ports(spec, node)) {
      arguments.add(Integer.toString(addresses.bound(node, port)));
    }
    return program(arguments);
  }

  /** A toy that does nothing but live, as a client node. */
  static NodeProgram idle(Addresses addresses, Member client) {
    return program(List.of("follower", addresses.bindAddress(client), "7000"));
  }

  private static NodeProgram program(List<String> arguments) {
    try {
      Path classes =
          Path.of(ToyNode.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new NodeProgram(
          ToyNode.class.getName(),
          List.of(classes),
          List.of("-Xmx24m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"),
          arguments,
          Map.of(),
          Map.of("toy.conf", String.join(" ", arguments)),
          null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The tests' classes have no place.", e);
    }
  }
}
