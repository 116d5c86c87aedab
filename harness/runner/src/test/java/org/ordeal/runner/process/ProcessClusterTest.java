package org.ordeal.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.Evidence;
import org.ordeal.faults.Fault;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Faults;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Link;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.Order;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.ClusterException;
import org.ordeal.runner.cluster.ClusterRuntime.Launch;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.RoleView;
import org.ordeal.runner.cluster.Topology;

/** Faults of processes and links on a cluster of three toys, a NameServer and a client node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessClusterTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path directory;

  private Cluster cluster;
  private int orders;

  @BeforeAll
  void launch() throws ClusterException, InterruptedException {
    cluster = launch("", directory.resolve("run"));
  }

  @AfterAll
  void close() {
    List<Long> pids =
        cluster.nodes().stream().map(node -> node.pid().orElse(-1)).filter(pid -> pid > 0).toList();
    cluster.close();
    assertThat(pids).isNotEmpty().noneMatch(pid -> ProcessHandle.of(pid).isPresent());
  }

  private static Cluster launch(String broken, Path run)
      throws ClusterException, InterruptedException {
    return new ProcessRuntime()
        .launch(
            new Launch(
                new ToySystem(broken),
                new ClusterSpec(Topology.DLEDGER, Flush.SYNC, 1, 3, 1, 1, Map.of(), Map.of()),
                (client, addresses) -> ToySystem.idle(addresses, client),
                run,
                System.nanoTime(),
                null,
                line -> {}));
  }

  private Injection inject(String fault, String target, String... nodes)
      throws FaultException, InterruptedException {
    return inject(fault, target, Map.of(), nodes);
  }

  private Injection inject(
      String fault, String target, Map<String, Object> attributes, String... nodes)
      throws FaultException, InterruptedException {
    Fault named = Faults.named(fault).orElseThrow();
    return named.inject(
        cluster, new Order("order" + orders++, target, List.of(nodes), attributes, 42));
  }

  private Link link(String from, String to) {
    return cluster.links(from, to).getFirst();
  }

  private boolean answers(String from, String to) throws InterruptedException {
    return link(from, to).probe(0, PATIENCE).answered();
  }

  /** What a link says when it should be dead: no point in waiting for long. */
  private boolean swallows(String from, String to) throws InterruptedException {
    return link(from, to).probe(0, Duration.ofMillis(300)).outcome() == Link.Probe.Outcome.SILENT;
  }

  @Test
  void shouldHaveAProxyOnEveryDirectedLink() throws InterruptedException {
    assertThat(cluster.links("n0", "n1")).extracting(Link::port).containsExactly("listen", "raft");
    assertThat(cluster.links("c0", "n1")).extracting(Link::port).containsExactly("listen");
    assertThat(cluster.links("n2", "ns0")).extracting(Link::port).containsExactly("listen");
    assertThat(cluster.links("n0", "n0")).isEmpty();
    assertThat(answers("n0", "n1")).isTrue();
    assertThat(answers("c0", "ns0")).isTrue();
  }

  @Test
  void shouldGiveEveryNodeItsOwnViewOfNames() throws IOException {
    String n0 = Files.readString(cluster.node("n0").directory().resolve("hosts"));
    String n1 = Files.readString(cluster.node("n1").directory().resolve("hosts"));
    assertThat(n0)
        .containsPattern("127\\.\\d+\\.0\\.10 n0\n")
        .containsPattern("127\\.\\d+\\.1\\.11 n1\n");
    assertThat(n1)
        .containsPattern("127\\.\\d+\\.2\\.10 n0\n")
        .containsPattern("127\\.\\d+\\.0\\.11 n1\n");
  }

  @Test
  void shouldAskBrokersWhoLeads() throws InterruptedException {
    assertThat(cluster.leader("g0")).contains("n0");
    await("an answer of each")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(cluster.roles())
                    .extracting(RoleView::role)
                    .containsExactly(
                        RoleView.Role.LEADER, RoleView.Role.FOLLOWER, RoleView.Role.FOLLOWER));
  }

  @Test
  void shouldKillTheLeaderAndStartItAgain() throws Exception {
    long before = cluster.node("n0").pid().orElseThrow();
    Injection kill = inject("kill", "leader");
    assertThat(kill.nodes()).containsExactly("n0");
    assertThat(cluster.node("n0").state()).isEqualTo(NodeState.GONE);
    assertThat(cluster.node("n0").exitCode()).hasValue(137);
    assertThat(kill.took()).isTrue();
    assertThat(kill.evidence())
        .extracting(Evidence::observation)
        .anyMatch(o -> o.contains("is gone"));
    kill.heal();
    assertThat(kill.healed()).isTrue();
    assertThat(cluster.node("n0").pid().orElseThrow()).isNotEqualTo(before);
    assertThat(answers("n1", "n0")).isTrue();
  }

  @Test
  void shouldSayThatAKillOfADeadNodeDidNotTake() throws Exception {
    Injection first = inject("kill", "one", "n1");
    Injection second = inject("kill", "one", "n1");
    assertThat(second.took()).isFalse();
    first.heal();
    assertThat(cluster.node("n1").state()).as("held down by the second").isEqualTo(NodeState.GONE);
    second.heal();
    assertThat(cluster.node("n1").state()).isEqualTo(NodeState.RUNNING);
  }

  @Test
  void shouldPauseAMinorityAndLetItGoOn() throws Exception {
    Injection pause = inject("pause", "minority");
    String node = pause.nodes().getFirst();
    assertThat(pause.nodes()).hasSize(1);
    assertThat(cluster.node(node).state()).isEqualTo(NodeState.PAUSED);
    assertThat(pause.took()).isTrue();
    pause.heal();
    assertThat(cluster.node(node).state()).isEqualTo(NodeState.RUNNING);
    assertThat(pause.took()).isTrue();
  }

  @Test
  void shouldSayThatAPauseWhichSomebodyEndedDidNotTake() throws Exception {
    Injection pause = inject("pause", "one", "n2");
    cluster.node("n2").resume();
    pause.heal();
    assertThat(pause.took()).isFalse();
  }

  @Test
  void shouldRestartEveryBrokerInTurn() throws Exception {
    List<Long> before = cluster.nodes().stream().map(node -> node.pid().orElse(-1)).toList();
    Injection rolling = inject("rolling-restart", "all");
    rolling.heal();
    assertThat(rolling.took()).isTrue();
    List<Long> after = cluster.nodes().stream().map(node -> node.pid().orElse(-1)).toList();
    for (int i = 0; i < 3; i++) {
      assertThat(after.get(i)).isPositive().isNotEqualTo(before.get(i));
    }
    assertThat(after.get(3)).as("the NameServer was left alone").isEqualTo(before.get(3));
  }

  @Test
  void shouldPartitionOneBrokerFromItsGroupAndFromNobodyElse() throws Exception {
    Injection partition = inject("partition", "one", "n1");
    assertThat(partition.took()).isTrue();
    assertThat(swallows("n0", "n1")).isTrue();
    assertThat(swallows("n1", "n2")).isTrue();
    assertThat(answers("n0", "n2")).isTrue();
    assertThat(answers("c0", "n1")).isTrue();
    partition.heal();
    assertThat(answers("n0", "n1")).isTrue();
    assertThat(partition.healed()).isTrue();
  }

  @Test
  void shouldLoseOnlyWhatTheMutedBrokerSays() throws Exception {
    Injection oneWay = inject("partition", "one-way", "n2");
    assertThat(oneWay.took()).isTrue();
    Link.Traffic before = link("n0", "n2").traffic().orElseThrow();
    assertThat(swallows("n0", "n2")).isTrue();
    await("the request's arrival")
        .atMost(PATIENCE)
        .until(() -> link("n0", "n2").traffic().orElseThrow().upstreamOut() > before.upstreamOut());
    Link.Traffic after = link("n0", "n2").traffic().orElseThrow();
    assertThat(after.downstreamOut()).as("the answer does not").isEqualTo(before.downstreamOut());
    oneWay.heal();
    assertThat(answers("n0", "n2")).isTrue();
  }

  @Test
  void shouldLeaveAnotherFaultOnTheSameLinkWhenOneIsHealed() throws Exception {
    Injection latency = inject("latency", "one", Map.of("latency_ms", 1200, "jitter_ms", 0), "n1");
    Injection partition = inject("partition", "one", "n1");
    partition.heal();
    Link.Probe probe = link("n0", "n1").probe(0, PATIENCE);
    assertThat(probe.answered()).isTrue();
    assertThat(probe.millis()).isGreaterThan(250);
    latency.heal();
    assertThat(latency.took()).isTrue();
    assertThat(link("n0", "n1").proxy().toxics().getAll()).isEmpty();
  }

  @Test
  void shouldSlowAConnectionDown() throws Exception {
    Injection bandwidth = inject("bandwidth", "one", Map.of("rate_kb_s", 64), "n0");
    assertThat(bandwidth.took()).isTrue();
    bandwidth.heal();
    assertThat(bandwidth.healed()).isTrue();
  }

  @Test
  void shouldBreakConnectionsOfAClient() throws Exception {
    Injection reset = inject("reset", "clients");
    assertThat(reset.nodes()).containsExactly("c0");
    assertThat(reset.took()).isTrue();
    assertThat(answers("c0", "n0")).isFalse();
    assertThat(answers("n1", "n0")).isTrue();
    reset.heal();
    assertThat(answers("c0", "n0")).isTrue();
  }

  @Test
  void shouldSwallowEverythingOfANameServer() throws Exception {
    Injection blackhole = inject("blackhole", "nameserver");
    assertThat(blackhole.took()).isTrue();
    assertThat(swallows("n0", "ns0")).isTrue();
    assertThat(swallows("c0", "ns0")).isTrue();
    assertThat(answers("n0", "n1")).isTrue();
    blackhole.heal();
    assertThat(answers("n0", "ns0")).isTrue();
  }

  @Test
  void shouldSayThatAFaultWithoutEffectDidNotTake() throws Exception {
    Injection partition = inject("partition", "one", "n1");
    // Somebody takes the toxics away: what should have been cut answers.
    for (Link link : allLinks()) {
      for (var toxic : link.proxy().toxics().getAll()) {
        toxic.remove();
      }
    }
    partition.heal();
    assertThat(partition.took()).isFalse();
  }

  @Test
  void shouldSayNothingOfALinkToADeadNode() throws Exception {
    Injection kill = inject("kill", "one", "n2");
    Injection latency = inject("latency", "one", Map.of("latency_ms", 50, "jitter_ms", 0), "n2");
    assertThat(latency.evidence())
        .extracting(Evidence::observation)
        .anyMatch(observation -> observation.contains("the node was not running"));
    latency.heal();
    kill.heal();
  }

  private List<Link> allLinks() {
    List<Link> all = new ArrayList<>();
    for (var from : cluster.nodes()) {
      for (var to : cluster.nodes()) {
        all.addAll(cluster.links(from.name(), to.name()));
      }
    }
    return all;
  }

  @Test
  void shouldShowTheLastLogLinesOfANodeThatDiesAtStart(@TempDir Path other) {
    assertThatThrownBy(() -> launch("n1", other))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("broker n1 ended")
        .hasMessageContaining("exit code 3")
        .hasMessageContaining("the toy's store is broken beyond repair");
  }
}
