package org.ordeal.faults.disk.volume;

import static org.ordeal.faults.disk.volume.PagePool.PAGE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.libc.Libc;

/**
 * What is durable of one regular file.
 *
 * <p>A truncation takes effect when the file is next brought up to date: until then {@code floor}
 * is the smallest size that it was truncated to, and what the backing file holds above it no longer
 * counts. Not thread-safe: {@link FileData} guards it by its monitor.
 */
final class BackingFile {
  private static final long NO_FLOOR = Long.MAX_VALUE;

  private final Counters counters;
  private int fd = -1;
  private long size;
  private long floor = NO_FLOOR;
  private long preallocatedTo;

  BackingFile(long size, Counters counters) {
    this.size = size;
    this.counters = counters;
  }

  /** Of the file on the host, a truncation that waits not counted. */
  long size() {
    return size;
  }

  /** The descriptor, -1 while it is not open. */
  int fd() {
    return fd;
  }

  boolean isOpen() {
    return fd >= 0;
  }

  void attach(int descriptor) {
    if (fd >= 0) {
      Libc.close(descriptor);
    } else {
      fd = descriptor;
    }
  }

  void detach() {
    if (fd >= 0) {
      Libc.close(fd);
      fd = -1;
    }
  }

  /** 512-byte blocks in use, or what is known of them where the file is not open. */
  long blocks(long known) {
    if (fd >= 0) {
      try {
        return Libc.fstat(fd).blocks();
      } catch (ErrnoException e) {
        return known;
      }
    }
    return known;
  }

  /** Whether a truncation waits to take effect. */
  boolean isCutPending() {
    return floor < size;
  }

  /** Truncates, as of the next {@link #cutToFloor}. */
  void truncate(long newSize) {
    floor = Math.min(floor, newSize);
    preallocatedTo = Math.min(preallocatedTo, newSize);
  }

  /** Marks a range as preallocated, so that writes to it need no new space. */
  void preallocated(long end) {
    preallocatedTo = Math.max(preallocatedTo, end);
  }

  /** Whether a page has its space. */
  boolean isAllocated(long page) {
    long offset = page * PAGE;
    return offset < preallocatedTo || (offset < Math.min(size, floor) && fd >= 0 && isData(offset));
  }

  private boolean isData(long offset) {
    long data = Libc.lseek(fd, offset, Libc.SEEK_DATA);
    return data >= 0 && data < offset + PAGE;
  }

  /** Reads; what lies beyond the end, or above the floor, is zeros. */
  void read(long offset, int count, MemorySegment into) throws IOException {
    int have = Math.clamp(Math.min(size, floor) - offset, 0, count);
    int done = 0;
    while (done < have) {
      long r = Libc.pread(fd, into.asSlice(done), have - done, offset + done);
      if (r < 0) {
        throw new ErrnoException((int) -r, "read the backing file");
      }
      if (r == 0) {
        break;
      }
      done += (int) r;
    }
    if (done < count) {
      into.asSlice(done, count - done).fill((byte) 0);
    }
  }

  /** Writes all of it. */
  void write(long offset, MemorySegment source, int length) throws IOException {
    int done = 0;
    while (done < length) {
      long r = Libc.pwrite(fd, source.asSlice(done), length - done, offset + done);
      if (r <= 0) {
        throw new ErrnoException(r == 0 ? Errno.EIO : (int) -r, "write the backing file");
      }
      done += (int) r;
    }
    size = Math.max(size, offset + length);
    counters.bytesPersisted.add(length);
  }

  /** Lets a truncation that waits take effect. */
  void cutToFloor() throws IOException {
    if (floor < size) {
      check(Libc.ftruncate(fd, floor), "truncate the backing file");
      size = floor;
    }
    floor = NO_FLOOR;
  }

  /** Makes it at least that long. */
  void extend(long to) throws IOException {
    if (to > size) {
      check(Libc.ftruncate(fd, to), "extend the backing file");
      size = to;
    }
  }

  /** Makes pages {@code [first, last)} a hole. */
  void punch(long first, long last) throws IOException {
    if (fd >= 0) {
      check(
          Libc.fallocate(
              fd,
              Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE,
              first * PAGE,
              (last - first) * PAGE),
          "punch a hole into the backing file");
    }
  }

  /** Forces the data onto the host's disk. */
  void sync() throws IOException {
    check(Libc.fdatasync(fd), "sync the backing file");
  }

  /** It was replaced by a shorter or longer one behind our back. */
  void replaced(long newSize) {
    size = newSize;
  }

  private static void check(int result, String what) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(-result, what);
    }
  }
}
