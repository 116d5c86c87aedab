package org.ordeal.faults.disk.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.libc.PathBytes;

/** A write that the host fails in the midst of it: no slot is counted twice or lost. */
class FailedWriteTest {
  private static final int PAGE = PagePool.PAGE;

  @TempDir private Path directory;

  @Test
  void shouldCountTheSlotsOfAWriteThatFailsHalfWay() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.write(root.resolve("f"), new byte[4 * PAGE]);
    try (Volume volume =
        new Volume(
            PathBytes.bytesOf(root.toString()),
            PathBytes.bytesOf(directory.resolve("orphans").toString()),
            new Volume.Settings(MetadataMode.EXT4, -1, -1, 4 << 20, false, false, null))) {
      Inode file =
          Objects.requireNonNull(volume.names().lookup(volume.inode(Volume.ROOT), "f", false));
      FileData data = file.file();
      int capacity = volume.pool.available();
      MemorySegment bytes = MemorySegment.ofArray(new byte[2 * PAGE]);

      // The first page is whole; of the second a part, which the host cannot read.
      data.detach();
      try (PagePool.Reservation reserved = Objects.requireNonNull(volume.pool.reserve(2))) {
        assertThatThrownBy(() -> data.write(0, PAGE + 10, bytes, 1, reserved))
            .isInstanceOf(IOException.class);
      }
      assertThat(data.pages()).isEqualTo(1);
      assertThat(volume.pool.available()).isEqualTo(capacity - 1);

      volume.contents().write(file, 0, 2 * PAGE, bytes, false);
      assertThat(volume.pool.available()).isEqualTo(capacity - 2);
      volume.durability().sync(file);
      assertThat(volume.pool.available()).isEqualTo(capacity);
    }
  }
}
