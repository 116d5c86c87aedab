package org.ordeal.faults.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Fault disks on real mounts, served by a daemon of their own. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultDiskTest {
  private static final int PAGE = 4096;
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  @TempDir static Path directory;
  private static DiskDaemon daemon;
  private static DiskControl control;
  private final List<String> created = new ArrayList<>();

  @BeforeAll
  static void startDaemon() throws IOException {
    daemon = DaemonOrSkip.start(directory);
    control = daemon.control();
  }

  @AfterAll
  static void stopDaemon() {
    if (daemon != null) {
      long pid = daemon.process().pid();
      daemon.close();
      assertThat(daemon.process().isAlive()).isFalse();
      assertThat(StaleMounts.list()).noneMatch(mount -> mount.daemon() == pid);
    }
  }

  @AfterEach
  void unmount() throws DiskException {
    for (String disk : created) {
      control.unmount(disk);
    }
  }

  private DiskOptions options() {
    String name = "d" + NUMBERS.incrementAndGet();
    return DiskOptions.of(name, directory.resolve(name + ".durable"), directory.resolve(name))
        .withAges(-1, -1)
        .withHostSync(false);
  }

  private Path mount(DiskOptions options) throws DiskException {
    control.create(options);
    created.add(options.name());
    return options.mountPoint();
  }

  private static void write(Path file, String text, boolean force) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      if (force) {
        channel.force(true);
      }
    }
  }

  private static void forceDirectory(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Test
  void shouldKeepForcedAndDropUnforcedPagesOfAMap() throws IOException {
    DiskOptions options = options();
    Path file = mount(options).resolve("log");
    byte[] page = new byte[PAGE];
    Arrays.fill(page, (byte) 7);
    try (Arena arena = Arena.ofShared();
        FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      MemorySegment map = channel.map(MapMode.READ_WRITE, 0, 16 * PAGE, arena);
      MemorySegment.copy(page, 0, map, JAVA_BYTE, 0, PAGE);
      map.force();
      MemorySegment.copy(page, 0, map, JAVA_BYTE, PAGE, PAGE);
      control.powerLoss(PowerLoss.of(List.of(options.name())));
    }
    byte[] left = Files.readAllBytes(file);
    assertThat(Arrays.copyOf(left, PAGE)).isEqualTo(page);
    assertThat(Arrays.copyOfRange(left, PAGE, 2 * PAGE)).containsOnly(0);
    await()
        .untilAsserted(
            () ->
                assertThat(control.statistics(options.name()).lateWritesDiscarded()).isPositive());
    assertThat(Files.readAllBytes(file)).isEqualTo(left);
    assertThat(Files.readAllBytes(options.backing().resolve("log"))).isEqualTo(left);
  }

  @Test
  void shouldLoseAnUnsyncedDirectoryUnderStrictMetadataOnly() throws IOException {
    for (MetadataMode mode : MetadataMode.values()) {
      DiskOptions options = options().withMetadata(mode);
      Path mount = mount(options);
      Files.createDirectory(mount.resolve("store"));
      write(mount.resolve("store/log"), "synced", true);
      control.powerLoss(PowerLoss.of(List.of(options.name())));
      assertThat(Files.exists(mount.resolve("store/log"))).isEqualTo(mode == MetadataMode.EXT4);
      Files.createDirectories(mount.resolve("store"));
      write(mount.resolve("store/log2"), "synced", true);
      forceDirectory(mount.resolve("store"));
      forceDirectory(mount);
      control.powerLoss(PowerLoss.of(List.of(options.name())));
      assertThat(Files.readString(mount.resolve("store/log2"))).isEqualTo("synced");
    }
  }

  @Test
  void shouldCutSeveralDisksInOneInstant() throws Exception {
    DiskOptions one = options();
    DiskOptions two = options();
    Path first = mount(one).resolve("log");
    Path second = mount(two).resolve("log");
    AtomicInteger acknowledged = new AtomicInteger();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (FileChannel a = open(first);
                      FileChannel b = open(second)) {
                    for (int i = 1; i < 1_000_000; i++) {
                      append(a, i);
                      append(b, i);
                      acknowledged.set(i);
                    }
                  } catch (IOException e) {
                    // The power was cut under it: ESTALE.
                  }
                });
    await().until(() -> acknowledged.get() > 50);
    int before = acknowledged.get();
    control.powerLoss(PowerLoss.of(List.of(one.name(), two.name())));
    writer.join();
    int onFirst = lastRecord(first);
    int onSecond = lastRecord(second);
    assertThat(onFirst).isBetween(onSecond, onSecond + 1);
    assertThat(onSecond).isGreaterThanOrEqualTo(before);
    assertThat(acknowledged.get()).isLessThanOrEqualTo(onSecond);
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void append(FileChannel channel, int value) throws IOException {
    channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, value));
    channel.force(false);
  }

  private static int lastRecord(Path file) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
    assertThat(all.remaining() % Integer.BYTES).isZero();
    int records = all.remaining() / Integer.BYTES;
    for (int i = 1; i <= records; i++) {
      assertThat(all.getInt()).isEqualTo(i);
    }
    return records;
  }

  @Test
  void shouldKeepAPartOfUnsyncedPagesDrawnFromTheSeed() throws IOException {
    List<String> survivors = new ArrayList<>();
    for (long seed : new long[] {1, 1, 2}) {
      DiskOptions options = options();
      Path file = mount(options).resolve("f");
      write(file, "", true);
      byte[] data = new byte[64 * PAGE];
      Arrays.fill(data, (byte) 'x');
      Files.write(file, data, StandardOpenOption.WRITE);
      PowerLossReport report =
          control.powerLoss(PowerLoss.keeping(List.of(options.name()), 0.5, seed));
      assertThat(report.disks().getFirst().pagesKept()).isPositive();
      assertThat(report.disks().getFirst().pagesLost()).isPositive();
      survivors.add(Files.readString(file, StandardCharsets.ISO_8859_1));
    }
    assertThat(survivors.get(0)).isEqualTo(survivors.get(1)).isNotEqualTo(survivors.get(2));
  }

  @Test
  void shouldHangUntilHealedAndLetAKilledProcessGo() throws Exception {
    DiskOptions options = options();
    Path mount = mount(options);
    control.addToxic(options.name(), DiskToxic.hang("stuck").onPath("*.dat"));
    write(mount.resolve("quiet"), "not selected", true);
    Process process =
        new ProcessBuilder("dd", "if=/dev/zero", "of=" + mount.resolve("a.dat"), "count=1")
            .redirectErrorStream(true)
            .start();
    await().until(() -> control.evidence(options.name(), "stuck").waiting() == 1);
    process.destroyForcibly();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    write(mount.resolve("b.dat"), "late", true);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    await().until(() -> control.evidence(options.name(), "stuck").waiting() == 1);
    assertThat(writer.isAlive()).isTrue();
    ToxicEvidence evidence = control.removeToxic(options.name(), "stuck");
    writer.join();
    assertThat(Files.readString(mount.resolve("b.dat"))).isEqualTo("late");
    assertThat(evidence.interrupted()).isEqualTo(1);
    assertThat(evidence.hits()).isPositive();
    assertThat(control.evidence(options.name())).hasSize(1);
  }

  /** Nobody can interrupt a write of a map's pages; the sync that asked for it can be. */
  @Test
  void shouldLetAKilledProcessGoThatFlushesAMap() throws Exception {
    for (DiskToxic toxic :
        List.of(
            DiskToxic.hang("held").onOperations("write", "fsync"),
            DiskToxic.slow("held", 1).onOperations("write"))) {
      DiskOptions options = options();
      Path mount = mount(options);
      control.addToxic(options.name(), toxic);
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  MapWriter.class.getName(),
                  mount.resolve("map").toString())
              .inheritIO()
              .start();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> control.evidence(options.name(), "held").waiting() == 1);
      process.destroyForcibly();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("reaped under %s", toxic).isTrue();
      ToxicEvidence evidence = control.removeToxic(options.name(), "held");
      assertThat(evidence.delayed()).isEqualTo(Map.of("fsync", 1L));
      assertThat(evidence.interrupted()).isEqualTo(1);
    }
  }

  @Test
  void shouldTakeTheTimeForAMapWhenItIsForced() throws IOException {
    DiskOptions options = options();
    Path file = mount(options).resolve("map");
    control.addToxic(options.name(), DiskToxic.slow("slow", 1_000));
    try (Arena arena = Arena.ofShared();
        FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      MemorySegment map = channel.map(MapMode.READ_WRITE, 0, 50 * PAGE, arena);
      map.fill((byte) 7);
      long began = System.nanoTime();
      map.force();
      assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(190).toNanos());
      map.force();
    }
    ToxicEvidence evidence = control.removeToxic(options.name(), "slow");
    assertThat(evidence.delayed()).containsEntry("fsync", 1L);
    assertThat(evidence.bytes()).isGreaterThanOrEqualTo(50 * PAGE);
  }

  /** A stopped process is interrupted too, as the kernel tells a file system; its sync goes on. */
  @Test
  void shouldNotFailTheSyncOfAProcessThatIsPaused() throws Exception {
    DiskOptions options = options();
    Path mount = mount(options);
    control.addToxic(
        options.name(),
        new DiskToxic(
            "stuck", DiskToxic.DISK_STALL, "upstream", 1, Map.of("operations", List.of("fsync"))));
    Process process =
        new ProcessBuilder(
                "dd", "if=/dev/zero", "of=" + mount.resolve("a.dat"), "count=1", "conv=fsync")
            .redirectErrorStream(true)
            .start();
    await().until(() -> control.evidence(options.name(), "stuck").waiting() == 1);
    signal("STOP", process);
    signal("CONT", process);
    // The interrupt came before this request, which is served meanwhile.
    Files.writeString(mount.resolve("other.dat"), "served");
    assertThat(control.evidence(options.name(), "stuck").waiting()).isEqualTo(1);
    ToxicEvidence evidence = control.removeToxic(options.name(), "stuck");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(evidence.interrupted()).isZero();
  }

  private static void signal(String name, Process process) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void shouldDropAWriteThatStoodAtAFaultWhenThePowerWasCut() throws Exception {
    DiskOptions options = options();
    Path file = mount(options).resolve("f");
    write(file, "before", true);
    control.addToxic(options.name(), DiskToxic.slowFsync("slow", Duration.ofSeconds(20)));
    List<IOException> failures = new ArrayList<>();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    write(file, "after!", true);
                  } catch (IOException e) {
                    failures.add(e);
                  }
                });
    await().until(() -> control.evidence(options.name(), "slow").waiting() == 1);
    PowerLossReport report = control.powerLoss(PowerLoss.of(List.of(options.name())));
    assertThat(report.disks().getFirst().requestsInFlight()).isEqualTo(1);
    control.heal(options.name());
    writer.join();
    assertThat(failures).hasSize(1);
    assertThat(Files.readString(file)).isEqualTo("before");
  }

  @Test
  void shouldDelayByLatencyAndBandwidth() throws IOException {
    DiskOptions options = options();
    Path mount = mount(options);
    control.addToxic(
        options.name(), DiskToxic.stall("stall", Duration.ofMillis(30)).onOperations("fsync"));
    control.addToxic(options.name(), DiskToxic.slow("slow", 1_000));
    long began = System.nanoTime();
    write(mount.resolve("f"), "x".repeat(100_000), true);
    assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(120).toNanos());
    for (ToxicEvidence evidence : control.heal(options.name())) {
      assertThat(evidence.hits()).as("%s", evidence).isPositive();
      assertThat(evidence.removedNanos()).isNotNull();
    }
    assertThat(control.disk(options.name()).toxics()).isEmpty();
  }

  @Test
  void shouldFailWhatIsSelectedAndNothingElse() throws IOException {
    DiskOptions options = options();
    Path mount = mount(options);
    write(mount.resolve("sound"), "sound", true);
    write(mount.resolve("bad"), "bad", true);
    control.addToxic(options.name(), DiskToxic.error("fsync", "fsync").onPath("bad"));
    write(mount.resolve("sound"), "SOUND", true);
    assertThatThrownBy(() -> write(mount.resolve("bad"), "BAD", true))
        .isInstanceOf(IOException.class);
    assertThat(control.removeToxic(options.name(), "fsync").failed()).containsEntry("fsync", 1L);
    write(mount.resolve("bad"), "BAD", true);
  }

  @Test
  void shouldFailOneFsyncThenLie() throws IOException {
    DiskOptions options = options();
    Path file = mount(options).resolve("f");
    write(file, "old", true);
    control.addToxic(options.name(), DiskToxic.failFsyncOnceThenLie("lie"));
    assertThatThrownBy(() -> write(file, "new", true)).isInstanceOf(IOException.class);
    forceFile(file);
    assertThat(Files.readString(file)).isEqualTo("new");
    control.powerLoss(PowerLoss.of(List.of(options.name())));
    assertThat(Files.readString(file)).isEqualTo("old");
  }

  private static void forceFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  @Test
  void shouldBeFullOnlyForWhatNeedsSpace() throws IOException {
    DiskOptions options = options();
    Path mount = mount(options);
    write(mount.resolve("old"), "x".repeat(2 * PAGE), true);
    control.addToxic(options.name(), DiskToxic.full("full", 2 * PAGE));
    assertThat(mount.toFile().getUsableSpace()).isEqualTo(2 * PAGE);
    assertThat(control.evidence(options.name(), "full").hits()).isZero();
    write(mount.resolve("new"), "fits", true);
    assertThatThrownBy(() -> write(mount.resolve("new2"), "does not fit", true))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("No space left");
    write(mount.resolve("old"), "y".repeat(2 * PAGE), true);
    assertThat(mount.toFile().getUsableSpace()).isZero();
    assertThat(control.heal(options.name()).getFirst().hits()).isPositive();
    write(mount.resolve("new2"), "fits again", true);
  }

  @Test
  void shouldDamageFilesAtRest() throws IOException {
    DiskOptions options = options();
    Path mount = mount(options);
    Path file = mount.resolve("f");
    write(file, "a".repeat(10_000), true);
    String snapshot = control.snapshot(options.name(), "f");
    CorruptionReport flips =
        control.corrupt(options.name(), new Corruption.BitFlip("f", null, 1, 42));
    assertThat(flips.damages()).hasSize(1);
    int at = (int) flips.damages().getFirst().offset();
    assertThat(Files.readAllBytes(file)[at]).isNotEqualTo((byte) 'a');
    control.corrupt(options.name(), new Corruption.Truncate("f", 4_000));
    assertThat(Files.size(file)).isEqualTo(6_000);
    control.corrupt(options.name(), new Corruption.StaleRestore(snapshot));
    assertThat(Files.readString(file)).isEqualTo("a".repeat(10_000));
    assertThat(control.corrupt(options.name(), new Corruption.Truncate("absent", 1)).damages())
        .isEmpty();
  }

  @Test
  void shouldWriteBackByAgeAndUnderPressure() throws IOException {
    DiskOptions aged = options().withAges(200, 100);
    Path file = mount(aged).resolve("f");
    write(file, "aged", false);
    await().untilAsserted(() -> assertThat(control.statistics(aged.name()).dirtyPages()).isZero());
    await().untilAsserted(() -> assertThat(aged.backing().resolve("f")).hasContent("aged"));
    DiskOptions small = options().withDirtyBytes(4 << 20);
    Path big = mount(small).resolve("big");
    byte[] data = new byte[12 << 20];
    Arrays.fill(data, (byte) 3);
    Files.write(big, data);
    assertThat(control.statistics(small.name()).dirtyPages()).isLessThanOrEqualTo(1024);
    assertThat(Files.readAllBytes(big)).isEqualTo(data);
  }

  /** Else what a failed sync left in memory would become durable behind the fault's back. */
  @Test
  void shouldWriteNothingBackByAgeWhileSyncsFailOrHang() throws IOException {
    for (DiskToxic toxic :
        List.of(DiskToxic.error("t", "fsync"), DiskToxic.hang("t").onOperations("fsync"))) {
      DiskOptions stuck = options().withAges(200, 100);
      DiskOptions sound = options().withAges(200, 100);
      Path file = mount(stuck).resolve("f");
      control.addToxic(stuck.name(), toxic);
      write(file, "late", false);
      write(mount(sound).resolve("f"), "aged", false);
      await().untilAsserted(() -> assertThat(sound.backing().resolve("f")).hasContent("aged"));
      assertThat(stuck.backing().resolve("f")).as("%s", toxic).doesNotExist();
      assertThat(control.statistics(stuck.name()).dirtyPages()).as("%s", toxic).isEqualTo(1);
      control.removeToxic(stuck.name(), "t");
      await().untilAsserted(() -> assertThat(stuck.backing().resolve("f")).hasContent("late"));
    }
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() throws IOException {
    DiskOptions options = options();
    mount(options);
    assertThatThrownBy(() -> control.disk("nowhere"))
        .isInstanceOf(DiskException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> control.addToxic(options.name(), DiskToxic.error("e", "sing")))
        .isInstanceOf(DiskException.class)
        .hasMessageContaining("sing");
    assertThatThrownBy(
            () -> control.addToxic(options.name(), DiskToxic.full("f", 0).onOperations("write")))
        .isInstanceOf(DiskException.class)
        .hasMessageContaining("disk-full takes no operations");
    for (DiskToxic idle :
        List.of(
            DiskToxic.slow("s", 1).onOperations("fsync"),
            DiskToxic.slowFsync("s", Duration.ofMillis(1)).onOperations("read"))) {
      assertThatThrownBy(() -> control.addToxic(options.name(), idle))
          .isInstanceOf(DiskException.class)
          .hasMessageContaining("nothing to act on");
    }
    assertThatThrownBy(() -> control.create(options)).isInstanceOf(DiskException.class);
    assertThatCode(() -> control.healAll()).doesNotThrowAnyException();
  }

  @Test
  void shouldUnmountWhenItsParentLetsGoAndSweepAfterAKill() throws Exception {
    DiskDaemon other = DiskDaemon.start(directory.resolve("other"));
    Path mountPoint = directory.resolve("other/mount");
    other.control().create(DiskOptions.of("left", directory.resolve("other/durable"), mountPoint));
    write(mountPoint.resolve("f"), "x", true);
    long pid = other.process().pid();
    assertThat(other.process().destroyForcibly()).isTrue();
    await().until(() -> !other.process().isAlive());
    assertThat(StaleMounts.list()).anyMatch(mount -> mount.daemon() == pid);
    assertThat(StaleMounts.sweep()).anyMatch(sentence -> sentence.contains("left"));
    assertThat(StaleMounts.list()).noneMatch(mount -> mount.daemon() == pid);
    other.close();
    assertThat(directory.resolve("other/durable/f")).hasContent("x");
  }
}
