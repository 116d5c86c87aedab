package org.ordeal.runner;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import org.ordeal.faults.Holds;
import org.ordeal.faults.Link;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.disk.DiskCanary;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Node;
import org.ordeal.runner.cluster.RoleView;
import org.ordeal.runner.cluster.SystemUnderTest;

/** A cluster that is nothing but its answers. */
final class FakeCluster implements Cluster {
  private static final int ASKED_UNTIL_KNOWN = 3;

  private final FakeWorld world;
  private final ClusterRuntime.Launch launch;
  private final List<Node> nodes;
  private final Holds holds = new Holds();

  FakeCluster(FakeWorld world, ClusterRuntime.Launch launch) {
    this.world = world;
    this.launch = launch;
    // Brokers that are stopped one after the other never meet here.
    CyclicBarrier stopping = new CyclicBarrier(launch.spec().members(NodeKind.BROKER).size());
    this.nodes =
        launch.spec().members().stream()
            .map(
                m ->
                    (Node)
                        new FakeNode(
                            world, m, launch.directory().resolve("nodes/" + m.name()), stopping))
            .toList();
  }

  @Override
  public SystemUnderTest system() {
    return launch.system();
  }

  @Override
  public ClusterSpec spec() {
    return launch.spec();
  }

  @Override
  public Holds holds() {
    return holds;
  }

  @Override
  public List<Node> nodes() {
    return nodes;
  }

  @Override
  public String nameServerAddresses() {
    return "ns0:9876";
  }

  @Override
  public Map<String, String> brokerAddresses() {
    Map<String, String> addresses = new TreeMap<>();
    for (Member broker : spec().members(NodeKind.BROKER)) {
      addresses.put(broker.name(), broker.name() + ":10911");
    }
    return addresses;
  }

  @Override
  public List<RoleView> roles() {
    return List.of(
        new RoleView("n0", "g0", RoleView.Role.LEADER, OptionalLong.of(1), nanos()),
        new RoleView("n1", "g0", RoleView.Role.FOLLOWER, OptionalLong.of(1), nanos()));
  }

  @Override
  public List<String> groups() {
    return List.of("g0");
  }

  @Override
  public Set<Need> offers() {
    return EnumSet.allOf(Need.class);
  }

  @Override
  public List<Link> links(String from, String to) {
    return from.equals("n0") && to.equals("n1")
        ? List.of(
            new FakeLink(
                from, to, world.flaw != FakeWorld.Flaw.NEVER_COMES_BACK_BEHIND_A_DEAD_PROXY))
        : List.of();
  }

  /** Disks that can be asked whether they are there, and nothing else. */
  @Override
  public Optional<DiskControl> disks() {
    InvocationHandler answer =
        (proxy, method, arguments) -> {
          if (world.flaw == FakeWorld.Flaw.NEVER_COMES_BACK_WITH_DEAD_DISKS) {
            throw new DiskException("The disk daemon does not answer.");
          }
          return List.of();
        };
    return launch.disks() != null
        ? Optional.of(
            (DiskControl)
                Proxy.newProxyInstance(
                    DiskControl.class.getClassLoader(), new Class<?>[] {DiskControl.class}, answer))
        : Optional.empty();
  }

  @Override
  public List<DiskCanary> canaries() {
    if (launch.disks() == null || world.flaw == FakeWorld.Flaw.NO_CANARY) {
      return List.of();
    }
    boolean trusted = world.flaw != FakeWorld.Flaw.A_DISK_KEEPS_WHAT_WAS_NOT_FORCED;
    List<String> brokers = spec().members(NodeKind.BROKER).stream().map(Member::name).toList();
    List<DiskCanary> canaries = new ArrayList<>();
    for (String broker : brokers) {
      canaries.add(canary(List.of(broker), trusted));
    }
    if (world.flaw != FakeWorld.Flaw.NO_CANARY_OF_ALL_DISKS) {
      canaries.add(canary(brokers, trusted));
    }
    return canaries;
  }

  private static DiskCanary canary(List<String> disks, boolean trusted) {
    return new DiskCanary(
        disks,
        trusted,
        List.of(
            new DiskCanary.Observation(
                1, trusted, "The second page survived, and was not forced.")));
  }

  @Override
  public List<String> unawareOf(Collection<String> topics) {
    int times = world.loadBegan ? world.asked.get() : world.asked.incrementAndGet();
    return world.flaw == FakeWorld.Flaw.A_REPLICA_LEARNS_OF_TOPICS_LATE && times < ASKED_UNTIL_KNOWN
        ? List.of("n1")
        : List.of();
  }

  @Override
  public Optional<String> leader(String group) {
    return Optional.of("n0");
  }

  @Override
  public long nanos() {
    return System.nanoTime() - launch.originNanos();
  }

  @Override
  public void close() {
    world.closed.incrementAndGet();
  }
}
