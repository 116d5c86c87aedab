package org.ordeal.faults.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.Evidence;
import org.ordeal.faults.Fault;
import org.ordeal.faults.Injection;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.Order;
import org.ordeal.faults.disk.DaemonOrSkip;
import org.ordeal.faults.disk.DiskDaemon;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.DiskToxic;

/**
 * Each fault of storage on a real mount: that it does what it says, that its evidence tells it, and
 * that where it had nothing to hit it does not claim to have taken.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StorageFaultsOnDisksTest {
  private static final int PAGE = 4096;
  private static final int SECTOR = 512;
  private static final String LOG = "commitlog/00000000000000000000";

  @TempDir private static Path log;
  private static DiskDaemon daemon;

  @TempDir private Path directory;
  private DiskWorld world;

  @BeforeAll
  static void startDaemon() throws IOException {
    daemon = DaemonOrSkip.start(log);
  }

  @AfterAll
  static void stopDaemon() {
    if (daemon != null) {
      daemon.close();
    }
  }

  @BeforeEach
  void mount() throws IOException {
    world = new DiskWorld(daemon.control(), directory);
    for (String node : List.of("n0", "n1")) {
      Files.createDirectory(world.of(node).resolve("commitlog"));
      write(world.of(node).resolve(LOG), filled('a', 2 * PAGE), true);
      write(world.of(node).resolve("topics.json"), filled('t', 100), true);
    }
  }

  @AfterEach
  void unmount() throws IOException {
    if (world != null) {
      world.close();
    }
  }

  private Injection inject(Fault fault, Map<String, Object> attributes) throws Exception {
    return fault.inject(world, new Order("f1", "one", List.of("n0"), attributes, 42));
  }

  private static byte[] filled(char with, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  private static void write(Path file, byte[] bytes, boolean force) throws IOException {
    write(file, bytes, 0, force);
  }

  private static void write(Path file, byte[] bytes, long at, boolean force) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), at);
      if (force) {
        channel.force(true);
      }
    }
  }

  private static List<String> words(Injection injection) {
    return injection.evidence().stream().map(Evidence::observation).toList();
  }

  private byte[] log(String node) throws IOException {
    return Files.readAllBytes(world.of(node).resolve(LOG));
  }

  /** What every fault leaves alone: another node's disk, and files that it was not aimed at. */
  private void nothingElseChanged() throws IOException {
    assertThat(log("n1")).isEqualTo(filled('a', 2 * PAGE));
    assertThat(world.target("n1").done).isEmpty();
    for (String node : List.of("n0", "n1")) {
      assertThat(Files.readAllBytes(world.of(node).resolve("topics.json")))
          .isEqualTo(filled('t', 100));
    }
  }

  // ---- damage at rest ----

  @Test
  void shouldFlipOneBitOfTheCommitLogWhileTheBrokerIsDown() throws Exception {
    Injection flip = inject(new BitFlipFault(), Map.of("bits", 1));
    assertThat(world.target("n0").state()).isEqualTo(NodeState.GONE);
    flip.heal();
    byte[] after = log("n0");
    int changed = 0;
    int bits = 0;
    for (byte each : after) {
      changed += each == 'a' ? 0 : 1;
      bits += Integer.bitCount(Byte.toUnsignedInt(each) ^ 'a');
    }
    assertThat(changed).isEqualTo(1);
    assertThat(bits).isEqualTo(1);
    assertThat(flip.took()).isTrue();
    assertThat(words(flip)).anyMatch(word -> word.contains("1 places") && word.contains(LOG));
    assertThat(world.target("n0").done).containsExactly("kill", "start");
    nothingElseChanged();
  }

  /**
   * RocketMQ's files are mostly holes: a flip belongs where the messages are, each in its place.
   */
  @Test
  void shouldFlipBitsOfTheDataOfAPreallocatedFileEachInAByteOfItsOwn() throws Exception {
    Path sparse = world.of("n0").resolve("sparse");
    write(sparse, filled('s', PAGE), 1 << 20, true);
    write(sparse, new byte[] {'e'}, (8 << 20) - 1, true);
    byte[] before = Files.readAllBytes(sparse);
    Injection flip = inject(new BitFlipFault(), Map.of("bits", 64, "path", "sparse"));
    flip.heal();
    byte[] after = Files.readAllBytes(sparse);
    int changed = 0;
    for (int i = 0; i < before.length; i++) {
      changed += Integer.bitCount((before[i] ^ after[i]) & 0xff);
    }
    assertThat(changed).isEqualTo(64);
    assertThat(Arrays.mismatch(before, after)).isBetween(1 << 20, (1 << 20) + PAGE);
    nothingElseChanged();
  }

  /** A page that was written and not synced lies above what is durable, and would hide it. */
  @Test
  void shouldDamageWhatTheBrokerWouldReadAgain() throws Exception {
    write(world.of("n0").resolve(LOG), filled('b', 2 * PAGE), false);
    Injection flip = inject(new BitFlipFault(), Map.of("bits", 1, "path", LOG));
    flip.heal();
    byte[] after = log("n0");
    int changed = 0;
    for (byte one : after) {
      changed += Integer.bitCount((one ^ 'b') & 0xff);
    }
    assertThat(changed).isEqualTo(1);
    nothingElseChanged();
  }

  @Test
  void shouldCutTheTailOffTheDataOfAPreallocatedFile() throws Exception {
    write(world.of("n0").resolve(LOG), new byte[] {0}, 64 * PAGE, true);
    write(world.of("n0").resolve("commitlog/00000000000000001024"), new byte[PAGE], true);
    Injection cut = inject(new TruncateFault(), Map.of("bytes", 100));
    cut.heal();
    assertThat(log("n0")).isEqualTo(filled('a', 2 * PAGE - 100));
    assertThat(world.of("n0").resolve("commitlog/00000000000000001024"))
        .hasBinaryContent(new byte[PAGE]);
    assertThat(cut.took()).isTrue();
    assertThat(words(cut)).anyMatch(word -> word.contains("the tail was cut"));
    nothingElseChanged();
  }

  @Test
  void shouldRollFilesBackToWhenTheFaultBegan() throws Exception {
    Injection rollback = inject(new StaleRestoreFault(), Map.of());
    assertThat(world.target("n0").state()).isEqualTo(NodeState.RUNNING);
    write(world.of("n0").resolve(LOG), filled('b', 3 * PAGE), true);
    write(world.of("n0").resolve("topics.json"), filled('t', 100), true);
    assertThat(rollback.took()).isFalse();
    rollback.heal();
    assertThat(log("n0")).isEqualTo(filled('a', 2 * PAGE));
    assertThat(rollback.took()).isTrue();
    assertThat(words(rollback)).anyMatch(word -> word.contains("rolled back"));
    assertThat(world.target("n0").done).containsExactly("kill", "start");
    nothingElseChanged();
  }

  @Test
  void shouldNotClaimToHaveDamagedWhatDoesNotMatch() throws Exception {
    for (Fault fault : List.of(new BitFlipFault(), new TruncateFault(), new StaleRestoreFault())) {
      Injection injection = inject(fault, Map.of("path", "**/absent"));
      injection.heal();
      assertThat(injection.took()).as(fault.name()).isFalse();
      assertThat(injection.healed()).as(fault.name()).isTrue();
      assertThat(words(injection))
          .as(fault.name())
          .anyMatch(w -> w.contains("nothing was damaged"));
      assertThat(log("n0")).isEqualTo(filled('a', 2 * PAGE));
    }
    assertThat(world.target("n0").state()).isEqualTo(NodeState.RUNNING);
    nothingElseChanged();
  }

  // ---- power loss ----

  @Test
  void shouldKeepWholePagesOrTornOnesByTheOddsGiven() throws Exception {
    Path file = world.of("n0").resolve("pages");
    for (double torn : new double[] {0, 1}) {
      write(file, filled('o', 64 * PAGE), true);
      write(file, filled('x', 64 * PAGE), false);
      Injection cut = inject(new PowerLossFault(), Map.of("keep", 0.5, "torn", torn));
      cut.heal();
      byte[] left = Files.readAllBytes(file);
      int lost = 0;
      int whole = 0;
      int parts = 0;
      for (int page = 0; page < 64; page++) {
        byte[] one = Arrays.copyOfRange(left, page * PAGE, (page + 1) * PAGE);
        for (int sector = 0; sector < PAGE; sector += SECTOR) {
          assertThat(Arrays.copyOfRange(one, sector, sector + SECTOR)).containsOnly(one[sector]);
        }
        int news =
            (int)
                new String(one, StandardCharsets.ISO_8859_1).chars().filter(c -> c == 'x').count();
        lost += news == 0 ? 1 : 0;
        whole += news == PAGE ? 1 : 0;
        parts += news > 0 && news < PAGE ? 1 : 0;
      }
      assertThat(lost).isBetween(1, 63);
      assertThat(torn == 0 ? parts : whole).isZero();
      assertThat(torn == 0 ? whole : parts).isPositive();
      assertThat(cut.took()).isTrue();
      assertThat(words(cut))
          .anyMatch(
              w ->
                  w.matches(".*lost \\d+ unsynced pages \\(\\d+ survived, \\d+ of them torn\\).*"));
    }
  }

  @Test
  void shouldKeepNothingUnsyncedByDefaultAndEverythingSynced() throws Exception {
    write(world.of("n0").resolve(LOG), filled('b', 2 * PAGE), false);
    write(world.of("n1").resolve(LOG), filled('a', 2 * PAGE), false);
    Injection cut = inject(new PowerLossFault(), Map.of());
    assertThat(world.target("n0").state()).isEqualTo(NodeState.GONE);
    cut.heal();
    assertThat(log("n0")).isEqualTo(filled('a', 2 * PAGE));
    assertThat(words(cut)).anyMatch(w -> w.contains("lost 2 unsynced pages (0 survived"));
    nothingElseChanged();
  }

  /** A broker takes a while to die; what it syncs in that while must not cover the loss up. */
  @Test
  void shouldLetNoSyncCompleteBetweenTheBeginningOfTheKillAndTheCut() throws Exception {
    write(world.of("n0").resolve(LOG), filled('b', 2 * PAGE), false);
    Thread dying = Thread.ofPlatform().unstarted(this::syncWhereTheDiskMayGo);
    world
        .target("n0")
        .inItsLastMoment(
            () -> {
              dying.start();
              await().until(() -> operationsUnderWay("held-syncs") || !dying.isAlive());
            });
    Injection cut = inject(new PowerLossFault(), Map.of());
    dying.join();
    cut.heal();
    assertThat(log("n0")).isEqualTo(filled('a', 2 * PAGE));
    assertThat(words(cut)).contains("syncs that the cut overtook: 1");

    world.target("n0").inItsLastMoment(() -> {});
    write(world.of("n0").resolve(LOG), filled('d', 2 * PAGE), true);
    inject(new PowerLossFault(), Map.of()).heal();
    assertThat(log("n0")).as("a sync after the cut").isEqualTo(filled('d', 2 * PAGE));
    write(world.of("n0").resolve(LOG), filled('a', 2 * PAGE), true);
    nothingElseChanged();
  }

  @Test
  void shouldHoldASyncThatASlowDiskLetsGoWhileTheKillIsUnderWay() throws Exception {
    DiskToxic slow = DiskToxic.slowFsync("slow", Duration.ofMinutes(10));
    daemon.control().addToxic("n0", slow);
    Thread dying = Thread.ofPlatform().start(this::syncWhereTheDiskMayGo);
    await().until(() -> operationsUnderWay("slow"));
    world
        .target("n0")
        .inItsLastMoment(
            () -> {
              assertThatCode(() -> daemon.control().removeToxic("n0", "slow"))
                  .doesNotThrowAnyException();
              await().until(() -> operationsUnderWay("held-syncs") || !dying.isAlive());
            });
    inject(new PowerLossFault(), Map.of()).heal();
    dying.join();
    assertThat(log("n0")).isEqualTo(filled('a', 2 * PAGE));
    nothingElseChanged();
  }

  /**
   * Time to answer before the sync, for a broker that does; and an end to it, where the run ends.
   */
  @Test
  void shouldLetTheBrokerLiveOnForAWhileWithoutSyncsAndGoOnWhereItIsInterrupted() throws Exception {
    AtomicReference<Exception> end = new AtomicReference<>();
    Thread injecting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    inject(new PowerLossFault(), Map.of("last_sync_ms", 60_000));
                  } catch (Exception e) {
                    end.set(e);
                  }
                });
    Thread syncing = Thread.ofPlatform().unstarted(this::syncWhereTheDiskMayGo);
    await().until(() -> !daemon.control().disk("n0").toxics().isEmpty());
    syncing.start();
    await().until(() -> operationsUnderWay("held-syncs"));
    assertThat(world.target("n0").done).isEmpty();

    injecting.interrupt();
    injecting.join();
    syncing.join();
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    assertThat(daemon.control().disk("n0").toxics()).isEmpty();
    assertThat(world.target("n0").state()).isEqualTo(NodeState.RUNNING);
    assertThat(log("n0")).startsWith(filled('c', PAGE));
  }

  private void syncWhereTheDiskMayGo() {
    try {
      write(world.of("n0").resolve(LOG), filled('c', PAGE), true);
    } catch (IOException e) {
      // the disk was cut under the sync
    }
  }

  private boolean operationsUnderWay(String toxic) throws DiskException {
    return daemon.control().evidence("n0").stream()
        .anyMatch(one -> one.toxic().name().startsWith(toxic) && one.waiting() > 0);
  }

  @Test
  void shouldKeepChangesOfNamesInOrderAsAJournalDoes() throws Exception {
    List<Integer> kept = new ArrayList<>();
    for (int seed = 1; seed <= 8; seed++) {
      Path place = Files.createDirectory(world.of("n0").resolve("names" + seed));
      world.disks().orElseThrow().sync("n0");
      for (int i = 0; i < 20; i++) {
        Files.createFile(place.resolve("f" + i));
      }
      Injection cut =
          new PowerLossFault()
              .inject(world, new Order("f1", "one", List.of("n0"), Map.of("keep", 1.0), seed));
      cut.heal();
      int survived = 0;
      while (survived < 20 && Files.exists(place.resolve("f" + survived))) {
        survived++;
      }
      for (int i = survived; i < 20; i++) {
        assertThat(place.resolve("f" + i)).doesNotExist();
      }
      kept.add(survived);
    }
    assertThat(kept.stream().distinct().count()).as("%s", kept).isGreaterThan(1);
  }

  // ---- toxics ----

  @Test
  void shouldFailOneSyncThenLieAndShowTheTruthWhenTheMachineIsBootedAgain() throws Exception {
    Injection lie = inject(new DiskErrorFault(), Map.of("lie", "yes"));
    Path file = world.of("n0").resolve(LOG);
    // A directory has no pages to lie about.
    try (FileChannel names = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      names.force(true);
    }
    // Nor has a file that nobody has written to since.
    assertThatCode(() -> write(file, new byte[0], true)).doesNotThrowAnyException();
    assertThatThrownBy(() -> write(file, filled('b', PAGE), true)).isInstanceOf(IOException.class);
    assertThatCode(() -> write(file, new byte[0], true)).doesNotThrowAnyException();
    assertThat(log("n0")).startsWith(filled('b', PAGE));
    lie.heal();
    assertThat(log("n0")).isEqualTo(filled('a', 2 * PAGE));
    assertThat(lie.took()).isTrue();
    assertThat(world.target("n0").done).containsExactly("kill", "start");
    assertThat(words(lie)).anyMatch(w -> w.contains("failed {fsync=1} operations (1 dirty pages"));
    nothingElseChanged();
  }

  @Test
  void shouldNotClaimToHaveLiedWhereASyncHadNothingToWrite() throws Exception {
    Injection lie = inject(new DiskErrorFault(), Map.of("lie", "yes"));
    write(world.of("n0").resolve(LOG), new byte[0], true);
    lie.heal();
    assertThat(lie.took()).isFalse();
    nothingElseChanged();
  }

  @Test
  void shouldLeaveTheBrokerAloneWhereOnlyTheDiskIsMended() throws Exception {
    Injection error =
        inject(new DiskErrorFault(), Map.of("operation", "write", "after", "nothing"));
    Path file = world.of("n0").resolve(LOG);
    assertThatThrownBy(() -> write(file, filled('b', PAGE), false)).isInstanceOf(IOException.class);
    assertThat(log("n0")).isEqualTo(filled('a', 2 * PAGE));
    error.heal();
    assertThat(error.took()).isTrue();
    assertThat(world.target("n0").done).isEmpty();
    write(file, filled('a', PAGE), true);
    nothingElseChanged();
  }

  @Test
  void shouldRefuseNewSpaceOnAFullDiskAndGoOnReadingAndOverwriting() throws Exception {
    Injection full = inject(new DiskFullFault(), Map.of());
    Path fresh = world.of("n0").resolve("fresh");
    assertThatThrownBy(() -> write(fresh, filled('n', PAGE), true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
    write(world.of("n0").resolve(LOG), filled('b', 2 * PAGE), true);
    assertThat(log("n0")).isEqualTo(filled('b', 2 * PAGE));
    full.heal();
    assertThat(full.took()).isTrue();
    write(fresh, filled('n', PAGE), true);
    nothingElseChanged();
  }

  /** RocketMQ looks at the room that is left, and writes nothing where there is none. */
  @Test
  void shouldHaveHitABrokerThatAsksForTheRoomLeft() throws Exception {
    Injection unseen = inject(new DiskFullFault(), Map.of());
    unseen.heal();
    assertThat(unseen.took()).as("nobody wrote and nobody asked").isFalse();

    Injection roomy = inject(new DiskFullFault(), Map.of("free_bytes", 1 << 20));
    assertThat(Files.getFileStore(world.of("n0").resolve(LOG)).getUsableSpace()).isEqualTo(1 << 20);
    roomy.heal();
    assertThat(roomy.took()).as("somebody asked, and was told of room").isFalse();

    Injection seen = inject(new DiskFullFault(), Map.of());
    assertThat(Files.getFileStore(world.of("n0").resolve(LOG)).getUsableSpace()).isZero();
    seen.heal();
    assertThat(seen.took()).isTrue();
    assertThat(Files.getFileStore(world.of("n0").resolve(LOG)).getUsableSpace()).isPositive();
    nothingElseChanged();
  }

  /** A disk whose syncs hang is opened and written to meanwhile. */
  @Test
  void shouldHoldBackTheOperationsNamedUntilItIsHealed() throws Exception {
    Injection stall = inject(new DiskStallFault(), Map.of("operation", "fsync"));
    Thread syncing = Thread.ofPlatform().start(this::syncWhereTheDiskMayGo);
    await().until(() -> operationsUnderWay("disk-stall"));
    assertThat(log("n0")).startsWith(filled('c', PAGE));
    stall.heal();
    syncing.join();
    assertThat(stall.took()).isTrue();
    // What is let go may be counted as held back too by the time that its disk is asked.
    assertThat(words(stall))
        .anyMatch(
            w ->
                w.matches(
                    ".*held back \\{(fsync=1)?\\} and failed \\{\\} operations, and 1 were waiting.*"));
    write(world.of("n0").resolve(LOG), filled('a', PAGE), true);
    nothingElseChanged();
  }

  @Test
  void shouldHoldBackEverythingWhereNoOperationIsNamed() throws Exception {
    Injection stall = inject(new DiskStallFault(), Map.of());
    Thread reading =
        Thread.ofPlatform().start(() -> assertThatCode(() -> log("n0")).doesNotThrowAnyException());
    await().until(() -> operationsUnderWay("disk-stall"));
    stall.heal();
    reading.join();
    assertThat(stall.took()).isTrue();
    assertThat(words(stall)).anyMatch(w -> w.contains("1 were waiting"));
    nothingElseChanged();
  }

  @Test
  void shouldSlowTheOperationsNamed() throws Exception {
    Path file = world.of("n0").resolve(LOG);
    for (String operation : List.of("all", "write")) {
      Injection slow =
          inject(new DiskSlowFault(), Map.of("rate_kbps", 1_000, "operation", operation));
      write(file, filled('a', 2 * PAGE), true);
      slow.heal();
      assertThat(slow.took()).as(operation).isTrue();
      assertThat(words(slow))
          .as(operation)
          .anyMatch(w -> w.matches(".*held back \\{write=\\d+} and failed \\{} .*"));
    }
    Injection reads = inject(new DiskSlowFault(), Map.of("operation", "read"));
    write(file, filled('a', 2 * PAGE), true);
    reads.heal();
    assertThat(reads.took()).as("nothing was read").isFalse();
    nothingElseChanged();
  }

  @Test
  void shouldBeInForceOnceItHasHeldBackASync() throws Exception {
    Thread syncing =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    try {
                      write(world.of("n0").resolve("busy"), filled('s', 10), true);
                    } catch (IOException e) {
                      return; // the thread was interrupted, which closes its channel
                    }
                  }
                });
    try {
      Injection slow = inject(new SlowFsyncFault(), Map.of("latency_ms", 200));
      assertThat(words(slow)).anyMatch(w -> w.contains("holds back its first operation"));
      slow.heal();
      assertThat(slow.took()).isTrue();
    } finally {
      syncing.interrupt();
      syncing.join();
    }
    nothingElseChanged();
  }

  @Test
  void shouldNotClaimToHaveTakenWhereNothingWasHit() throws Exception {
    for (Fault fault :
        List.of(
            new SlowFsyncFault(),
            new DiskErrorFault(),
            new DiskFullFault(),
            new DiskStallFault(),
            new DiskSlowFault())) {
      Injection injection = inject(fault, Map.of("path", "absent"));
      write(world.of("n0").resolve(LOG), filled('a', PAGE), true);
      injection.heal();
      assertThat(injection.took()).as(fault.name()).isFalse();
      assertThat(injection.healed()).as(fault.name()).isTrue();
    }
    nothingElseChanged();
  }
}
