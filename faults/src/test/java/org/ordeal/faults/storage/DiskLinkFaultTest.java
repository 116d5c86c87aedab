package org.ordeal.faults.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.Evidence;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Order;
import org.ordeal.faults.disk.DaemonOrSkip;
import org.ordeal.faults.disk.DiskCanary;
import org.ordeal.faults.disk.DiskDaemon;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.LinkStatistics;

/** Toxics of Toxiproxy between a disk and its storage. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskLinkFaultTest {
  @TempDir private Path directory;
  private DiskDaemon daemon;
  private DiskLinks links;
  private DiskWorld world;

  @BeforeEach
  void mount() throws IOException {
    daemon = DaemonOrSkip.start(directory);
    links = DiskLinks.open();
    world = new DiskWorld(daemon.control(), directory, links);
    for (int i = 0; i < 8; i++) {
      write("n0", "before");
    }
  }

  @AfterEach
  void unmount() throws IOException {
    if (daemon != null) {
      try {
        world.close();
      } finally {
        daemon.close();
        links.close();
      }
    }
  }

  private Injection inject(Map<String, Object> attributes) throws Exception {
    return new DiskLinkFault().inject(world, new Order("f1", "one", List.of("n0"), attributes, 42));
  }

  private void write(String node, String text) throws IOException {
    write(node, "f", text);
  }

  private void write(String node, String file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            world.of(node).resolve(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      channel.force(true);
    }
  }

  private CompletableFuture<Void> writing(String node, String file, String text) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                write(node, file, text);
                done.complete(null);
              } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  private LinkStatistics link(String node) {
    try {
      return Objects.requireNonNull(daemon.control().statistics(node).link());
    } catch (DiskException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Until something has waited for clearly longer than is usual. */
  private void awaitSilence() {
    await()
        .until(
            () ->
                link("n0").longestWaitNanos()
                    > link("n0").medianNanos() + TimeUnit.MILLISECONDS.toNanos(300));
  }

  private static List<String> words(Injection injection) {
    return injection.evidence().stream().map(Evidence::observation).toList();
  }

  @Test
  void shouldHoldBackAnOperationForAsLongAsTheToxicSays() throws Exception {
    Injection slow = inject(Map.of("latency_ms", 400, "stream", "both"));
    long began = System.nanoTime();
    write("n0", "slow");
    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(2 * 2 * 400));
    slow.heal();
    assertThat(slow.took()).isTrue();
    assertThat(words(slow)).anyMatch(s -> s.contains("its storage answered"));
    assertThat(directory.resolve("n0.durable/f")).hasContent("slowre");
    assertThat(Objects.requireNonNull(links.proxy("n0").orElseThrow().toxics().getAll())).isEmpty();
  }

  @Test
  void shouldHangUntilHealedAndThenCarryOutWhatHung() throws Exception {
    for (String stream : List.of("upstream", "both")) {
      Injection silent = inject(Map.of("toxic", "bandwidth", "rate_kb_s", 0, "stream", stream));
      // More at once than there are connections from before.
      List<CompletableFuture<Void>> hanging = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        hanging.add(writing("n0", stream + i, "hung"));
      }
      await().until(() -> link("n0").waiting() == 5);
      awaitSilence();
      write("n1", "free");
      assertThat(hanging).noneMatch(CompletableFuture::isDone);
      silent.heal();
      for (CompletableFuture<Void> each : hanging) {
        each.get(60, TimeUnit.SECONDS);
      }
      assertThat(silent.took()).isTrue();
      assertThat(link("n0").broken()).isZero();
      assertThat(world.target("n0").done).isEmpty();
      for (int i = 0; i < 5; i++) {
        assertThat(directory.resolve("n0.durable/" + stream + i)).hasContent("hung");
      }
    }
  }

  /** Toxiproxy drops what comes under a timeout: what waited fails, and the node is replaced. */
  @Test
  void shouldReplaceANodeWhoseRequestsWereDropped() throws Exception {
    Injection silent = inject(Map.of("toxic", "timeout"));
    CompletableFuture<Void> hanging = writing("n0", "f", "dropped");
    awaitSilence();
    write("n1", "free");
    assertThat(hanging).isNotDone();
    silent.heal();
    assertThat(silent.took()).isTrue();
    assertThat(world.target("n0").done).containsExactly("kill", "start");
    await().until(hanging::isDone);
    write("n0", "whole");
  }

  /** The kernel interrupts what a stopped process waits for, as if it were killed. */
  @Test
  void shouldNotFailTheSyncOfAProcessThatIsPaused() throws Exception {
    Injection silent = inject(Map.of("toxic", "bandwidth", "rate_kb_s", 0));
    Process process =
        new ProcessBuilder(
                "dd", "if=/dev/zero", "of=" + world.of("n0").resolve("dd"), "count=1", "conv=fsync")
            .redirectErrorStream(true)
            .start();
    await().until(() -> link("n0").waiting() == 1);
    signal("STOP", process);
    signal("CONT", process);
    await().until(() -> link("n0").longestWaitNanos() > TimeUnit.MILLISECONDS.toNanos(500));
    silent.heal();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Test
  void shouldLetAKilledProcessGo() throws Exception {
    Injection silent = inject(Map.of("toxic", "bandwidth", "rate_kb_s", 0));
    Process process =
        new ProcessBuilder("dd", "if=/dev/zero", "of=" + world.of("n0").resolve("dd"), "count=1")
            .redirectErrorStream(true)
            .start();
    await().until(() -> link("n0").waiting() == 1);
    process.destroyForcibly();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    await().until(() -> link("n0").waiting() == 0);
    assertThat(link("n0").broken()).isZero();
    silent.heal();
  }

  private static void signal(String name, Process process) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void shouldFailOperationsWhoseConnectionsAreReset() throws Exception {
    Injection reset = inject(Map.of("toxic", "reset_peer"));
    assertThatThrownBy(() -> write("n0", "never")).isInstanceOf(IOException.class);
    write("n1", "free");
    reset.heal();
    assertThat(reset.took()).isTrue();
    assertThat(world.target("n0").done).containsExactly("kill", "start");
    assertThat(words(reset)).anyMatch(s -> s.contains("unsynced pages"));
    assertThat(world.target("n1").done).isEmpty();
    write("n0", "after");
    assertThat(Files.readString(world.of("n0").resolve("f"))).isEqualTo("aftere");
  }

  @Test
  void shouldNarrowThePipe() throws Exception {
    Injection narrow = inject(Map.of("toxic", "bandwidth", "rate_kb_s", 100));
    long began = System.nanoTime();
    write("n0", "x".repeat(60_000));
    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
    narrow.heal();
    assertThat(narrow.took()).isTrue();
  }

  @Test
  void shouldNotClaimWhatNothingWasThereToFeel() throws Exception {
    for (String toxic : List.of("latency", "timeout", "bandwidth", "reset_peer")) {
      Injection idle = inject(Map.of("toxic", toxic));
      idle.heal();
      assertThat(idle.took()).as(toxic).isFalse();
    }
    write("n0", "well");
  }

  @Test
  void shouldNotClaimADelayOrAPipeThatNobodyFelt() {
    LinkStatistics usual =
        new LinkStatistics(100, 100 * 20_000_000L, 20_000_000, 400_000, 400, 0, 0, 0);
    LinkStatistics same =
        new LinkStatistics(200, 200 * 20_000_000L, 20_000_000, 800_000, 800, 0, 0, 0);
    DiskLinkFault fault = new DiskLinkFault();
    for (Map<String, Object> weak :
        List.<Map<String, Object>>of(
            Map.of("toxic", "latency", "latency_ms", 1, "jitter_ms", 1),
            Map.of("toxic", "latency", "latency_ms", 30),
            Map.of("toxic", "bandwidth", "rate_kb_s", 1_000_000),
            Map.of("toxic", "bandwidth", "rate_kb_s", 64, "stream", "downstream"),
            Map.of("toxic", "reset_peer"))) {
      assertThat(LinkToxic.of(fault.complete(weak)).shown(usual, usual, same))
          .as("%s", weak)
          .isFalse();
    }
    LinkStatistics slow =
        new LinkStatistics(
            110, 100 * 20_000_000L + 10 * 60_000_000L, 20_000_000, 440_000, 440, 0, 0, 0);
    for (Map<String, Object> felt :
        List.<Map<String, Object>>of(
            Map.of("toxic", "latency", "latency_ms", 40),
            Map.of("toxic", "bandwidth", "rate_kb_s", 80))) {
      assertThat(LinkToxic.of(fault.complete(felt)).shown(usual, usual, slow))
          .as("%s", felt)
          .isTrue();
    }
  }

  @Test
  void shouldRefuseADiskWithoutALink() throws Exception {
    try (DiskDaemon other = DiskDaemon.start(directory.resolve("other"));
        DiskWorld unlinked = new DiskWorld(other.control(), directory.resolve("other"))) {
      assertThatThrownBy(
              () ->
                  new DiskLinkFault()
                      .inject(unlinked, new Order("f1", "one", List.of("n0"), Map.of(), 1)))
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("not mounted with a link");
    }
  }

  @Test
  void shouldLoseItsPowerAsADiskWithoutALinkDoes() throws Exception {
    assertThat(DiskCanary.prove(daemon.control(), List.of("n0", "n1")))
        .allMatch(DiskCanary::trusted, "trusted")
        .hasSize(3);
  }
}
