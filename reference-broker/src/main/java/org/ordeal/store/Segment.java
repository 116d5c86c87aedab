package org.ordeal.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of the commit log, with a sparse index of it in memory.
 *
 * <pre>
 *   00000000000000000000                   name: the position of the first record, 20 digits
 *   0        4        8                16               24               32               40       44       64
 *   +--------+--------+----------------+----------------+----------------+----------------+--------+--------+--------
 *   | magic  | version| base position  | first index    | previous term  | created, ms    | crc32c | zeros  | records
 *   +--------+--------+----------------+----------------+----------------+----------------+--------+--------+--------
 *
 *   00000000000000000000.index             what a scan would find, written by checkpoint and when the segment closes
 *   +--------+--------+----------------+----------------+----------------+-------------------+---------------+--------
 *   | magic  | count  | scanned to     | last index     | last term      | landmarks: count, | sparse:       | crc32c
 *   |        |        | (position)     |                |                | positions         | index,position|
 *   +--------+--------+----------------+----------------+----------------+-------------------+---------------+--------
 * </pre>
 *
 * One thread writes; any may read what {@link #end()} covers.
 */
final class Segment {
  static final int HEADER_BYTES = 64;
  private static final int MAGIC = 0x4F524453; // ORDS
  private static final int INDEX_MAGIC = 0x4F524449; // ORDI
  private static final int CRC_AT = 40;

  /** At least so many bytes of log lie between two entries of the sparse index. */
  static final int SPARSE_BYTES = 16 << 10;

  final Path path;
  final DiskFile file;
  final long base;
  final long firstIndex;
  final long previousTerm;
  final long createdMillis;

  private volatile long end;
  private volatile long lastIndex;
  private volatile TermSince lastTerm;
  private volatile Sparse sparse = Sparse.EMPTY;
  private volatile long[] landmarks = {};

  /** Entries from this index to the last one are of this term. */
  private record TermSince(long index, long term) {}

  /**
   * Pairs of index and position in growing arrays; readers see a count that is never ahead of the
   * arrays.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sparse(int count, long[] indexes, long[] positions) {
    static final Sparse EMPTY = new Sparse(0, new long[0], new long[0]);

    Sparse plus(long index, long position) {
      var grown = this;
      if (count == indexes.length) {
        var size = Math.max(64, count * 2);
        grown = new Sparse(count, Arrays.copyOf(indexes, size), Arrays.copyOf(positions, size));
      }
      grown.indexes[count] = index;
      grown.positions[count] = position;
      return new Sparse(count + 1, grown.indexes, grown.positions);
    }

    Sparse before(long position) {
      var kept = count;
      while (kept > 0 && positions[kept - 1] >= position) {
        kept--;
      }
      // Copied: a later append must not overwrite what a reader of the longer one looks at.
      return new Sparse(kept, Arrays.copyOf(indexes, kept), Arrays.copyOf(positions, kept));
    }
  }

  private Segment(
      Path path, DiskFile file, long base, long firstIndex, long previousTerm, long createdMillis) {
    this.path = path;
    this.file = file;
    this.base = base;
    this.firstIndex = firstIndex;
    this.previousTerm = previousTerm;
    this.createdMillis = createdMillis;
    this.end = base;
    this.lastIndex = firstIndex - 1;
    this.lastTerm = new TermSince(firstIndex - 1, previousTerm);
  }

  static String name(long base) {
    return "%020d".formatted(base);
  }

  /** Creates the file with its header, both durable. */
  static Segment create(
      Disk disk, Path directory, long base, long firstIndex, long previousTerm, long nowMillis)
      throws IOException {
    var path = directory.resolve(name(base));
    disk.delete(indexPath(path));
    var file = disk.open(path);
    try {
      file.truncate(0);
      var header = ByteBuffer.allocate(HEADER_BYTES);
      header.putInt(MAGIC).putInt(1).putLong(base).putLong(firstIndex);
      header.putLong(previousTerm).putLong(nowMillis);
      header.putInt(CRC_AT, crc(header, CRC_AT));
      file.write(header.rewind(), 0);
      file.force();
      disk.forceDirectory(directory);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return new Segment(path, file, base, firstIndex, previousTerm, nowMillis);
  }

  /**
   * Opens the file; null where it has no whole header, which is what a crash while rolling leaves.
   */
  static @Nullable Segment open(Disk disk, Path path) throws IOException {
    var file = disk.open(path);
    var header = ByteBuffer.allocate(HEADER_BYTES);
    try {
      file.read(header, 0);
    } catch (EOFException e) {
      file.close();
      return null;
    }
    header.rewind();
    var whole =
        header.getInt() == MAGIC
            && header.getInt() == 1
            && header.getInt(CRC_AT) == crc(header, CRC_AT);
    if (!whole) {
      file.close();
      return null;
    }
    return new Segment(
        path, file, header.getLong(), header.getLong(), header.getLong(), header.getLong());
  }

  private static int crc(ByteBuffer buffer, int length) {
    var crc = new CRC32C();
    crc.update(buffer.slice(0, length));
    return (int) crc.getValue();
  }

  long fileOffset(long position) {
    return position - base + HEADER_BYTES;
  }

  /** The position after the last record. */
  long end() {
    return end;
  }

  long lastIndex() {
    return lastIndex;
  }

  long lastTerm() {
    return lastTerm.term;
  }

  /** The term of an entry up to the last one if that is known without a look at the file, or -1. */
  long termIfKnown(long index) {
    var known = lastTerm;
    return index >= known.index ? known.term : -1;
  }

  /** Positions of the records that the log was told to remember. */
  long[] landmarks() {
    return landmarks;
  }

  /** Takes a record into the index; the bytes are in the file already. */
  void added(LogRecord.Header header, boolean landmark) {
    var known = sparse;
    if (known.count == 0 || header.position() - known.positions[known.count - 1] >= SPARSE_BYTES) {
      sparse = known.plus(header.index(), header.position());
    }
    if (landmark) {
      var more = Arrays.copyOf(landmarks, landmarks.length + 1);
      more[landmarks.length] = header.position();
      landmarks = more;
    }
    if (header.term() != lastTerm.term) {
      lastTerm = new TermSince(header.index(), header.term());
    }
    lastIndex = header.index();
    end = header.position() + header.size();
  }

  /** Forgets the records from {@code position} on; the caller cuts the file. */
  void cut(long position, long newLastIndex, long newLastTerm) {
    end = position;
    lastIndex = newLastIndex;
    lastTerm = new TermSince(newLastIndex, newLastTerm);
    sparse = sparse.before(position);
    landmarks = Arrays.stream(landmarks).filter(at -> at < position).toArray();
  }

  /**
   * The position of a record at or before the one with this index, as near as the sparse index
   * tells.
   */
  long floorOfIndex(long index) {
    var known = sparse;
    return floor(known, Arrays.binarySearch(known.indexes, 0, known.count, index));
  }

  /** The position of a record at or before this position. */
  long floorOfPosition(long position) {
    var known = sparse;
    return floor(known, Arrays.binarySearch(known.positions, 0, known.count, position));
  }

  private long floor(Sparse known, int found) {
    var at = found >= 0 ? found : -found - 2;
    return at < 0 ? base : known.positions[at];
  }

  static Path indexPath(Path segment) {
    return segment.resolveSibling(segment.getFileName() + ".index");
  }

  /**
   * Writes down what a scan up to the end would find; everything up to there must be forced
   * already.
   */
  void saveIndex(Disk disk) throws IOException {
    var known = sparse;
    var marks = landmarks;
    var buffer = ByteBuffer.allocate(4 + 4 + 24 + 4 + marks.length * 8 + known.count * 16 + 4);
    buffer.putInt(INDEX_MAGIC).putInt(known.count).putLong(end).putLong(lastIndex);
    buffer.putLong(lastTerm.term).putInt(marks.length);
    for (var mark : marks) {
      buffer.putLong(mark);
    }
    for (var i = 0; i < known.count; i++) {
      buffer.putLong(known.indexes[i]).putLong(known.positions[i]);
    }
    buffer.putInt(crc(buffer, buffer.position()));
    disk.replace(indexPath(path), buffer.array());
  }

  /** Takes over a saved index where it is whole and the file is long enough for it. */
  void loadIndex(Disk disk) throws IOException {
    var content = disk.readAll(indexPath(path));
    if (content == null || content.length < 40) {
      return;
    }
    var buffer = ByteBuffer.wrap(content);
    var crcAt = content.length - 4;
    if (buffer.getInt() != INDEX_MAGIC || buffer.getInt(crcAt) != crc(buffer, crcAt)) {
      return;
    }
    var count = buffer.getInt();
    var scannedTo = buffer.getLong();
    var index = buffer.getLong();
    var term = buffer.getLong();
    var marks = new long[buffer.getInt()];
    if (fileOffset(scannedTo) > file.size()) {
      return;
    }
    for (var i = 0; i < marks.length; i++) {
      marks[i] = buffer.getLong();
    }
    var indexes = new long[count];
    var positions = new long[count];
    for (var i = 0; i < count; i++) {
      indexes[i] = buffer.getLong();
      positions[i] = buffer.getLong();
    }
    sparse = new Sparse(count, indexes, positions);
    landmarks = marks;
    lastTerm = new TermSince(index, term);
    lastIndex = index;
    end = scannedTo;
  }
}
