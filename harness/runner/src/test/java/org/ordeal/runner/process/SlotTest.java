package org.ordeal.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.Polling;
import org.ordeal.runner.cluster.Topology;

/** Slots are exclusive, and what is left in one is stopped by the next that comes. */
class SlotTest {

  private static final ClusterSpec THREE =
      new ClusterSpec(Topology.DLEDGER, Flush.SYNC, 1, 3, 1, 0, Map.of(), Map.of());

  @Test
  void shouldGiveEachClusterASlotOfItsOwn(@TempDir Path directory) {
    try (Slot first = Slot.reserve(directory, line -> {});
        Slot second = Slot.reserve(directory, line -> {})) {
      assertThat(first.number()).isEqualTo(1);
      assertThat(second.number()).isEqualTo(2);
    }
    try (Slot again = Slot.reserve(directory, line -> {})) {
      assertThat(again.number()).isEqualTo(1);
    }
  }

  @Test
  void shouldStopWhatAKilledHarnessLeftAndSaySo(@TempDir Path directory) throws Exception {
    Process orphan = new ProcessBuilder("sleep", "600").start();
    try {
      ProcStat stat = ProcStat.read(orphan.pid()).orElseThrow();
      Files.writeString(
          directory.resolve("1.processes"),
          "process %d %d n0\n".formatted(stat.pid(), stat.startTicks()));
      List<String> said = new ArrayList<>();
      Slot.sweep(directory, said::add);
      assertThat(orphan.waitFor()).isEqualTo(137);
      assertThat(said).singleElement().asString().contains("n0 (pid " + orphan.pid() + ")");
      assertThat(directory.resolve("1.processes")).doesNotExist();
    } finally {
      orphan.destroyForcibly();
    }
  }

  @Test
  void shouldLeaveAProcessAloneThatOnlyHasThePidOfOneLeftBehind(@TempDir Path directory)
      throws Exception {
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      ProcStat stat = ProcStat.read(stranger.pid()).orElseThrow();
      Files.writeString(
          directory.resolve("1.processes"),
          "process %d %d n0\n".formatted(stat.pid(), stat.startTicks() - 1));
      List<String> said = new ArrayList<>();
      Slot.sweep(directory, said::add);
      assertThat(stranger.isAlive()).isTrue();
      assertThat(said).isEmpty();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void shouldLeaveWhatALivingHarnessHolds(@TempDir Path directory) throws Exception {
    Process node = new ProcessBuilder("sleep", "600").start();
    try (Slot held = Slot.reserve(directory, line -> {})) {
      held.register().process(ProcStat.read(node.pid()).orElseThrow(), "n0");
      Slot.sweep(directory, line -> {});
      assertThat(node.isAlive()).isTrue();
    } finally {
      node.destroyForcibly();
    }
  }

  @Test
  void shouldEndChildrenWithTheThreadThatStartedThem() throws Exception {
    final Process child;
    try (Spawner spawner = new Spawner()) {
      child = spawner.start(new ProcessBuilder("sleep", "600"));
      // Until then it is still on its way to being what it shall be.
      assertThat(
              Polling.until(
                  Duration.ofSeconds(20),
                  () -> child.info().command().orElse("").endsWith("sleep")))
          .isTrue();
    }
    try {
      assumeTrue(
          Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv (util-linux) is not installed");
      assertThat(Polling.until(Duration.ofSeconds(20), () -> !child.isAlive())).isTrue();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void shouldNameThePortThatIsTaken(@TempDir Path directory) throws Exception {
    try (Slot slot = Slot.reserve(Slot.standardDirectory(), line -> {});
        ServerSocket stranger = new ServerSocket()) {
      SlotAddresses addresses = new SlotAddresses(slot.number(), THREE, directory);
      Capacity.check(new ToySystem(""), THREE, addresses, directory);
      stranger.bind(
          new InetSocketAddress(
              InetAddress.ofLiteral("127.%d.0.11".formatted(slot.number())), 10911));
      assertThatThrownBy(() -> Capacity.check(new ToySystem(""), THREE, addresses, directory))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("n1 needs the port 10911");
    }
  }

  @Test
  void shouldRefuseAClusterThatDoesNotFitIntoMemory(@TempDir Path directory) {
    ClusterSpec huge =
        new ClusterSpec(Topology.DLEDGER, Flush.SYNC, 2, 9, 9, 20, Map.of(), Map.of());
    long needed = 18L * 300 + 9 * 90 + 20 * 200;
    assumeTrue(
        Capacity.availableMebibytes().orElse(Long.MAX_VALUE) < needed,
        "this machine has memory for the largest cluster");
    SlotAddresses addresses = new SlotAddresses(1, huge, directory);
    assertThatThrownBy(() -> Capacity.check(new ToySystem(""), huge, addresses, directory))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("MiB");
  }
}
