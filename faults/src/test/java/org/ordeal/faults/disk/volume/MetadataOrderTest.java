package org.ordeal.faults.disk.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which order, and from when on, names and sizes become durable on an ext4-like disk. */
class MetadataOrderTest {
  private static final long SIZE = 8192;

  @TempDir private Path directory;
  private SmallDisk disk;
  private Volume volume;

  @BeforeEach
  void opens() throws IOException {
    disk = new SmallDisk(directory, false);
    volume = disk.volume;
  }

  @AfterEach
  void closes() throws IOException {
    disk.close();
  }

  /** RocketMQ makes each of its files so; it must not be durable five seconds too early. */
  @Test
  void shouldCountTheAgeOfMetadataFromItsOldestChange() throws IOException {
    assertThat(volume.durability().metadataSince()).isEqualTo(-1);
    long before = System.nanoTime();
    Inode file = disk.create("a");
    disk.resize(file, SIZE);
    assertThat(volume.durability().metadataSince() - before).isNotNegative();
    long since = volume.durability().metadataSince();
    disk.create("b");
    assertThat(volume.durability().metadataSince()).isEqualTo(since);
    volume.durability().commitMetadata();
    assertThat(volume.durability().metadataSince()).isEqualTo(-1);

    long again = System.nanoTime();
    disk.resize(file, SIZE);
    assertThat(volume.durability().metadataSince() - again).isNotNegative();
  }

  @Test
  void shouldKeepNoNameThatCameAfterASizeItLoses() throws IOException {
    Set<String> outcomes = new HashSet<>();
    for (int seed = 1; seed <= 40; seed++) {
      Inode a = disk.create("a" + seed);
      disk.resize(a, SIZE);
      disk.create("b" + seed);
      disk.cut(0, 1, seed);
      Inode first = disk.find("a" + seed);
      Inode second = disk.find("b" + seed);
      if (first != null) {
        assertThat(first.file().size())
            .as("the size of a file whose name was kept")
            .isEqualTo(SIZE);
      } else {
        assertThat(second).isNull();
      }
      outcomes.add((first != null) + " " + (second != null));
    }
    assertThat(outcomes).containsExactlyInAnyOrder("false false", "true false", "true true");
  }
}
