package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.ordeal.faults.disk.Corruption;
import org.ordeal.faults.disk.CorruptionReport;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.libc.FileStat;
import org.ordeal.faults.disk.libc.Libc;
import org.ordeal.faults.disk.libc.PathBytes;
import org.ordeal.faults.disk.libc.PathCalls;

/**
 * Damages durable files at rest, behind the back of the volume's users.
 *
 * <p>Snapshots are copies in a sibling of the backing directory. Thread-safe: damage is done under
 * the exclusive epoch lock.
 */
public final class Damage {
  private static final int COPY = 1 << 20;

  private final Volume volume;
  private final String snapshots;
  private final Map<String, Map<String, String>> taken = new ConcurrentHashMap<>();

  /** Damage to a volume; {@code snapshots} is a directory that need not exist. */
  public Damage(Volume volume, String snapshots) {
    this.volume = volume;
    this.snapshots = snapshots;
  }

  /** What was damaged, and the inodes whose cached pages the kernel must forget. */
  public record Outcome(CorruptionReport report, List<Long> inodes) {}

  /** Keeps a copy of each durable file that matches; returns the copy's name. */
  public String snapshot(String glob) throws IOException {
    // Alone: a sync beside it would leave the copies of two files at two instants.
    volume.epochLock.writeLock().lock();
    volume.names.lock();
    try {
      if (taken.isEmpty()) {
        int ignored = PathCalls.mkdir(snapshots, 0700);
      }
      String name = "s" + (taken.size() + 1);
      Map<String, String> copies = new HashMap<>();
      for (String path : matching(glob)) {
        String copy = snapshots + "/" + name + "-" + copies.size();
        copy(volume.root() + "/" + path, copy);
        copies.put(path, copy);
      }
      taken.put(name, copies);
      return name;
    } finally {
      volume.names.unlock();
      volume.epochLock.writeLock().unlock();
    }
  }

  /**
   * Does damage.
   *
   * @throws IllegalArgumentException if it refers to a snapshot that was not taken
   */
  public Outcome inflict(Corruption corruption) throws IOException {
    volume.epochLock.writeLock().lock();
    volume.names.lock();
    try {
      List<CorruptionReport.Damage> damages = new ArrayList<>();
      switch (corruption) {
        case Corruption.BitFlip flip -> flip(flip, damages);
        case Corruption.Truncate truncate -> truncate(truncate, damages);
        case Corruption.StaleRestore restore -> restore(restore, damages);
      }
      Map<String, Inode> loaded = loaded();
      List<Long> inodes = new ArrayList<>();
      for (CorruptionReport.Damage damage : damages) {
        String path = PathBytes.bytesOf(damage.path());
        Inode inode = loaded.get(path);
        if (inode != null) {
          inode.file().damaged(PathCalls.lstat(volume.root() + "/" + path).size());
          inodes.add(inode.id());
        }
      }
      return new Outcome(new CorruptionReport(System.nanoTime(), damages), inodes);
    } finally {
      volume.names.unlock();
      volume.epochLock.writeLock().unlock();
    }
  }

  /** Regular files in memory, by their durable paths. */
  private Map<String, Inode> loaded() throws IOException {
    Map<String, Inode> loaded = new HashMap<>();
    for (Inode inode : volume.inodes.values()) {
      if (inode.isRegular() && !inode.durableNames.isEmpty()) {
        loaded.put(volume.tree.path(inode).substring(volume.root().length() + 1), inode);
      }
    }
    return loaded;
  }

  private List<String> matching(String glob) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    List<String> found = new ArrayList<>();
    walk("", matcher, found);
    return found;
  }

  private void walk(String directory, PathMatcher matcher, List<String> found) throws IOException {
    String base = volume.root() + (directory.isEmpty() ? "" : "/" + directory);
    for (String name : new TreeMap<>(index(PathCalls.list(base))).keySet()) {
      String path = directory.isEmpty() ? name : directory + "/" + name;
      int type = PathCalls.lstat(base + "/" + name).mode() & Inode.S_IFMT;
      if (type == Inode.S_IFDIR) {
        walk(path, matcher, found);
      } else if (type == Inode.S_IFREG && matcher.matches(Path.of(PathBytes.display(path)))) {
        found.add(path);
      }
    }
  }

  private static Map<String, Boolean> index(List<String> names) {
    Map<String, Boolean> index = new HashMap<>();
    names.forEach(name -> index.put(name, true));
    return index;
  }

  private void flip(Corruption.BitFlip flip, List<CorruptionReport.Damage> damages)
      throws IOException {
    SplittableRandom random = new SplittableRandom(flip.seed());
    for (String path : matching(flip.path())) {
      int fd = open(volume.root() + "/" + path, Libc.O_RDWR);
      try (Arena arena = Arena.ofConfined()) {
        long size = Libc.fstat(fd).size();
        MemorySegment one = arena.allocate(1);
        Long fixed = flip.offset();
        List<long[]> extents = extents(fd, size);
        Set<Long> taken = new HashSet<>();
        for (int i = 0; i < flip.bits(); i++) {
          long at = fixed == null ? place(extents, taken, random) : fixed + i;
          if (at < 0 || at >= size) {
            break;
          }
          check(Libc.pread(fd, one, 1, at), path);
          int before = Byte.toUnsignedInt(one.get(ValueLayout.JAVA_BYTE, 0));
          int after = before ^ (1 << random.nextInt(8));
          one.set(ValueLayout.JAVA_BYTE, 0, (byte) after);
          check(Libc.pwrite(fd, one, 1, at), path);
          damages.add(
              new CorruptionReport.Damage(
                  PathBytes.display(path),
                  at,
                  1,
                  String.format("byte %02x became %02x", before, after)));
        }
      } finally {
        Libc.close(fd);
      }
    }
  }

  /** A byte of these extents that is none of those taken, or -1 if there is none. */
  private static long place(List<long[]> extents, Set<Long> taken, SplittableRandom random) {
    long data = 0;
    for (long[] extent : extents) {
      data += extent[1] - extent[0];
    }
    if (data <= taken.size()) {
      return -1;
    }
    while (true) {
      long left = random.nextLong(data);
      for (long[] extent : extents) {
        long at = extent[0] + left;
        if (at < extent[1]) {
          if (taken.add(at)) {
            return at;
          }
          break;
        }
        left -= extent[1] - extent[0];
      }
    }
  }

  /** Where a file holds data: from, to. */
  private static List<long[]> extents(int fd, long size) {
    List<long[]> extents = new ArrayList<>();
    long from = Libc.lseek(fd, 0, Libc.SEEK_DATA);
    while (from >= 0 && from < size) {
      long to = Libc.lseek(fd, from, Libc.SEEK_HOLE);
      long end = to < 0 ? size : Math.min(to, size);
      if (end <= from) {
        break;
      }
      extents.add(new long[] {from, end});
      from = Libc.lseek(fd, end, Libc.SEEK_DATA);
    }
    return extents;
  }

  private void truncate(Corruption.Truncate truncate, List<CorruptionReport.Damage> damages)
      throws IOException {
    for (String path : matching(truncate.path())) {
      int fd = open(volume.root() + "/" + path, Libc.O_RDWR);
      try {
        long size = Libc.fstat(fd).size();
        long end = truncate.data() ? dataEnd(fd, size) : size;
        long left = end == 0 ? size : Math.max(0, end - truncate.bytes());
        if (left < size) {
          check(Libc.ftruncate(fd, left), path);
          damages.add(
              new CorruptionReport.Damage(
                  PathBytes.display(path),
                  left,
                  size - left,
                  "the tail was cut: " + size + " to " + left + " bytes"));
        }
      } finally {
        Libc.close(fd);
      }
    }
  }

  /** One past the last byte that is not zero. */
  private static long dataEnd(int fd, long size) throws ErrnoException {
    long last = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(COPY);
      for (long at = Libc.lseek(fd, 0, Libc.SEEK_DATA); at >= 0 && at < size; ) {
        long read = check(Libc.pread(fd, buffer, Math.min(COPY, size - at), at), "its end");
        if (read == 0) {
          break;
        }
        for (long i = read - 1; i >= 0; i--) {
          if (buffer.get(ValueLayout.JAVA_BYTE, i) != 0) {
            last = at + i + 1;
            break;
          }
        }
        at = Libc.lseek(fd, at + read, Libc.SEEK_DATA);
      }
    }
    return last;
  }

  private void restore(Corruption.StaleRestore restore, List<CorruptionReport.Damage> damages)
      throws IOException {
    Map<String, String> copies = taken.get(restore.snapshot());
    if (copies == null) {
      throw new IllegalArgumentException(
          "There is no snapshot " + restore.snapshot() + " of this disk.");
    }
    for (Map.Entry<String, String> entry : new TreeMap<>(copies).entrySet()) {
      String path = volume.root() + "/" + entry.getKey();
      long before;
      try {
        before = PathCalls.lstat(path).size();
      } catch (ErrnoException e) {
        continue;
      }
      copy(entry.getValue(), path);
      long after = PathCalls.lstat(path).size();
      damages.add(
          new CorruptionReport.Damage(
              PathBytes.display(entry.getKey()),
              0,
              Math.max(before, after),
              "rolled back to snapshot "
                  + restore.snapshot()
                  + ": "
                  + before
                  + " to "
                  + after
                  + " bytes"));
    }
  }

  /** Copies what holds data and leaves holes; the file that is overwritten keeps its identity. */
  private static void copy(String from, String to) throws IOException {
    int source = open(from, Libc.O_RDONLY);
    int target = open(to, Libc.O_RDWR | Libc.O_CREAT);
    try (Arena arena = Arena.ofConfined()) {
      FileStat stat = Libc.fstat(source);
      check(Libc.ftruncate(target, 0), to);
      check(Libc.ftruncate(target, stat.size()), to);
      MemorySegment buffer = arena.allocate(COPY);
      for (long at = Libc.lseek(source, 0, Libc.SEEK_DATA); at >= 0 && at < stat.size(); ) {
        long hole = Libc.lseek(source, at, Libc.SEEK_HOLE);
        while (at < hole) {
          long read = check(Libc.pread(source, buffer, Math.min(COPY, hole - at), at), from);
          if (read == 0) {
            return;
          }
          check(Libc.pwrite(target, buffer, read, at), to);
          at += read;
        }
        at = Libc.lseek(source, hole, Libc.SEEK_DATA);
      }
    } finally {
      Libc.close(source);
      Libc.close(target);
    }
  }

  /** Removes all snapshots. */
  public void close() throws IOException {
    if (!taken.isEmpty()) {
      for (String name : PathCalls.list(snapshots)) {
        int ignored = PathCalls.unlink(snapshots + "/" + name);
      }
      int ignored = PathCalls.rmdir(snapshots);
      taken.clear();
    }
  }

  private static int open(String path, int flags) throws ErrnoException {
    return (int) check(Libc.open(path, flags | Libc.O_CLOEXEC, 0600), path);
  }

  private static long check(long result, String path) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException((int) -result, "damage to " + PathBytes.display(path));
    }
    return result;
  }
}
