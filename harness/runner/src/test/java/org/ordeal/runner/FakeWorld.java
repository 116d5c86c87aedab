package org.ordeal.runner;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.ClusterException;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.workloads.LoadDefaults;
import org.ordeal.workloads.Workload;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;

/** A cluster, its clients and a check that need no process: what a run does around them is real. */
final class FakeWorld {

  /** What the cluster does wrong. */
  enum Flaw {
    NONE,
    LOSES_MESSAGES,
    SHOWS_MESSAGES_AFTER_A_RESTART,
    NEVER_COMES_BACK,
    NEVER_COMES_BACK_BEHIND_A_DEAD_PROXY,
    NEVER_COMES_BACK_WITH_DEAD_DISKS,
    ACKNOWLEDGES_NOTHING,
    DIES_AT_START,
    CANNOT_BE_MADE_HERE,
    DRAIN_BREAKS_OFF,
    A_BROKER_ENDS_BY_ITSELF,
    A_REPLICA_LEARNS_OF_TOPICS_LATE,
    A_DISK_KEEPS_WHAT_WAS_NOT_FORCED,
    NO_CANARY,
    NO_CANARY_OF_ALL_DISKS
  }

  final AtomicInteger closed = new AtomicInteger();

  /** How often it was asked for topics until a load began. */
  final AtomicInteger asked = new AtomicInteger();

  final Flaw flaw;
  volatile boolean loadBegan;
  volatile boolean restarted;
  private volatile @Nullable FakeFleet fleet;

  FakeWorld(Flaw flaw) {
    this.flaw = flaw;
  }

  ClusterRuntime runtime() {
    return new FakeRuntime();
  }

  SystemUnderTest system() {
    return new FakeSystem();
  }

  Fleet fleet(Cluster cluster) {
    FakeFleet made = new FakeFleet(this, cluster);
    fleet = made;
    return made;
  }

  /** Has the clients send some messages now. */
  void send() {
    FakeFleet sender = fleet;
    if (sender != null) {
      sender.send();
    }
  }

  static Workload workload() {
    return new FakeWorkload();
  }

  private static final class FakeWorkload implements Workload {
    @Override
    public String name() {
      return "durability";
    }

    @Override
    public String description() {
      return "Sends.";
    }

    @Override
    public LoadDefaults defaults() {
      return new LoadDefaults(500, 1, 1, 1, 1);
    }

    @Override
    public List<String> checks() {
      return List.of("durability");
    }

    @Override
    public ClientProgram program(ClientEnvironment environment) {
      throw new UnsupportedOperationException();
    }
  }

  private final class FakeRuntime implements ClusterRuntime {
    @Override
    public String name() {
      return "process";
    }

    @Override
    public String description() {
      return "fake";
    }

    @Override
    public Set<Need> offers() {
      return EnumSet.allOf(Need.class);
    }

    @Override
    public Optional<String> missing() {
      return Optional.empty();
    }

    @Override
    public Cluster launch(Launch launch) throws ClusterException {
      if (flaw == Flaw.DIES_AT_START) {
        throw new ClusterException(
            "n0 ended with exit code 1 while it started. Its last log lines:\nno such option");
      }
      if (flaw == Flaw.CANNOT_BE_MADE_HERE) {
        throw new EnvironmentException("The canary was interrupted.");
      }
      return new FakeCluster(FakeWorld.this, launch);
    }
  }

  private static final class FakeSystem implements SystemUnderTest {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public String digest() {
      return "00";
    }

    @Override
    public Optional<String> refusal(ClusterSpec spec) {
      return Optional.empty();
    }

    @Override
    public List<Port> ports(ClusterSpec spec, Member node) {
      return List.of();
    }

    @Override
    public NodeProgram program(ClusterSpec spec, Member node, Addresses addresses) {
      throw new UnsupportedOperationException();
    }
  }
}
