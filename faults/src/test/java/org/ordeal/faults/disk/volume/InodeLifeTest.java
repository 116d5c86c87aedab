package org.ordeal.faults.disk.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long an inode keeps its content and its descriptor: as long as somebody can ask for them. */
class InodeLifeTest {
  @TempDir private Path directory;
  private SmallDisk disk;

  @BeforeEach
  void opens() throws IOException {
    disk = new SmallDisk(directory, true);
  }

  @AfterEach
  void closes() throws IOException {
    disk.close();
  }

  /** How many files of the disk this process has open. */
  private long descriptors() throws IOException {
    long open = 0;
    try (var all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : all) {
        try {
          open += Files.readSymbolicLink(descriptor).startsWith(directory.toRealPath()) ? 1 : 0;
        } catch (NoSuchFileException e) {
          // Another thread's, which it has closed since.
        }
      }
    }
    return open;
  }

  @Test
  void shouldKeepTheContentOfAFileThatWasReplacedAfterTheCommit() throws IOException {
    Set<String> outcomes = new HashSet<>();
    for (int seed = 1; seed <= 40; seed++) {
      String name = "f" + seed;
      Inode file = disk.create(name);
      disk.write(file, "old");
      disk.sync(file);
      for (String text : List.of("AAAA", "BBBB")) {
        disk.write(disk.create(name + text), text);
        disk.rename(name + text, name);
      }
      disk.cut(0, 1, seed);
      outcomes.add(disk.read(disk.get(name)));
    }
    assertThat(outcomes).containsExactlyInAnyOrder("old", "AAAA", "BBBB");
  }

  @Test
  void shouldKeepTheContentOfAnUnlinkedFileWhileTheKernelKnowsIt() throws IOException {
    for (boolean synced : List.of(true, false)) {
      Inode file = disk.create("f");
      Inode known = disk.volume.names().lookup(disk.volume.inode(Volume.ROOT), "f", true);
      assertThat(known).isSameAs(file);
      disk.write(file, "content");
      if (synced) {
        disk.sync(file);
      }
      disk.remove("f");
      assertThat(disk.read(file)).isEqualTo("content");
      disk.volume.durability().commitMetadata();
      assertThat(disk.read(file)).as("after the commit").isEqualTo("content");

      disk.volume.names().forget(file, 1);
      assertThat(disk.volume.find(file.id())).isNull();
      assertThat(file.file().pages()).isZero();
      assertThat(descriptors()).isZero();
    }
  }

  @Test
  void shouldFreeAnUnlinkedFileWithTheCommit() throws IOException {
    Inode file = disk.create("f");
    disk.write(file, "content");
    disk.resize(file, 0);
    disk.write(file, "again");
    assertThat(disk.volume.durability().flushesWithMetadata(file)).isTrue();
    disk.remove("f");
    assertThat(file.file().pages()).as("a cut may still keep it").isOne();

    disk.volume.durability().commitMetadata();
    assertThat(file.file().pages()).isZero();
    assertThat(disk.volume.find(file.id())).isNull();
    assertThat(disk.volume.durability().flushesWithMetadata(file)).isFalse();
    assertThat(disk.volume.pendingMetadata()).isZero();
  }

  @Test
  void shouldKeepNoDescriptorOfAFileThatWasClosedBeforeItsCreationWasCommitted()
      throws IOException {
    disk.create("empty");
    disk.volume.durability().commitMetadata();
    assertThat(descriptors()).as("after a commit").isZero();

    disk.write(disk.create("written"), "content");
    disk.volume.durability().syncAll();
    assertThat(descriptors()).as("after a sync of everything").isZero();

    for (int seed = 1; seed <= 10; seed++) {
      disk.create("short-lived");
      disk.remove("short-lived");
      disk.create("another" + seed);
      disk.cut(0, 1, seed);
      assertThat(descriptors()).as("after a cut").isZero();
      if (disk.find("short-lived") != null) {
        disk.remove("short-lived");
      }
    }
  }
}
