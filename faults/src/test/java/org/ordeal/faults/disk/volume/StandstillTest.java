package org.ordeal.faults.disk.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.libc.PathBytes;

/**
 * Everything is old enough to be written back at once, on a disk that takes nothing for a while.
 */
class StandstillTest {
  @TempDir private Path directory;
  private Path root;
  private Volume volume;
  private final Set<Inode> files = ConcurrentHashMap.newKeySet();
  private volatile boolean disk;

  @BeforeEach
  void opens() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    volume =
        new Volume(
            PathBytes.bytesOf(root.toString()),
            PathBytes.bytesOf(directory.resolve("orphans").toString()),
            new Volume.Settings(MetadataMode.EXT4, 0, 0, 4 << 20, true, false, null));
    volume.setStandstill(
        new Standstill() {
          @Override
          public boolean ofDisk() {
            return disk;
          }

          @Override
          public boolean of(Inode file) {
            return files.contains(file);
          }
        });
  }

  @AfterEach
  void closes() throws IOException {
    volume.close();
  }

  @Test
  void shouldWriteNothingBackByAgeUntilTheDiskGoesOn() throws IOException {
    disk = true;
    Inode file = create("a");
    write(file, "late");
    volume.writeBack().tick();
    assertThat(root.resolve("a")).doesNotExist();
    assertThat(file.file().dirtyPages()).isEqualTo(1);
    assertThat(volume.pendingMetadata()).isPositive();

    disk = false;
    volume.writeBack().tick();
    assertThat(root.resolve("a")).hasContent("late");
    assertThat(volume.pendingMetadata()).isZero();
  }

  @Test
  void shouldWriteBackTheOthersWhereOneFileStandsStill() throws IOException {
    Inode stuck = create("stuck");
    files.add(stuck);
    write(stuck, "late");
    write(create("other"), "soon");
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
    Inode before = create("topics.json");
    write(before, "before");
    volume.durability().sync(before);
    Inode after = create("topics.json.tmp");
    files.add(after);
    write(after, "after");
    Inode top = volume.inode(Volume.ROOT);
    volume.names().rename(top, "topics.json.tmp", top, "topics.json", 0);
    volume.writeBack().tick();
    assertThat(root.resolve("topics.json")).hasContent("before");

    files.clear();
    volume.writeBack().tick();
    assertThat(root.resolve("topics.json")).hasContent("after");
  }

  private Inode create(String name) throws IOException {
    return volume.names().make(volume.inode(Volume.ROOT), name, Inode.S_IFREG | 0644, 0, 0, 0);
  }

  private void write(Inode file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    volume.contents().write(file, 0, bytes.length, MemorySegment.ofArray(bytes), false);
  }
}
