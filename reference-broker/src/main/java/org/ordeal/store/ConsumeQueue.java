package org.ordeal.store;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The messages of one queue in offset order: for each one where it lies in the commit log.
 *
 * <pre>
 *   consumequeue/TopicA/3@17/00000000000000000000      topic, queueId @ log index of the first message; first offset
 *   0                8        12               20       24
 *   +----------------+--------+----------------+--------+
 *   | position       | size   | tag hash       | crc32c |   one unit a message; the checksum covers its offset too
 *   +----------------+--------+----------------+--------+
 * </pre>
 *
 * Derived from the log, so never forced before an acknowledgement. New units wait in memory until
 * {@link #write}, then in the page cache until {@link #force}; a checkpoint names how many units
 * were forced, and after a restart those beyond it are cut and applied again.
 *
 * <p>One thread appends, one thread (maybe another) writes, forces and deletes; any thread reads,
 * without waiting.
 */
public final class ConsumeQueue implements Closeable {
  /** Bytes of a unit on disk. */
  public static final int UNIT_BYTES = 24;

  /** Units in a file. */
  static final int CHUNK_UNITS = 1 << 18;

  private final Disk disk;
  private final Path directory;
  private final Object tailLock = new Object();
  private volatile Chunk[] chunks;
  private volatile Tail tail;
  private volatile long minOffset;

  private record Chunk(long first, Path path, DiskFile file) {}

  /**
   * Units that are not in a file yet; arrays are shared by growing tails, {@code count} says what
   * is visible.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Tail(long first, int count, long[] positions, int[] sizes, long[] tags) {
    Tail plus(long position, int size, long tag) {
      var to = this;
      if (count == positions.length) {
        var room = Math.max(16, count * 2);
        to =
            new Tail(
                first,
                count,
                Arrays.copyOf(positions, room),
                Arrays.copyOf(sizes, room),
                Arrays.copyOf(tags, room));
      }
      to.positions[count] = position;
      to.sizes[count] = size;
      to.tags[count] = tag;
      return new Tail(first, count + 1, to.positions, to.sizes, to.tags);
    }

    Tail without(int head) {
      var left = count - head;
      return new Tail(
          first + head,
          left,
          Arrays.copyOfRange(positions, head, count),
          Arrays.copyOfRange(sizes, head, count),
          Arrays.copyOfRange(tags, head, count));
    }

    static Tail empty(long first) {
      return new Tail(first, 0, new long[0], new int[0], new long[0]);
    }
  }

  /**
   * Some units of a queue: {@code position[i]}, {@code size[i]}, {@code tag[i]} for offset {@code
   * first + i}.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Units(long first, int count, long[] position, int[] size, long[] tag) {}

  private ConsumeQueue(Disk disk, Path directory, Chunk[] chunks, long minOffset, long next) {
    this.disk = disk;
    this.directory = directory;
    this.chunks = chunks;
    this.minOffset = minOffset;
    this.tail = Tail.empty(next);
  }

  /**
   * A queue without messages; what files there are from an earlier life are removed by the first
   * {@link #write}.
   */
  public static ConsumeQueue create(Disk disk, Path directory) {
    return new ConsumeQueue(disk, directory, new Chunk[0], 0, 0);
  }

  /**
   * Opens a queue as a checkpoint has left it: units from {@code maxOffset} on are cut.
   *
   * @throws IOException also where the files hold less than the checkpoint says
   */
  public static ConsumeQueue open(Disk disk, Path directory, long minOffset, long maxOffset)
      throws IOException {
    var chunks = new ArrayList<Chunk>();
    for (var name : disk.list(directory)) {
      var first = Long.parseLong(name);
      var path = directory.resolve(name);
      if (first >= maxOffset) {
        disk.delete(path);
        continue;
      }
      chunks.add(new Chunk(first, path, disk.open(path)));
    }
    var queue =
        new ConsumeQueue(disk, directory, chunks.toArray(Chunk[]::new), minOffset, maxOffset);
    queue.cutTo(minOffset, maxOffset);
    return queue;
  }

  private void cutTo(long minOffset, long maxOffset) throws IOException {
    if (minOffset >= maxOffset) {
      return;
    }
    var expected = chunks.length == 0 ? Long.MAX_VALUE : chunks[0].first;
    if (expected > minOffset) {
      throw new IOException(
          "%s lacks the units from offset %d on.".formatted(directory, minOffset));
    }
    for (var i = 0; i < chunks.length; i++) {
      var chunk = chunks[i];
      var end = Math.min(maxOffset, chunk.first + CHUNK_UNITS);
      var bytes = (end - chunk.first) * UNIT_BYTES;
      if (chunk.first != expected || chunk.file.size() < bytes) {
        throw new IOException(
            "%s should hold the units %d to %d, but does not."
                .formatted(chunk.path, expected, end));
      }
      if (chunk.file.size() > bytes) {
        chunk.file.truncate(bytes);
      }
      expected = end;
    }
    if (expected < maxOffset) {
      throw new IOException("%s lacks the units from offset %d on.".formatted(directory, expected));
    }
  }

  /** The offset of the oldest message that may be read. */
  public long minOffset() {
    return Math.min(minOffset, maxOffset());
  }

  /** The offset that the next message gets. */
  public long maxOffset() {
    var known = tail;
    return known.first + known.count;
  }

  /** Adds the next message and returns its offset. */
  public long append(long position, int size, long tagHash) {
    synchronized (tailLock) {
      tail = tail.plus(position, size, tagHash);
      return tail.first + tail.count - 1;
    }
  }

  /** Units that wait for {@link #write}. */
  public int pending() {
    return tail.count;
  }

  /**
   * Moves waiting units into the page cache, at most up to offset {@code end}. After an error they
   * go on waiting.
   */
  public void write(long end) throws IOException {
    for (var waiting = tail; waiting.first < Math.min(end, maxOffset()); waiting = tail) {
      var chunk = chunkForAppend(waiting.first);
      var room = chunk.first + CHUNK_UNITS - waiting.first;
      var count = (int) Math.min(Math.min(waiting.count, end - waiting.first), room);
      var bytes = ByteBuffer.allocate(count * UNIT_BYTES);
      for (var i = 0; i < count; i++) {
        encode(bytes, waiting.first + i, waiting.positions[i], waiting.sizes[i], waiting.tags[i]);
      }
      chunk.file.write(bytes.flip(), (waiting.first - chunk.first) * UNIT_BYTES);
      synchronized (tailLock) {
        tail = tail.without(count);
      }
    }
  }

  private Chunk chunkForAppend(long offset) throws IOException {
    var known = chunks;
    if (known.length > 0 && offset < known[known.length - 1].first + CHUNK_UNITS) {
      return known[known.length - 1];
    }
    if (known.length > 0) {
      known[known.length - 1].file.force();
    } else {
      disk.createDirectories(directory);
      for (var leftover : disk.list(directory)) {
        disk.delete(directory.resolve(leftover));
      }
    }
    var path = directory.resolve("%020d".formatted(offset));
    var added = new Chunk(offset, path, disk.open(path));
    added.file.truncate(0);
    disk.forceDirectory(directory);
    var more = Arrays.copyOf(known, known.length + 1);
    more[known.length] = added;
    chunks = more;
    return added;
  }

  /** Returns when every written unit is on the disk. */
  public void force() throws IOException {
    var known = chunks;
    // Earlier ones were forced when the next was begun... unless that was since the last call:
    // force two.
    for (var i = Math.max(0, known.length - 2); i < known.length; i++) {
      known[i].file.force();
    }
  }

  private static void encode(ByteBuffer target, long offset, long position, int size, long tag) {
    target.putLong(position).putInt(size).putLong(tag).putInt(crc(offset, position, size, tag));
  }

  private static int crc(long offset, long position, int size, long tag) {
    var crc = new CRC32C();
    crc.update(
        ByteBuffer.allocate(28).putLong(offset).putLong(position).putInt(size).putLong(tag).flip());
    return (int) crc.getValue();
  }

  /**
   * Reads units from an offset between {@link #minOffset()} and {@link #maxOffset()}.
   *
   * @return 1 to {@code max} units
   * @throws IOException also where a unit is damaged or was deleted meanwhile
   */
  public Units read(long offset, int max) throws IOException {
    var waiting = tail;
    if (offset >= waiting.first) {
      var from = (int) (offset - waiting.first);
      var to = Math.min(waiting.count, from + max);
      if (from >= to) {
        throw new EOFException(
            "%s has no offset %d: it ends at %d.".formatted(directory, offset, maxOffset()));
      }
      return new Units(
          offset,
          to - from,
          Arrays.copyOfRange(waiting.positions, from, to),
          Arrays.copyOfRange(waiting.sizes, from, to),
          Arrays.copyOfRange(waiting.tags, from, to));
    }
    var chunk = chunkOf(offset);
    var end = Math.min(waiting.first, chunk.first + CHUNK_UNITS);
    return readFile(chunk, offset, (int) Math.min(max, end - offset));
  }

  private Units readFile(Chunk chunk, long offset, int count) throws IOException {
    var bytes = ByteBuffer.allocate(count * UNIT_BYTES);
    chunk.file.read(bytes, (offset - chunk.first) * UNIT_BYTES);
    bytes.flip();
    var units = new Units(offset, count, new long[count], new int[count], new long[count]);
    for (var i = 0; i < count; i++) {
      units.position[i] = bytes.getLong();
      units.size[i] = bytes.getInt();
      units.tag[i] = bytes.getLong();
      if (bytes.getInt() != crc(offset + i, units.position[i], units.size[i], units.tag[i])) {
        throw new IOException(
            "The unit of offset %d in %s is damaged.".formatted(offset + i, chunk.path));
      }
    }
    return units;
  }

  private Chunk chunkOf(long offset) throws IOException {
    var known = chunks;
    for (var i = known.length - 1; i >= 0; i--) {
      if (known[i].first <= offset) {
        return known[i];
      }
    }
    throw new EOFException("%s has no offset %d any more.".formatted(directory, offset));
  }

  /** Raises the minimum to the first message at or after a position of the log. */
  public void raiseMinTo(long minPosition) throws IOException {
    var low = minOffset();
    var high = maxOffset();
    while (low < high) {
      var middle = (low + high) >>> 1;
      if (read(middle, 1).position[0] < minPosition) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    minOffset = Math.max(minOffset, low);
  }

  /** Deletes files that hold only units below a minimum that the newest checkpoint has named. */
  public void deleteOldFiles(long checkpointMin) throws IOException {
    while (chunks.length > 1 && chunks[1].first <= checkpointMin) {
      var oldest = chunks[0];
      chunks = Arrays.copyOfRange(chunks, 1, chunks.length);
      disk.delete(oldest.path);
      oldest.file.close();
    }
  }

  /** The directory of the files. */
  public Path directory() {
    return directory;
  }

  /** Names of the files, for tests and tools. */
  List<Path> files() {
    return Arrays.stream(chunks).map(Chunk::path).toList();
  }

  @Override
  public void close() throws IOException {
    for (var chunk : chunks) {
      chunk.file.close();
    }
  }
}
