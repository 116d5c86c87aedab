package org.ordeal.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds messages by the hash of a key: runs of {@value #RUN_ENTRIES} entries, each sorted by hash.
 *
 * <pre>
 *   index/00000000000000001234        name: position of the first message in it
 *   +--------+--------+----------------+-----------------------------------+
 *   | count  | crc32c | hash, position | ... sorted by hash, then position |
 *   +--------+--------+----------------+-----------------------------------+
 * </pre>
 *
 * Derived: a run that is damaged is dropped with a warning, and its keys are not found any more.
 * The newest run is in memory; a checkpoint writes it too, and it is written again, longer, by the
 * next. Answers are candidates: the caller compares the message's keys.
 *
 * <p>One thread adds; one (maybe another) saves and deletes; any reads.
 */
public final class KeyIndex implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyIndex.class);

  /** Entries of a full run: 1 MiB in memory. */
  static final int RUN_ENTRIES = 1 << 16;

  private static final int HEADER_BYTES = 8;
  private static final int ENTRY_BYTES = 16;

  private final Disk disk;
  private final Path directory;
  private final Object lock = new Object();

  // Guarded by lock: everything but the files' content.
  private final List<Run> written = new ArrayList<>();
  private final List<Active> full = new ArrayList<>();
  private Active active = new Active();

  private record Run(long firstPosition, int count, Path path, DiskFile file) {}

  /** A run that is still in memory, in order of arrival. */
  private static final class Active {
    private long[] hashes = new long[1024];
    private long[] positions = new long[1024];
    private int count;

    void add(long hash, long position) {
      if (count == hashes.length) {
        hashes = Arrays.copyOf(hashes, count * 2);
        positions = Arrays.copyOf(positions, count * 2);
      }
      hashes[count] = hash;
      positions[count] = position;
      count++;
    }

    Active copy() {
      var copy = new Active();
      copy.hashes = Arrays.copyOf(hashes, Math.max(count, 1));
      copy.positions = Arrays.copyOf(positions, Math.max(count, 1));
      copy.count = count;
      return copy;
    }

    byte[] encode() {
      var order =
          IntStream.range(0, count)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingLong(i -> hashes[i])
                      .thenComparingLong(i -> positions[i]))
              .mapToInt(i -> i)
              .toArray();
      var bytes = ByteBuffer.allocate(HEADER_BYTES + count * ENTRY_BYTES);
      bytes.putInt(count).putInt(0);
      for (var i : order) {
        bytes.putLong(hashes[i]).putLong(positions[i]);
      }
      return bytes.putInt(4, crc(bytes)).array();
    }
  }

  private static int crc(ByteBuffer whole) {
    var crc = new CRC32C();
    crc.update(whole.slice(HEADER_BYTES, whole.capacity() - HEADER_BYTES));
    return (int) crc.getValue();
  }

  private KeyIndex(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /** 64 bits for a key of a topic (FNV-1a over both). */
  public static long hash(String topic, String key) {
    var hash = 0xcbf29ce484222325L;
    for (var i = 0; i < topic.length(); i++) {
      hash = (hash ^ topic.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ '#') * 0x100000001b3L;
    for (var i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** Opens what a checkpoint at this position of the log has left; later entries are dropped. */
  public static KeyIndex open(Disk disk, Path directory, long checkpointPosition)
      throws IOException {
    disk.createDirectories(directory);
    var index = new KeyIndex(disk, directory);
    for (var name : disk.list(directory)) {
      var path = directory.resolve(name);
      if (!name.matches("\\d{20}") || Long.parseLong(name) >= checkpointPosition) {
        disk.delete(path);
      } else {
        index.load(path, Long.parseLong(name), checkpointPosition);
      }
    }
    return index;
  }

  private void load(Path path, long firstPosition, long checkpointPosition) throws IOException {
    var content = disk.readAll(path);
    var bytes = ByteBuffer.wrap(content == null ? new byte[0] : content);
    if (bytes.capacity() < HEADER_BYTES
        || bytes.getInt(0) != (bytes.capacity() - HEADER_BYTES) / ENTRY_BYTES
        || bytes.getInt(4) != crc(bytes)) {
      LOG.warn("Dropping {}: it is damaged. Its messages are not found by key any more.", path);
      disk.delete(path);
      return;
    }
    var count = bytes.getInt(0);
    var kept = new ArrayList<long[]>();
    for (var i = 0; i < count; i++) {
      var position = bytes.getLong(HEADER_BYTES + i * ENTRY_BYTES + 8);
      if (position < checkpointPosition) {
        kept.add(new long[] {bytes.getLong(HEADER_BYTES + i * ENTRY_BYTES), position});
      }
    }
    if (kept.size() == RUN_ENTRIES) {
      written.add(new Run(firstPosition, count, path, disk.open(path)));
      return;
    }
    // Only the newest run can be part of one: it goes on growing in memory.
    kept.sort(Comparator.comparingLong(entry -> entry[1]));
    for (var entry : kept) {
      active.add(entry[0], entry[1]);
    }
  }

  public void add(long hash, long position) {
    synchronized (lock) {
      active.add(hash, position);
      if (active.count == RUN_ENTRIES) {
        full.add(active);
        active = new Active();
      }
    }
  }

  /** Whether a full run waits in memory for {@link #save}. */
  public boolean wantsSaving() {
    synchronized (lock) {
      return !full.isEmpty();
    }
  }

  /** Writes down durably all entries added so far. */
  public void save() throws IOException {
    List<Active> complete;
    Active growing;
    synchronized (lock) {
      complete = List.copyOf(full);
      growing = active.copy();
    }
    for (var run : complete) {
      var path = write(run);
      var opened = new Run(run.positions[0], run.count, path, disk.open(path));
      synchronized (lock) {
        full.remove(run);
        written.add(opened);
      }
    }
    if (growing.count > 0) {
      write(growing);
    }
  }

  private Path write(Active run) throws IOException {
    var path = directory.resolve("%020d".formatted(run.positions[0]));
    disk.replace(path, run.encode());
    return path;
  }

  /**
   * Positions of messages whose key may have this hash, newest first.
   *
   * @param max at most so many
   */
  public List<Long> find(long hash, int max) throws IOException {
    List<Run> runs;
    var found = new ArrayList<Long>();
    synchronized (lock) {
      collect(active, hash, found);
      for (var i = full.size() - 1; i >= 0; i--) {
        collect(full.get(i), hash, found);
      }
      runs = List.copyOf(written);
    }
    for (var i = runs.size() - 1; i >= 0 && found.size() < max; i--) {
      search(runs.get(i), hash, found);
    }
    return found.subList(0, Math.min(max, found.size()));
  }

  private static void collect(Active run, long hash, List<Long> found) {
    for (var i = run.count - 1; i >= 0; i--) {
      if (run.hashes[i] == hash) {
        found.add(run.positions[i]);
      }
    }
  }

  private static void search(Run run, long hash, List<Long> found) throws IOException {
    var low = 0;
    var high = run.count;
    while (low < high) { // The first entry with a greater hash.
      var middle = (low + high) >>> 1;
      if (entry(run, middle).getLong(0) <= hash) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (var i = low - 1; i >= 0; i--) {
      var entry = entry(run, i);
      if (entry.getLong(0) != hash) {
        return;
      }
      found.add(entry.getLong(8));
    }
  }

  private static ByteBuffer entry(Run run, int i) throws IOException {
    var bytes = ByteBuffer.allocate(ENTRY_BYTES);
    run.file.read(bytes, HEADER_BYTES + (long) i * ENTRY_BYTES);
    return bytes;
  }

  /**
   * Deletes runs of which every message was before a position: those before one that begins before
   * it.
   */
  public void deleteBefore(long position) throws IOException {
    var dropped = new ArrayList<Run>();
    synchronized (lock) {
      while (written.size() > 1 && written.get(1).firstPosition <= position) {
        dropped.add(written.removeFirst());
      }
    }
    for (var run : dropped) {
      disk.delete(run.path);
      run.file.close();
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (lock) {
      for (var run : written) {
        run.file.close();
      }
    }
  }
}
