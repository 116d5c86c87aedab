package org.ordeal.runner.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.DiskDaemon;
import org.ordeal.faults.disk.DiskOptions;
import org.ordeal.faults.disk.FuseSupport;
import org.ordeal.faults.disk.StaleMounts;

/** What the next start makes of disks whose daemon was killed. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DisksSweepTest {

  @TempDir private Path directory;
  private final List<DiskDaemon> started = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void needsFuse() {
    assumeThat(FuseSupport.probe().available()).as(FuseSupport.probe().reason()).isTrue();
  }

  /** Takes away the mounts of a daemon that is dead, too. */
  @AfterEach
  void end() {
    started.forEach(DiskDaemon::close);
  }

  private boolean isMounted(Path store) {
    return StaleMounts.list().stream().anyMatch(mount -> mount.mountPoint().equals(store));
  }

  /** A disk with a durable file, of which there is a snapshot. Returns where it is mounted. */
  private Path mount(DiskDaemon daemon, String disk) throws Exception {
    Path store = directory.resolve("nodes/n0/store");
    daemon.control().create(DiskOptions.of(disk, store.resolveSibling("disk"), store));
    Files.writeString(store.resolve("log"), "durable");
    daemon.control().sync(disk);
    assertThat(daemon.control().snapshot(disk, "**")).isNotEmpty();
    assertThat(store.resolveSibling(".disk.snapshots")).isNotEmptyDirectory();
    return store;
  }

  private DiskDaemon start() throws Exception {
    DiskDaemon daemon = DiskDaemon.start(directory.resolve("nodes/disks"));
    started.add(daemon);
    return daemon;
  }

  private static void kill(DiskDaemon daemon) throws Exception {
    daemon.process().destroyForcibly();
    daemon.process().onExit().get(60, TimeUnit.SECONDS);
  }

  @Test
  void shouldUnmountKeepWhatIsDurableAndDeleteADeadDaemonsCopies() throws Exception {
    DiskDaemon daemon = start();
    Path store = mount(daemon, "n0");
    kill(daemon);
    Files.writeString(store.resolveSibling(".disk.orphans").resolve("7"), "without a name");

    Disks.sweep(said::add);

    assertThat(isMounted(store)).isFalse();
    assertThat(store.resolveSibling("disk/log")).hasContent("durable");
    assertThat(store.resolveSibling(".disk.orphans")).doesNotExist();
    assertThat(store.resolveSibling(".disk.snapshots")).doesNotExist();
    assertThat(said)
        .anyMatch(line -> line.startsWith("Unmounted") && line.contains(store.toString()))
        .anyMatch(
            line ->
                line.startsWith("Deleted")
                    && line.contains(store.resolveSibling(".disk.snapshots").toString()));
  }

  @Test
  void shouldTouchNothingOfALivingDisk() throws Exception {
    Path store = mount(start(), "n0");

    Disks.sweep(said::add);

    assertThat(isMounted(store)).isTrue();
    assertThat(store.resolve("log")).hasContent("durable");
    assertThat(store.resolveSibling(".disk.snapshots")).isNotEmptyDirectory();
    assertThat(said).noneMatch(line -> line.contains(store.toString()));
  }

  @Test
  void shouldDeleteNothingBesideADiskThatIsLaidOutOtherwise() throws Exception {
    DiskDaemon daemon = start();
    Path store = mount(daemon, "of-somebody-else");
    kill(daemon);

    Disks.sweep(said::add);

    assertThat(isMounted(store)).isFalse();
    assertThat(store.resolveSibling(".disk.snapshots")).isNotEmptyDirectory();
  }
}
