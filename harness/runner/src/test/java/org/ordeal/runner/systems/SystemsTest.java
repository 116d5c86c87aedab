package org.ordeal.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Systems;
import org.ordeal.runner.cluster.Topology;

/** Property files of each topology, and what a user is told who asks for what there is not. */
class SystemsTest {

  @TempDir private Path directory;

  private Properties broker(Topology topology, int number, Map<String, String> more)
      throws IOException {
    ClusterSpec spec =
        new ClusterSpec(topology, Flush.SYNC, 1, topology.defaultNodes(), 2, 0, more, Map.of());
    Member node = spec.members(NodeKind.BROKER).get(number);
    NodeProgram program =
        new ApacheSystem("rocketmq:test", "0", List.of()).program(spec, node, new Here(directory));
    Properties properties = new Properties();
    properties.load(new StringReader(program.files().getOrDefault("broker.conf", "")));
    return properties;
  }

  @Test
  void shouldSpareANodeTheKeysThatNobodyUses() {
    ClusterSpec spec =
        new ClusterSpec(Topology.DLEDGER, Flush.SYNC, 1, 3, 1, 0, Map.of(), Map.of());
    for (NodeKind kind : new NodeKind[] {NodeKind.BROKER, NodeKind.NAMESERVER}) {
      NodeProgram program =
          new ApacheSystem("rocketmq:test", "0", List.of())
              .program(spec, spec.members(kind).getFirst(), new Here(directory));
      assertThat(program.jvmFlags()).contains("-Dtls.server.mode=disabled");
    }
  }

  @Test
  void shouldNamePeersByNameAndProxy() throws IOException {
    assertThat(broker(Topology.DLEDGER, 1, Map.of()))
        .containsEntry("dLegerPeers", "n0-n0:40911;n1-n1:20001;n2-n2:40911")
        .containsEntry("dLegerSelfId", "n1")
        .containsEntry("brokerIP1", "n1")
        .containsEntry("flushDiskType", "SYNC_FLUSH")
        .containsEntry("namesrvAddr", "ns0:9876;ns1:9876");
  }

  @Test
  void shouldMakeASyncMasterReallySynchronous() throws IOException {
    assertThat(broker(Topology.SYNC_MASTER, 0, Map.of()))
        .containsEntry("brokerRole", "SYNC_MASTER")
        .containsEntry("inSyncReplicas", "2");
    assertThat(broker(Topology.SYNC_MASTER, 1, Map.of()))
        .containsEntry("brokerRole", "SLAVE")
        .containsEntry("brokerId", "1");
  }

  @Test
  void shouldLetTheUserHaveTheLastWord() throws IOException {
    assertThat(broker(Topology.SYNC_MASTER, 0, Map.of("inSyncReplicas", "1")))
        .containsEntry("inSyncReplicas", "1");
  }

  @Test
  void shouldLetEverySlaveBeRead() throws IOException {
    for (Topology topology : Topology.values()) {
      assertThat(broker(topology, 0, Map.of()))
          .as(topology.label())
          .containsEntry("slaveReadEnable", "true");
    }
  }

  @Test
  void shouldListControllersForBrokers() throws IOException {
    assertThat(broker(Topology.CONTROLLER, 2, Map.of()))
        .containsEntry("controllerAddr", "ns0:9986;ns1:9986")
        .containsEntry("brokerId", "-1");
  }

  @Test
  void shouldWaitForNoPortThatAGroupOfOneDoesNotOpen() {
    SystemUnderTest reference = new ReferenceSystem("reference", "0", List.of(), directory);
    for (int nodes : new int[] {1, 3}) {
      ClusterSpec spec =
          new ClusterSpec(Topology.DLEDGER, Flush.SYNC, 1, nodes, 1, 0, Map.of(), Map.of());
      assertThat(reference.ports(spec, spec.members(NodeKind.BROKER).getFirst()))
          .extracting(Port::name)
          .containsExactly(nodes == 1 ? new String[] {"listen"} : new String[] {"listen", "raft"});
    }
  }

  @Test
  void shouldSayWhichTopologiesTheReferenceHas() {
    ClusterSpec controller =
        new ClusterSpec(Topology.CONTROLLER, Flush.SYNC, 1, 3, 3, 0, Map.of(), Map.of());
    assertThat(
            new ReferenceSystem("reference", "0", List.of(), Path.of("none")).refusal(controller))
        .hasValueSatisfying(sentence -> assertThat(sentence).contains("no topology controller"));
  }

  @Test
  void shouldSuggestASystemForOneThatThereIsNot() {
    assertThatThrownBy(() -> Systems.resolve("kafka", line -> {}))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("There is no system called 'kafka'");
    assertThatThrownBy(() -> Systems.resolve("rocketmq:../etc", line -> {}))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("rocketmq:5.1.0");
    assertThatThrownBy(() -> Systems.resolve("dist:" + directory, line -> {}))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("lib/");
  }

  @Test
  void shouldRecogniseAnUnpackedReleaseByItsJars() throws IOException {
    Files.createDirectories(directory.resolve("lib"));
    for (String part : List.of("rocketmq-broker-5.jar", "rocketmq-namesrv-5.jar")) {
      Files.writeString(directory.resolve("lib").resolve(part), part);
    }
    String digest = Systems.resolve("dist:" + directory, line -> {}).digest();
    assertThat(digest).hasSize(64);
    Files.writeString(directory.resolve("lib/rocketmq-broker-5.jar"), "another build");
    assertThat(Systems.resolve("dist:" + directory, line -> {}).digest()).isNotEqualTo(digest);
  }

  /** Everything at canonical numbers, and wildcards elsewhere. */
  private record Here(Path directory) implements Addresses {

    @Override
    public String bindAddress(Member node) {
      return "0.0.0.0";
    }

    @Override
    public int bound(Member node, Port port) {
      return port.wildcard()
          ? 20000 + Integer.parseInt(node.name().replaceAll("\\D", ""))
          : port.number();
    }

    @Override
    public int seen(Member from, Member to, Port port) {
      return port.number();
    }

    @Override
    public Path directory(Member node) {
      return directory.resolve(node.name());
    }

    @Override
    public Path store(Member node) {
      return directory.resolve("store");
    }
  }
}
