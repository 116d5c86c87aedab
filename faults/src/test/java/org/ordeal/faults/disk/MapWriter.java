package org.ordeal.faults.disk;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that stores to a shared map of a file and flushes it, over and over. */
final class MapWriter {
  private static final int SIZE = 1 << 20;

  private MapWriter() {}

  public static void main(String[] args) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            Path.of(args[0]),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      MappedByteBuffer map = channel.map(MapMode.READ_WRITE, 0, SIZE);
      for (byte round = 1; ; round++) {
        for (int at = 0; at < SIZE; at += 4096) {
          map.put(at, round);
        }
        map.force();
      }
    }
  }
}
