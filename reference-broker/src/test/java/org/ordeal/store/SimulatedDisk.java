package org.ordeal.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A disk in memory that keeps apart what is durable and what is only in the page cache, and that
 * can lose power at any operation, fill up, or fail to force.
 *
 * <p>After {@link #powerLoss} contents are what was forced (and, when asked, a random part of the
 * pages that were not), and names are what the last force of their directory has seen: the
 * strictest reading of POSIX.
 */
public final class SimulatedDisk implements Disk {
  private static final int PAGE = 512;

  /** Thrown by every operation from the one on at which the power goes. */
  public static final class PowerLoss extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Content {
    byte[] durable = {};
    byte[] cached = {};
  }

  private final Map<Path, Content> names = new TreeMap<>();
  private final Map<Path, Content> durableNames = new TreeMap<>();
  private final Set<Path> directories = new HashSet<>();
  private long operations;
  private long powerLossAt = Long.MAX_VALUE;
  private long room = Long.MAX_VALUE;
  private int forcesToFail;
  private boolean stalled;

  /** The disk of a node. */
  public static SimulatedDisk of(Map<String, SimulatedDisk> disks, String node) {
    return java.util.Objects.requireNonNull(disks.get(node), node);
  }

  /** The power goes at this operation, counted from 1 since the disk was made. */
  public synchronized void losePowerAt(long operation) {
    powerLossAt = operation;
  }

  /** So many bytes may still be added. */
  public synchronized void limitRoom(long bytes) {
    room = bytes;
  }

  /**
   * The next forces of a file fail, and drop the pages that they should have written, as Linux
   * does.
   */
  public synchronized void failForces(int count) {
    forcesToFail = count;
  }

  /** Every operation on a file's content waits until the disk answers again. */
  public synchronized void stall(boolean on) {
    stalled = on;
    notifyAll();
  }

  public synchronized long operations() {
    return operations;
  }

  /**
   * The disk as it is when the power comes back.
   *
   * @param kept which part of the unforced pages survives, 0 to 1
   */
  public synchronized SimulatedDisk powerLoss(Random random, double kept) {
    var after = new SimulatedDisk();
    after.directories.addAll(directories);
    durableNames.forEach(
        (path, content) -> {
          var survived = new Content();
          survived.durable = survivors(content, random, kept);
          survived.cached = survived.durable.clone();
          after.names.put(path, survived);
          after.durableNames.put(path, survived);
        });
    return after;
  }

  private static byte[] survivors(Content content, Random random, double kept) {
    var result = content.durable.clone();
    if (random.nextDouble() < kept) {
      result = Arrays.copyOf(result, content.cached.length);
    }
    for (var at = 0; at < result.length; at += PAGE) {
      var end = Math.min(result.length, at + PAGE);
      if (end <= content.cached.length && random.nextDouble() < kept) {
        System.arraycopy(content.cached, at, result, at, end - at);
      }
    }
    return result;
  }

  /** Changes bytes behind the store's back. */
  public synchronized void flipBit(Path file, long at, int bit) {
    var content = content(file);
    content.cached[(int) at] ^= (byte) (1 << bit);
    content.durable = content.cached.clone();
  }

  /** Cuts a file behind the store's back. */
  public synchronized void cut(Path file, long size) {
    var content = content(file);
    content.cached = Arrays.copyOf(content.cached, (int) size);
    content.durable = content.cached.clone();
  }

  public synchronized long sizeOf(Path file) {
    return content(file).cached.length;
  }

  private Content content(Path file) {
    var content = names.get(file);
    if (content == null) {
      throw new IllegalArgumentException("There is no " + file + " among " + names.keySet());
    }
    return content;
  }

  /** An independent copy of everything as it is now. */
  public synchronized SimulatedDisk copy() {
    return powerLoss(new Random(0), 2);
  }

  private void operation() throws IOException {
    while (stalled) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
    if (++operations >= powerLossAt) {
      throw new PowerLoss();
    }
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    operation();
    return new Open(names.computeIfAbsent(file, _ -> new Content()));
  }

  @Override
  public synchronized boolean exists(Path file) {
    return names.containsKey(file);
  }

  @Override
  public synchronized List<String> list(Path directory) {
    return java.util.stream.Stream.concat(names.keySet().stream(), directories.stream())
        .filter(path -> directory.equals(path.getParent()))
        .map(path -> path.getFileName().toString())
        .sorted()
        .distinct()
        .toList();
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    operation();
    for (var path = directory; path != null; path = path.getParent()) {
      directories.add(path);
    }
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    operation();
    directories.remove(file);
    names.remove(file);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    operation();
    names.put(to, content(from));
    names.remove(from);
  }

  @Override
  public synchronized void link(Path existing, Path added) throws IOException {
    operation();
    names.put(added, content(existing));
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    operation();
    durableNames.keySet().removeIf(path -> directory.equals(path.getParent()));
    names.forEach(
        (path, content) -> {
          if (directory.equals(path.getParent())) {
            durableNames.put(path, content);
          }
        });
  }

  @Override
  public double usedRatio(Path directory) {
    return 0;
  }

  private final class Open implements DiskFile {
    private final Content content;

    Open(Content content) {
      this.content = content;
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
      synchronized (SimulatedDisk.this) {
        if (position + target.remaining() > content.cached.length) {
          throw new EOFException("The file ends at " + content.cached.length + ".");
        }
        target.put(content.cached, (int) position, target.remaining());
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (SimulatedDisk.this) {
        operation();
        var end = position + source.remaining();
        var more = Math.max(0, end - content.cached.length);
        if (more > room) {
          throw new IOException("No space left on device");
        }
        room -= more;
        if (more > 0) {
          content.cached = Arrays.copyOf(content.cached, (int) end);
        }
        source.get(content.cached, (int) position, source.remaining());
      }
    }

    @Override
    public long size() {
      synchronized (SimulatedDisk.this) {
        return content.cached.length;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (SimulatedDisk.this) {
        operation();
        if (size < content.cached.length) {
          content.cached = Arrays.copyOf(content.cached, (int) size);
        }
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimulatedDisk.this) {
        operation();
        if (forcesToFail > 0) {
          forcesToFail--;
          content.cached = content.durable.clone();
          throw new IOException("Input/output error");
        }
        content.durable = content.cached.clone();
      }
    }

    @Override
    public void close() {}
  }
}
