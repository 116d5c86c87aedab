package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.store.CommitLog;
import org.ordeal.store.Disk;
import org.ordeal.store.LogRecord;
import org.ordeal.store.SimulatedDisk;

/** A member takes over the leader's log, and its machine loses power in the middle of it. */
class SnapshotInstallTest {
  private static final long OLD_LAST = 40;
  private static final long COPIED_LAST = 130;
  private static final long INDEX = 100;
  private static final byte[] BASE =
      "the state with which it begins".getBytes(StandardCharsets.UTF_8);

  @TempDir Path root;
  private ReplicaConfig config;
  private Path copied;

  @SuppressWarnings("NullAway.Init") // JUnit sets the directory, then calls prepare
  SnapshotInstallTest() {}

  @BeforeEach
  void prepare() throws IOException {
    config = Drafts.config(root, Drafts.members(3), "n0", Flush.SYNC, 2000);
    copied = SnapshotInstall.directory(config).resolve("snapshot_100");
  }

  private static CommitLog.Options options() {
    return new CommitLog.Options(2000, CommitLog.OnDamage.REFUSE, _ -> false, () -> 1L);
  }

  private static LogRecord record(long index, long term) {
    var body = new byte[(int) (index * 37 % 300)];
    new Random(index * 31 + term).nextBytes(body);
    return new LogRecord(2, index, term, ByteBuffer.wrap(body));
  }

  private static void write(Disk disk, Path directory, long last, long term, long deleted)
      throws IOException {
    try (var log = CommitLog.open(disk, directory, options())) {
      for (var index = 1L; index <= last; index++) {
        log.append(List.of(record(index, term)), true);
      }
      if (deleted > 0) {
        log.truncatePrefix(deleted + 1);
        log.deleteBefore(log.positionOf(deleted));
      }
    }
  }

  /** The member's own log of term 1, and the leader's of term 2 as a peer's copy of its files. */
  private SimulatedDisk before() throws IOException {
    var disk = new SimulatedDisk();
    disk.createDirectories(config.directory());
    disk.createDirectories(config.commitLogDirectory());
    disk.createDirectories(copied);
    write(disk, config.commitLogDirectory(), OLD_LAST, 1, 0);
    write(disk, copied, COPIED_LAST, 2, 60);
    for (var name : disk.list(copied)) {
      if (!name.matches("\\d{20}")) {
        disk.delete(copied.resolve(name));
      }
    }
    try (var base = disk.open(copied.resolve(SnapshotInstall.BASE_FILE))) {
      base.write(ByteBuffer.wrap(BASE), 0);
      base.force();
    }
    return disk;
  }

  private static boolean holds(CommitLog log, long from, long last, long term) throws IOException {
    if (log.lastIndex() != last) {
      return false;
    }
    for (var index = from; index <= last; index++) {
      var read = log.readRetained(index);
      var expected = record(index, term);
      if (read == null
          || read.record().term() != term
          || !read.record().payload().equals(expected.payload())) {
        return false;
      }
    }
    return true;
  }

  private void assertInstalled(Disk disk) throws IOException {
    try (var log = CommitLog.open(disk, config.commitLogDirectory(), options())) {
      assertThat(log.firstIndex()).isEqualTo(INDEX + 1);
      assertThat(log.minIndex()).isBetween(2L, 60L);
      assertThat(holds(log, log.minIndex(), INDEX, 2)).isTrue();
      var base = "state/base-%020d".formatted(log.minPosition());
      assertThat(disk.readAll(config.directory().resolve(base))).isEqualTo(BASE);
    }
  }

  @Test
  void shouldReplaceTheLogByTheCopyUpToItsIndex() throws IOException {
    var disk = before();
    SnapshotInstall.begin(disk, config, copied, INDEX);
    SnapshotInstall.finish(disk, config, options());
    assertInstalled(disk);
    SnapshotInstall.finish(disk, config, options());
    assertInstalled(disk.powerLoss(new Random(1), 0));
  }

  @Test
  void shouldHaveTheOldLogOrTheNewOneWhateverStepThePowerGoesAt() throws IOException {
    var random = new Random(5);
    for (var step = 1; ; step++) {
      var disk = before();
      disk.losePowerAt(disk.operations() + step);
      var begun = false;
      var done = false;
      try {
        SnapshotInstall.begin(disk, config, copied, INDEX);
        begun = true;
        SnapshotInstall.finish(disk, config, options());
        done = true;
      } catch (SimulatedDisk.PowerLoss e) {
        assertThat(done).isFalse();
      }
      var after = disk.powerLoss(random, step % 3 == 0 ? 0 : 0.5);
      // What the next start of the member does first; and that one loses power too, now and then.
      after.losePowerAt(step % 2 == 0 ? 1 + random.nextInt(20) : Long.MAX_VALUE);
      try {
        SnapshotInstall.finish(after, config, options());
      } catch (SimulatedDisk.PowerLoss e) {
        assertThat(step % 2).isZero();
      }
      var last = after.powerLoss(random, 0.5);
      SnapshotInstall.finish(last, config, options());
      if (begun || installed(last)) {
        assertInstalled(last);
      } else {
        try (var log = CommitLog.open(last, config.commitLogDirectory(), options())) {
          assertThat(holds(log, 1, OLD_LAST, 1)).as("the old log at step %d", step).isTrue();
        }
      }
      if (done) {
        assertThat(step).isGreaterThan(20);
        return;
      }
    }
  }

  private boolean installed(Disk disk) throws IOException {
    try (var log = CommitLog.open(disk, config.commitLogDirectory(), options())) {
      return Objects.requireNonNull(log.readRetained(log.lastIndex())).record().term() == 2;
    }
  }
}
