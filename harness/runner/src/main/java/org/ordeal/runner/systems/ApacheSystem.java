package org.ordeal.runner.systems;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.EnvironmentException;
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

  /** DLedger's peers are told each other's ports in files, which can name proxies. */
  private static final ApachePorts SHARED = new ApachePorts(true, Port.Protocol.REMOTING);

  /** HA ports are announced, so proxies must have their numbers: see {@link BindAgent}. */
  private static final ApachePorts ANNOUNCED = new ApachePorts(false, Port.Protocol.REMOTING);

  /**
   * Without these, 5.1.0 starts fresh on JDK 17 and newer, but dies at the restart after a kill.
   */
  private static final List<String> ACCESS =
      List.of(
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED");

  /**
   * Nobody speaks TLS to a node, and a node that may have to makes keys at each start: more than
   * half of the processor time that a broker takes to start.
   */
  private static final String PLAIN = "-Dtls.server.mode=disabled";

  ApacheSystem {
    jars = List.copyOf(jars);
  }

  @Override
  public Optional<String> refusal(ClusterSpec spec) {
    return Optional.empty();
  }

  @Override
  public List<Port> ports(ClusterSpec spec, Member node) {
    return ports(spec).of(spec, node);
  }

  private static ApachePorts ports(ClusterSpec spec) {
    return announced(spec) ? ANNOUNCED : SHARED;
  }

  private static boolean announced(ClusterSpec spec) {
    return switch (spec.topology()) {
      case SINGLE, DLEDGER -> false;
      case ASYNC_MASTER, SYNC_MASTER, CONTROLLER -> true;
    };
  }

  @Override
  public NodeProgram program(ClusterSpec spec, Member node, Addresses addresses) {
    BrokerProperties properties = new BrokerProperties(ports(spec), true);
    boolean broker = node.kind() == NodeKind.BROKER;
    String file = broker ? "broker.conf" : "namesrv.conf";
    Path home = addresses.directory(node);
    return new NodeProgram(
        broker
            ? "org.apache.rocketmq.broker.BrokerStartup"
            : "org.apache.rocketmq.namesrv.NamesrvStartup",
        jars,
        JvmFlags.of(node.kind(), flags(spec, node, addresses)),
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

  private static List<String> flags(ClusterSpec spec, Member node, Addresses addresses) {
    Path home = addresses.directory(node);
    List<String> flags = new ArrayList<>(ACCESS);
    flags.add(PLAIN);
    // Its logs go below the user's home.
    flags.add("-Duser.home=" + home);
    String address = addresses.bindAddress(node);
    if (announced(spec) && address.startsWith("127.")) {
      try {
        flags.add(BindAgent.flag(home.resolve("bind-agent.jar"), address));
      } catch (IOException e) {
        throw new EnvironmentException(
            "The agent that gives %s an address of its own could not be written to %s: %s."
                .formatted(node.name(), home, e),
            e);
      }
    }
    return flags;
  }
}
