package org.ordeal.runner.systems;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemUnderTest;

/**
 * A build of Apache RocketMQ 5.
 *
 * @param name as on the command line
 * @param digest SHA-256 over its jars
 * @param jars its class path
 */
record ApacheSystem(String name, String digest, List<Path> jars) implements SystemUnderTest {

  private static final ApachePorts PORTS = new ApachePorts(true, Port.Protocol.REMOTING);

  /**
   * Without these, 5.1.0 starts fresh on JDK 17 and newer, but dies at the restart after a kill.
   */
  private static final List<String> ACCESS =
      List.of(
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED");

  ApacheSystem {
    jars = List.copyOf(jars);
  }

  @Override
  public Optional<String> refusal(ClusterSpec spec) {
    return Optional.empty();
  }

  @Override
  public List<Port> ports(ClusterSpec spec, Member node) {
    return PORTS.of(spec, node);
  }

  @Override
  public NodeProgram program(ClusterSpec spec, Member node, Addresses addresses) {
    BrokerProperties properties = new BrokerProperties(PORTS);
    boolean broker = node.kind() == NodeKind.BROKER;
    String file = broker ? "broker.conf" : "namesrv.conf";
    Path home = addresses.directory(node);
    return new NodeProgram(
        broker
            ? "org.apache.rocketmq.broker.BrokerStartup"
            : "org.apache.rocketmq.namesrv.NamesrvStartup",
        jars,
        JvmFlags.of(
            broker ? JvmFlags.BROKER_HEAP : JvmFlags.NAME_SERVER_HEAP,
            ACCESS,
            // Its logs go below the user's home.
            List.of("-Duser.home=" + home)),
        List.of("-c", home.resolve(file).toString()),
        Map.of("ROCKETMQ_HOME", home.toString()),
        Map.of(
            file,
            BrokerProperties.text(
                broker
                    ? properties.broker(spec, node, addresses)
                    : properties.nameServer(spec, node, addresses))),
        null);
  }
}
