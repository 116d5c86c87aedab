package org.ordeal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The Raft log's first index, written down: eight bytes and their checksum, replaced as a whole.
 */
final class FirstIndexFile {
  private final Disk disk;
  private final Path path;

  FirstIndexFile(Disk disk, Path path) {
    this.disk = disk;
    this.path = path;
  }

  /** 0 where none was ever written. */
  long read() throws IOException {
    var content = disk.readAll(path);
    if (content == null) {
      return 0;
    }
    var buffer = ByteBuffer.wrap(content);
    if (content.length != 12 || buffer.getInt(8) != crc(content)) {
      throw new DamagedLogException(
          path + " is damaged: the Raft log's first index is not known without it.");
    }
    return buffer.getLong();
  }

  void write(long firstIndex) throws IOException {
    var buffer = ByteBuffer.allocate(12).putLong(firstIndex);
    disk.replace(path, buffer.putInt(crc(buffer.array())).array());
  }

  private static int crc(byte[] content) {
    var crc = new CRC32C();
    crc.update(content, 0, 8);
    return (int) crc.getValue();
  }
}
