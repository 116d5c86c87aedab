package org.ordeal.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.Evidence;
import org.ordeal.faults.Faults;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Need;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.Order;
import org.ordeal.faults.disk.DiskCanary;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.FuseSupport;
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.StaleMounts;
import org.ordeal.faults.disk.WriteBackPolicy;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.ClusterRuntime.Launch;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.StoreDisks;
import org.ordeal.runner.cluster.Topology;

/** Fault disks under the stores of a cluster of toys. */
class ProcessDisksTest {

  /** Disks on which nothing becomes durable that nobody synced, however long a test takes. */
  private static final StoreDisks NEVER_BY_AGE =
      new StoreDisks(new WriteBackPolicy(MetadataMode.EXT4, -1, -1), false);

  @TempDir private Path directory;

  private Cluster launch(boolean disks) throws Exception {
    return new ProcessRuntime()
        .launch(
            new Launch(
                new ToySystem(""),
                new ClusterSpec(Topology.DLEDGER, Flush.SYNC, 1, 3, 1, 1, Map.of(), Map.of()),
                (client, addresses) -> ToySystem.idle(addresses, client),
                directory.resolve("run"),
                System.nanoTime(),
                disks ? NEVER_BY_AGE : null,
                line -> {}));
  }

  private List<Path> mounts() {
    return StaleMounts.list().stream()
        .map(StaleMounts.Mount::mountPoint)
        .filter(mount -> mount.startsWith(directory.toAbsolutePath()))
        .toList();
  }

  @Test
  void shouldMountProvenDisksUnderBrokersCutThemAndLeaveOnlyFiles() throws Exception {
    assumeThat(FuseSupport.probe().available()).as(FuseSupport.probe().reason()).isTrue();
    Path store;
    long daemon;
    try (Cluster cluster = launch(true)) {
      assertThat(cluster.offers()).contains(Need.DISK);
      assertThat(cluster.canaries())
          .extracting(DiskCanary::disks)
          .containsExactly(List.of("n0"), List.of("n1"), List.of("n2"), List.of("n0", "n1", "n2"));
      assertThat(cluster.canaries()).allMatch(DiskCanary::trusted);
      assertThat(mounts()).hasSize(3);
      daemon =
          StaleMounts.list().stream()
              .filter(mount -> mount.mountPoint().startsWith(directory.toAbsolutePath()))
              .findFirst()
              .orElseThrow()
              .daemon();
      DiskControl disks = cluster.disks().orElseThrow();
      store = cluster.node("n1").store();
      Files.writeString(store.resolve("kept"), "synced");
      disks.sync("n1");
      Files.writeString(store.resolve("gone"), "not synced");

      Injection cut =
          Faults.named("power-loss")
              .orElseThrow()
              .inject(cluster, new Order("cut", "one", List.of("n1"), Map.of(), 42));
      assertThat(cluster.node("n1").state()).isEqualTo(NodeState.GONE);
      assertThat(cut.took()).isTrue();
      assertThat(cut.evidence().stream().map(Evidence::observation).toList())
          .satisfiesExactly(
              kill -> assertThat(kill).contains("after SIGKILL"),
              loss -> assertThat(loss).contains("unsynced pages"),
              syncs -> assertThat(syncs).contains("syncs that the cut overtook"));
      assertThat(store.resolve("kept")).hasContent("synced");
      assertThat(store.resolve("gone")).doesNotExist();
      cut.heal();
      assertThat(cluster.node("n1").state()).isEqualTo(NodeState.RUNNING);
    }
    assertThat(mounts()).isEmpty();
    assertThat(ProcessHandle.of(daemon).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(store.resolve("kept")).hasContent("synced");
    assertThat(store.resolveSibling("disk")).doesNotExist();
  }

  @Test
  void shouldHaveNoDisksWhereNoFaultNeedsThem() throws Exception {
    try (Cluster cluster = launch(false)) {
      assertThat(cluster.disks()).isEmpty();
      assertThat(cluster.offers()).doesNotContain(Need.DISK);
      assertThat(cluster.canaries()).isEmpty();
      assertThat(mounts()).isEmpty();
    }
  }
}
