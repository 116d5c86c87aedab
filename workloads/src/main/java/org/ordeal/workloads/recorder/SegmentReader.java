package org.ordeal.workloads.recorder;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one segment in the order in which they were reserved. */
final class SegmentReader {

  private static final int SMALLEST_FRAME = 40;
  private final MemorySegment memory;
  private final SegmentFile file;
  private long position = SegmentFile.HEADER_BYTES;

  private SegmentReader(MemorySegment memory, SegmentFile file) {
    this.memory = memory;
    this.file = file;
  }

  /**
   * Opens a segment.
   *
   * @throws IOException if it cannot be read or is none
   */
  static SegmentReader open(SegmentFile file) throws IOException {
    try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
      long size = channel.size();
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
      if (size < SegmentFile.HEADER_BYTES || memory.get(JAVA_LONG, 0) == 0) {
        // The node was killed while it made this segment ready: nothing was written to it.
        return new SegmentReader(MemorySegment.NULL, file);
      }
      if (memory.get(JAVA_LONG, 0) != SegmentFile.MAGIC
          || memory.get(ValueLayout.JAVA_INT, 8) != SegmentFile.VERSION) {
        throw new IOException(
            "%s is no operation log of this version of Ordeal.".formatted(file.path()));
      }
      return new SegmentReader(memory, file);
    }
  }

  /** As {@link #open}, for iterators. */
  static SegmentReader openUnchecked(SegmentFile file) {
    try {
      return open(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next frame that is whole, or null at the end. */
  Frame.@Nullable Event next() {
    while (position + SMALLEST_FRAME <= memory.byteSize()) {
      long header = memory.get(JAVA_LONG, position);
      int length = (int) header;
      if (header != 0
          && (int) (header >>> 32) == Frame.check(file.incarnation(), file.number(), position)
          && length >= SMALLEST_FRAME
          && length % 8 == 0
          && position + length <= memory.byteSize()) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(memory, JAVA_BYTE, position, bytes, 0, length);
        Frame.Event event = Frame.decode(bytes);
        if (event != null) {
          position += length;
          return event;
        }
      }
      // A hole, or the end: frames begin at multiples of 8.
      position += 8;
    }
    return null;
  }
}
