package org.ordeal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the records of one segment file in order, checking each, with large reads. One
 * thread.
 */
final class RecordScanner {
  private static final int READ_BYTES = 1 << 20;

  private final Segment segment;
  private final long limit;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES).limit(0);
  private long bufferAt;
  private long position;

  /**
   * @param from the position of a record
   * @param limit the position at which the file ends
   */
  RecordScanner(Segment segment, long from, long limit) {
    this.segment = segment;
    this.position = from;
    this.bufferAt = from;
    this.limit = limit;
  }

  /**
   * The next record if it is whole, matches its checksum and says that it lies where it lies; else
   * null.
   */
  LogRecord.@Nullable Header next() throws IOException {
    var header = intactAt(position);
    if (header != null) {
      position += header.size();
    }
    return header;
  }

  /** Where the next record would be. */
  long position() {
    return position;
  }

  private LogRecord.@Nullable Header intactAt(long at) throws IOException {
    if (!fill(at, LogRecord.HEADER_BYTES)) {
      return null;
    }
    var header = LogRecord.Header.read(buffer);
    if (header == null || header.position() != at || !fill(at, header.size())) {
      return null;
    }
    return LogRecord.intact(buffer, buffer.position(), header.size()) ? header : null;
  }

  /**
   * Looks behind a record that is not intact for one that is and was written when the former had
   * been forced.
   *
   * @return its position, or -1
   */
  long proofOfDamage() throws IOException {
    var broken = position;
    for (var at = broken + 1; fill(at, LogRecord.HEADER_BYTES); at++) {
      // A search for the magic in what is in memory, then a real look.
      var from = buffer.position();
      var to = buffer.limit() - LogRecord.HEADER_BYTES;
      while (from <= to && buffer.getInt(from) != LogRecord.MAGIC) {
        from++;
      }
      at += from - buffer.position();
      if (from > to) {
        at--;
        continue;
      }
      var header = intactAt(at);
      if (header != null && header.stable() > broken) {
        return at;
      }
    }
    return -1;
  }

  /** Has the buffer begin at {@code at} with so many bytes; false where the file is shorter. */
  private boolean fill(long at, int bytes) throws IOException {
    if (at + bytes > limit) {
      return false;
    }
    if (at < bufferAt || at + bytes > bufferAt + buffer.limit()) {
      if (bytes > buffer.capacity()) {
        buffer = ByteBuffer.allocateDirect(bytes + READ_BYTES);
      }
      buffer.clear().limit((int) Math.min(buffer.capacity(), limit - at));
      segment.file.read(buffer, segment.fileOffset(at));
      bufferAt = at;
    }
    buffer.position((int) (at - bufferAt));
    return true;
  }
}
