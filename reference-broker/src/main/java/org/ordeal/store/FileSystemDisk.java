package org.ordeal.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The real file system.
 *
 * <p>Channels, not mapped memory: a full disk or a failing one answers a write with an {@link
 * IOException} that says so, where a mapped page answers with a signal; a batch costs one system
 * call either way, since it is encoded into one buffer first. Measured on the development machine:
 * {@code CommitLogBenchmark} in the tests.
 */
public final class FileSystemDisk implements Disk {

  @Override
  public DiskFile open(Path file) throws IOException {
    return new OpenFile(
        file,
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public boolean exists(Path file) {
    return Files.exists(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var names = Files.list(directory)) {
      return names.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    var absolute = directory.toAbsolutePath();
    var parent = absolute.getParent();
    if (!Files.isDirectory(absolute)) {
      if (parent != null) {
        createDirectories(parent);
      }
      Files.createDirectories(absolute);
    }
    if (parent != null) {
      forceDirectory(parent); // Also where it was there: whoever made it may not have done so.
    }
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void link(Path existing, Path added) throws IOException {
    Files.createLink(added, existing);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public double usedRatio(Path directory) throws IOException {
    var store = Files.getFileStore(directory);
    var total = store.getTotalSpace();
    return total <= 0 ? -1 : 1 - (double) store.getUsableSpace() / total;
  }

  /**
   * One channel to write and one to read: an interrupt of a thread that reads closes the channel
   * that it reads from, and must not take the writer's with it. The reader's is opened again.
   */
  private static final class OpenFile implements DiskFile {
    private final Path file;
    private final FileChannel writing;
    private volatile FileChannel reading;
    private volatile boolean closed;

    OpenFile(Path file, FileChannel writing) throws IOException {
      this.file = file;
      this.writing = writing;
      this.reading = FileChannel.open(file, StandardOpenOption.READ);
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
      var interrupted = false;
      var start = target.position();
      try {
        while (true) {
          var channel = reading;
          try {
            readFully(channel, target, position);
            return;
          } catch (ClosedChannelException e) {
            if (closed) {
              throw e;
            }
            interrupted |= Thread.interrupted();
            reopen(channel);
            target.position(start);
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private synchronized void reopen(FileChannel broken) throws IOException {
      if (reading.equals(broken) && !closed) {
        reading = FileChannel.open(file, StandardOpenOption.READ);
      }
    }

    private void readFully(FileChannel channel, ByteBuffer target, long position)
        throws IOException {
      var at = position;
      while (target.hasRemaining()) {
        var read = channel.read(target, at);
        if (read < 0) {
          throw new EOFException(
              "%s ends at %d; %d more bytes were wanted from %d."
                  .formatted(file, channel.size(), target.remaining(), at));
        }
        at += read;
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      var at = position;
      while (source.hasRemaining()) {
        at += writing.write(source, at);
      }
    }

    @Override
    public long size() throws IOException {
      return writing.size();
    }

    @Override
    public void truncate(long size) throws IOException {
      writing.truncate(size);
    }

    @Override
    public void force() throws IOException {
      // fdatasync: it writes the size too where the data needs it to be found again.
      writing.force(false);
    }

    @Override
    public synchronized void close() throws IOException {
      closed = true;
      reading.close();
      writing.close();
    }
  }
}
