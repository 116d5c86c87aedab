package org.ordeal.faults.disk.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.libc.Libc;

/** On an ext4-like disk nothing that ext4 journals survives without what was journaled earlier. */
class CommitOrderTest {
  private static final int PAGE = PagePool.PAGE;

  @TempDir private Path directory;
  private SmallDisk disk;

  @BeforeEach
  void opens() throws IOException {
    disk = new SmallDisk(directory, false);
  }

  @AfterEach
  void closes() throws IOException {
    disk.close();
  }

  private Inode synced(String name, int size) throws IOException {
    Inode file = disk.create(name);
    disk.write(file, "x".repeat(size));
    disk.sync(file);
    return file;
  }

  @Test
  void shouldPunchNoHoleThatOutlivesAnEarlierRename() throws IOException {
    Inode old = synced("old", 2 * PAGE);
    synced("new.tmp", 10);
    disk.rename("new.tmp", "new");
    disk.volume
        .contents()
        .fallocate(old, Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE, 0, PAGE);
    disk.cut(0, 0, 1);

    assertThat(disk.read(disk.get("old"))).startsWith("\0");
    assertThat(disk.find("new")).isNotNull();
  }

  @Test
  void shouldWriteNoChunkBackThatOutlivesAnEarlierRename() throws IOException {
    Inode wal = synced("wal", 2 * PAGE);
    synced("checkpoint.tmp", 10);
    disk.rename("checkpoint.tmp", "checkpoint");
    disk.resize(wal, 0);
    byte[] mebibyte = new byte[1 << 20];
    for (int i = 0; i < 6; i++) {
      disk.write(wal, (long) i << 20, mebibyte);
    }
    disk.cut(0, 0, 1);

    assertThat(disk.get("wal").file().size()).as("written back under pressure").isGreaterThan(PAGE);
    assertThat(disk.find("checkpoint")).isNotNull();
  }

  @Test
  void shouldKeepOnlyPagesThatOverwriteWhereMetadataIsLost() throws IOException {
    Inode segment = synced("segment1", PAGE + 10);
    disk.create("segment2");
    disk.write(segment, "y".repeat(3 * PAGE));
    disk.cut(1, 0, 1);

    assertThat(disk.find("segment2")).isNull();
    assertThat(disk.read(disk.get("segment1"))).isEqualTo("y".repeat(PAGE + 10));
  }

  @Test
  void shouldKeepGrowthWhereNoMetadataIsLost() throws IOException {
    Inode segment = synced("segment1", 10);
    disk.write(segment, "y".repeat(3 * PAGE));
    disk.cut(1, 0, 1);

    assertThat(disk.read(disk.get("segment1"))).isEqualTo("y".repeat(3 * PAGE));
  }

  @Test
  void shouldKeepNoSizeThatOutlivesAnEarlierRename() throws IOException {
    Set<String> outcomes = new HashSet<>();
    for (int seed = 1; seed <= 40; seed++) {
      Inode file = synced("f" + seed, 2 * PAGE);
      synced("x" + seed, 10);
      disk.resize(file, PAGE);
      disk.rename("x" + seed, "y" + seed);
      disk.resize(file, 0);
      disk.create("z" + seed);
      disk.cut(0, 1, seed);

      long size = disk.get("f" + seed).file().size();
      boolean renamed = disk.find("y" + seed) != null;
      assertThat(size == 0).as("size 0 and renamed").isEqualTo(renamed);
      outcomes.add(size + " " + renamed + " " + (disk.find("z" + seed) != null));
    }
    assertThat(outcomes).containsExactlyInAnyOrder("0 true false", "0 true true");
  }

  @Test
  @Timeout(30)
  void shouldSyncNoGrowthThatOutlivesARenameMadeMeanwhile() throws Exception {
    Inode segment = synced("segment1", 10);
    synced("old", 10);
    FutureTask<Void> sync =
        new FutureTask<>(
            () -> {
              disk.sync(segment);
              return null;
            });
    synchronized (segment.file()) {
      // It has found nothing to commit and waits for the content.
      Thread syncing = Thread.ofPlatform().start(sync);
      while (syncing.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
      disk.rename("old", "new");
      disk.write(segment, "y".repeat(20));
    }
    sync.get();
    disk.cut(0, 0, 1);

    assertThat(disk.read(disk.get("segment1"))).hasSize(20);
    assertThat(disk.find("new")).isNotNull();
  }
}
