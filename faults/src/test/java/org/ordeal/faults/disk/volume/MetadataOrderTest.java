package org.ordeal.faults.disk.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.libc.PathBytes;

/** In which order, and from when on, names and sizes become durable on an ext4-like disk. */
class MetadataOrderTest {
  private static final long SIZE = 8192;

  @TempDir private Path directory;
  private Volume volume;

  @BeforeEach
  void opens() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    volume =
        new Volume(
            PathBytes.bytesOf(root.toString()),
            PathBytes.bytesOf(directory.resolve("orphans").toString()),
            new Volume.Settings(MetadataMode.EXT4, -1, -1, 4 << 20, false, false, null));
  }

  @AfterEach
  void closes() throws IOException {
    volume.close();
  }

  /** RocketMQ makes each of its files so; it must not be durable five seconds too early. */
  @Test
  void shouldCountTheAgeOfMetadataFromItsOldestChange() throws IOException {
    assertThat(volume.durability().metadataSince()).isEqualTo(-1);
    long before = System.nanoTime();
    Inode file = create("a");
    resize(file);
    assertThat(volume.durability().metadataSince() - before).isNotNegative();
    long since = volume.durability().metadataSince();
    create("b");
    assertThat(volume.durability().metadataSince()).isEqualTo(since);
    volume.durability().commitMetadata();
    assertThat(volume.durability().metadataSince()).isEqualTo(-1);

    long again = System.nanoTime();
    resize(file);
    assertThat(volume.durability().metadataSince() - again).isNotNegative();
  }

  @Test
  void shouldKeepNoNameThatCameAfterASizeItLoses() throws IOException {
    Set<String> outcomes = new HashSet<>();
    for (int seed = 1; seed <= 40; seed++) {
      Inode a = create("a" + seed);
      resize(a);
      create("b" + seed);
      PowerCut.cut(
          List.of(new PowerCut.Target("d", volume)), new PowerLoss(List.of("d"), 0, 0, 1, seed));
      Inode first = find("a" + seed);
      Inode second = find("b" + seed);
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

  private @Nullable Inode find(String name) throws IOException {
    return volume.names().lookup(volume.inode(Volume.ROOT), name, false);
  }

  private Inode create(String name) throws IOException {
    return volume.names().make(volume.inode(Volume.ROOT), name, Inode.S_IFREG | 0644, 0, 0, 0);
  }

  private void resize(Inode file) throws IOException {
    volume.contents().change(file, new AttributeChange(null, null, null, SIZE, null, null, false));
  }
}
