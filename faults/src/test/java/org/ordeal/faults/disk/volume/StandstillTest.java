package org.ordeal.faults.disk.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything is old enough to be written back at once, on a disk that takes nothing for a while.
 */
class StandstillTest {
  @TempDir private Path directory;
  private Path root;
  private SmallDisk disk;
  private Volume volume;
  private final Set<Inode> files = ConcurrentHashMap.newKeySet();
  private volatile boolean standsStill;

  @BeforeEach
  void opens() throws IOException {
    root = directory.resolve("root");
    disk = new SmallDisk(directory, true, 0);
    volume = disk.volume;
    volume.setStandstill(
        new Standstill() {
          @Override
          public boolean ofDisk() {
            return standsStill;
          }

          @Override
          public boolean of(Inode file) {
            return files.contains(file);
          }
        });
  }

  @AfterEach
  void closes() throws IOException {
    disk.close();
  }

  @Test
  void shouldWriteNothingBackByAgeUntilTheDiskGoesOn() throws IOException {
    standsStill = true;
    Inode file = disk.create("a");
    disk.write(file, "late");
    volume.writeBack().tick();
    assertThat(root.resolve("a")).doesNotExist();
    assertThat(file.file().dirtyPages()).isEqualTo(1);
    assertThat(volume.pendingMetadata()).isPositive();

    standsStill = false;
    volume.writeBack().tick();
    assertThat(root.resolve("a")).hasContent("late");
    assertThat(volume.pendingMetadata()).isZero();
  }

  @Test
  void shouldWriteBackTheOthersWhereOneFileStandsStill() throws IOException {
    Inode stuck = disk.create("stuck");
    files.add(stuck);
    disk.write(stuck, "late");
    disk.write(disk.create("other"), "soon");
    volume.writeBack().tick();
    assertThat(root.resolve("other")).hasContent("soon");
    assertThat(root.resolve("stuck")).isEmptyFile();

    files.clear();
    volume.writeBack().tick();
    assertThat(root.resolve("stuck")).hasContent("late");
  }

  /** Such a commit would make the content durable that the broker could not sync. */
  @Test
  void shouldNotCommitAFileThatReplacedAnotherWhileItStandsStill() throws IOException {
    Inode before = disk.create("topics.json");
    disk.write(before, "before");
    disk.sync(before);
    Inode after = disk.create("topics.json.tmp");
    files.add(after);
    disk.write(after, "after");
    disk.rename("topics.json.tmp", "topics.json");
    volume.writeBack().tick();
    assertThat(root.resolve("topics.json")).hasContent("before");

    files.clear();
    volume.writeBack().tick();
    assertThat(root.resolve("topics.json")).hasContent("after");
  }
}
