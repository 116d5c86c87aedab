package org.ordeal.runner.systems;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Topology;

/**
 * The reference broker. It heeds {@code bindAddress} on every port.
 *
 * @param name as on the command line
 * @param digest SHA-256 over its classes and jars
 * @param classPath classes and jars
 * @param aotCache an ahead-of-time cache of the class path, which need not exist
 */
record ReferenceSystem(String name, String digest, List<Path> classPath, Path aotCache)
    implements SystemUnderTest {

  private static final ApachePorts PORTS = new ApachePorts(false, Port.Protocol.BOLT);
  private static final Set<Topology> TOPOLOGIES = EnumSet.of(Topology.SINGLE, Topology.DLEDGER);

  /**
   * The ahead-of-time cache lies where it was made to lie: all JVMs share its pages, and none has
   * to correct 46 MB of addresses while its group wants a leader.
   */
  private static final List<String> SHARED_CACHE =
      List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0");

  ReferenceSystem {
    classPath = List.copyOf(classPath);
  }

  @Override
  public Optional<String> refusal(ClusterSpec spec) {
    if (TOPOLOGIES.contains(spec.topology())) {
      return Optional.empty();
    }
    return Optional.of(
        "The system reference has no topology %s; it has %s."
            .formatted(
                spec.topology().label(),
                TOPOLOGIES.stream().map(Topology::label).collect(Collectors.joining(" and "))));
  }

  @Override
  public List<Port> ports(ClusterSpec spec, Member node) {
    // It has no second port for urgent requests: clients ask for that only where they are told to.
    // A group of one has no peers and listens for none.
    return PORTS.of(spec, node).stream()
        .filter(port -> !port.name().equals("vip"))
        .filter(port -> spec.nodes() > 1 || !port.name().equals("raft"))
        .toList();
  }

  @Override
  public NodeProgram program(ClusterSpec spec, Member node, Addresses addresses) {
    BrokerProperties properties = new BrokerProperties(PORTS, false);
    boolean broker = node.kind() == NodeKind.BROKER;
    String file = broker ? "broker.conf" : "namesrv.conf";
    Path home = addresses.directory(node);
    return new NodeProgram(
        broker ? "org.ordeal.broker.BrokerMain" : "org.ordeal.nameserver.NameServerMain",
        classPath,
        JvmFlags.of(
            node.kind(),
            Stream.concat(SHARED_CACHE.stream(), Stream.of("-Duser.home=" + home)).toList()),
        List.of("-c", home.resolve(file).toString()),
        Map.of(),
        Map.of(
            file,
            BrokerProperties.text(
                broker
                    ? properties.broker(spec, node, addresses)
                    : properties.nameServer(spec, node, addresses))),
        null,
        aotCache);
  }
}
