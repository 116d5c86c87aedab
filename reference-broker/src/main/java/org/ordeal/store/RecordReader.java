package org.ordeal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Reads the records of a commit log by index and by position, and checks what it reads. Any number
 * of threads may, beside one that writes; none waits for another.
 */
final class RecordReader {
  private final Segments segments;
  private final PositionRing ring;
  private final Path directory;

  /**
   * @param ring positions that are known already; what is found is put there
   * @param directory named in errors
   */
  RecordReader(Segments segments, PositionRing ring, Path directory) {
    this.segments = segments;
    this.ring = ring;
    this.directory = directory;
  }

  /** The record with this index, which must be on disk. */
  CommitLog.Read read(long index) throws IOException {
    var position = positionOf(index);
    var read = readRecord(position);
    if (read.record().index() != index) {
      throw damaged(position, "it holds index " + read.record().index() + " instead of " + index);
    }
    ring.put(index + 1, position + read.record().size());
    return read;
  }

  /** The term of a record on disk, or of the one before the oldest; 0 where that is not known. */
  long term(long index) throws IOException {
    var oldest = segments.oldest();
    if (index == oldest.firstIndex - 1) {
      return oldest.previousTerm;
    }
    var active = segments.active();
    if (index < oldest.firstIndex || index > active.lastIndex()) {
      return 0;
    }
    var known = index >= active.firstIndex ? active.termIfKnown(index) : -1;
    return known >= 0 ? known : header(positionOf(index)).term();
  }

  /** The position of a record on disk by its index. */
  long positionOf(long index) throws IOException {
    var known = ring.get(index);
    if (known >= 0) {
      return known;
    }
    var segment = segments.ofIndex(index);
    var position = segment.floorOfIndex(index);
    for (var header = header(position); header.index() < index; header = header(position)) {
      position += header.size();
    }
    ring.put(index, position);
    return position;
  }

  /** The position after a record on disk by its index. */
  long positionAfter(long index) throws IOException {
    var position = positionOf(index);
    return position + header(position).size();
  }

  private LogRecord.Header header(long position) throws IOException {
    var bytes = ByteBuffer.allocate(LogRecord.HEADER_BYTES);
    var there = contiguousBytes(position);
    if (there >= LogRecord.HEADER_BYTES) {
      readBytes(position, bytes);
      var header = LogRecord.Header.read(bytes.rewind());
      if (header != null && header.position() == position && header.size() <= there) {
        return header;
      }
    }
    throw damaged(position, "no record begins there");
  }

  /** The record that begins at this position, checked. */
  CommitLog.Read readRecord(long position) throws IOException {
    var header = header(position);
    var whole = ByteBuffer.allocate(header.size());
    readBytes(position, whole);
    if (!LogRecord.intact(whole, 0, header.size())) {
      throw damaged(position, "its checksum does not match");
    }
    var payload = whole.slice(LogRecord.HEADER_BYTES, header.size() - LogRecord.HEADER_BYTES);
    return new CommitLog.Read(
        new LogRecord(header.type(), header.index(), header.term(), payload), position);
  }

  private DamagedLogException damaged(long position, String what) {
    return new DamagedLogException(
        "The record at position %d of the commit log in %s is damaged: %s."
            .formatted(position, directory, what));
  }

  /** See {@link CommitLog#readBytes}. */
  void readBytes(long position, ByteBuffer target) throws IOException {
    var segment = segments.ofPosition(position);
    if (position < segment.base || position + target.remaining() > segment.end()) {
      throw new IOException(
          "The commit log in %s has no %d bytes at position %d: it reaches from %d to %d there."
              .formatted(directory, target.remaining(), position, segment.base, segment.end()));
    }
    segment.file.read(target, segment.fileOffset(position));
  }

  /** How many bytes can be read from this position on in one piece; 0 where there are none. */
  long contiguousBytes(long position) {
    var segment = segments.ofPosition(position);
    return position < segment.base ? 0 : Math.max(0, segment.end() - position);
  }
}
