package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.libc.PathBytes;

/** An ext4-like volume with 4 MiB for dirty pages, used by name. */
final class SmallDisk implements AutoCloseable {
  final Volume volume;

  /** One that writes nothing back by age. */
  SmallDisk(Path directory, boolean flushOnReplace) throws IOException {
    this(directory, flushOnReplace, -1);
  }

  /**
   * @param ageMillis when data and metadata are old enough to be written back; -1 for never
   */
  SmallDisk(Path directory, boolean flushOnReplace, long ageMillis) throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    this.volume =
        new Volume(
            PathBytes.bytesOf(root.toString()),
            PathBytes.bytesOf(directory.resolve("orphans").toString()),
            new Volume.Settings(
                MetadataMode.EXT4, ageMillis, ageMillis, 4 << 20, flushOnReplace, false, null));
  }

  private Inode root() throws IOException {
    return volume.inode(Volume.ROOT);
  }

  @Nullable Inode find(String name) throws IOException {
    return volume.names().lookup(root(), name, false);
  }

  Inode get(String name) throws IOException {
    return Objects.requireNonNull(find(name), name);
  }

  /** Makes a file that nobody has open and that the kernel has forgotten. */
  Inode create(String name) throws IOException {
    Inode made = volume.names().make(root(), name, Inode.S_IFREG | 0644, 0, 0, 0);
    volume.names().forget(made, 1);
    return made;
  }

  void rename(String from, String to) throws IOException {
    volume.names().rename(root(), from, root(), to, 0);
  }

  void remove(String name) throws IOException {
    volume.names().remove(root(), name, false);
  }

  /** Opens, writes, closes. */
  void write(Inode file, long offset, byte[] bytes) throws IOException {
    volume.contents().opened(file);
    volume.contents().write(file, offset, bytes.length, MemorySegment.ofArray(bytes), false);
    volume.contents().released(file);
  }

  void write(Inode file, String text) throws IOException {
    write(file, 0, text.getBytes(StandardCharsets.US_ASCII));
  }

  String read(Inode file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(64 << 10);
      int length = volume.contents().read(file, 0, 64 << 10, into);
      return new String(
          into.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }
  }

  void resize(Inode file, long size) throws IOException {
    volume.contents().change(file, new AttributeChange(null, null, null, size, null, null, false));
  }

  void sync(Inode file) throws IOException {
    volume.durability().sync(file);
  }

  void cut(double keepData, double keepMetadata, long seed) throws IOException {
    PowerCut.cut(
        List.of(new PowerCut.Target("d", volume)),
        new PowerLoss(List.of("d"), keepData, 0, keepMetadata, seed));
  }

  @Override
  public void close() throws IOException {
    volume.close();
  }
}
