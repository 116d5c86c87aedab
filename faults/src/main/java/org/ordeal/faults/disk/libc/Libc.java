package org.ordeal.faults.disk.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls on open files and on the process itself. Each returns what the call returns, or the
 * negated error number (see {@link Errno}); none throws, but where it says so. Thread-safe.
 */
public final class Libc {
  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0x40;
  public static final int O_EXCL = 0x80;
  public static final int O_CLOEXEC = 0x80000;
  public static final int SEEK_SET = 0;
  public static final int SEEK_DATA = 3;
  public static final int SEEK_HOLE = 4;
  public static final int FALLOC_FL_KEEP_SIZE = 1;
  public static final int FALLOC_FL_PUNCH_HOLE = 2;
  public static final int FALLOC_FL_ZERO_RANGE = 0x10;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC = 0x7ff;

  private static final MethodHandle OPEN =
      Native.variadic("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
  private static final MethodHandle CLOSE =
      Native.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle READ =
      Native.function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      Native.function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle PREAD =
      Native.function(
          "pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle PWRITE =
      Native.function(
          "pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle FSYNC =
      Native.function("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle FDATASYNC =
      Native.function("fdatasync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle FTRUNCATE =
      Native.function("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle FALLOCATE =
      Native.function(
          "fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle LSEEK =
      Native.function("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SYNC_FILE_RANGE =
      Native.function(
          "sync_file_range",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SETSID =
      Native.function("setsid", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle UMASK =
      Native.function("umask", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle STATX =
      Native.function(
          "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));

  private Libc() {}

  /** See {@code open(2)}. */
  public static int open(String path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result(
          (int) OPEN.invokeExact(state, Native.string(arena, path), flags, mode), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code close(2)}. */
  public static int close(int fd) {
    try {
      MemorySegment state = Native.state();
      return Native.result((int) CLOSE.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code read(2)}. */
  public static long read(int fd, MemorySegment buffer, long length) {
    try {
      MemorySegment state = Native.state();
      return Native.result((long) READ.invokeExact(state, fd, buffer, length), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code write(2)}. */
  public static long write(int fd, MemorySegment buffer, long length) {
    try {
      MemorySegment state = Native.state();
      return Native.result((long) WRITE.invokeExact(state, fd, buffer, length), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code pread(2)}. */
  public static long pread(int fd, MemorySegment buffer, long length, long offset) {
    try {
      MemorySegment state = Native.state();
      return Native.result((long) PREAD.invokeExact(state, fd, buffer, length, offset), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code pwrite(2)}. */
  public static long pwrite(int fd, MemorySegment buffer, long length, long offset) {
    try {
      MemorySegment state = Native.state();
      return Native.result((long) PWRITE.invokeExact(state, fd, buffer, length, offset), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code fsync(2)}. */
  public static int fsync(int fd) {
    try {
      MemorySegment state = Native.state();
      return Native.result((int) FSYNC.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code fdatasync(2)}. */
  public static int fdatasync(int fd) {
    try {
      MemorySegment state = Native.state();
      return Native.result((int) FDATASYNC.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code ftruncate(2)}. */
  public static int ftruncate(int fd, long length) {
    try {
      MemorySegment state = Native.state();
      return Native.result((int) FTRUNCATE.invokeExact(state, fd, length), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code fallocate(2)}. */
  public static int fallocate(int fd, int mode, long offset, long length) {
    try {
      MemorySegment state = Native.state();
      return Native.result((int) FALLOCATE.invokeExact(state, fd, mode, offset, length), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code lseek(2)}. */
  public static long lseek(int fd, long offset, int whence) {
    try {
      MemorySegment state = Native.state();
      return Native.result((long) LSEEK.invokeExact(state, fd, offset, whence), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code sync_file_range(2)}. */
  public static int syncFileRange(int fd, long offset, long length, int flags) {
    try {
      MemorySegment state = Native.state();
      return Native.result(
          (int) SYNC_FILE_RANGE.invokeExact(state, fd, offset, length, flags), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code setsid(2)}. */
  public static int setsid() {
    try {
      MemorySegment state = Native.state();
      return Native.result((int) SETSID.invokeExact(state), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code umask(2)}. */
  public static int umask(int mask) {
    try {
      MemorySegment state = Native.state();
      return Native.result((int) UMASK.invokeExact(state, mask), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** What an open file is. */
  public static FileStat fstat(int fd) throws ErrnoException {
    return stat(fd, "", AT_EMPTY_PATH);
  }

  /** See {@code statx(2)}. */
  static FileStat stat(int directory, String path, int flags) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(FileStat.SIZE, 8);
      MemorySegment state = Native.state();
      int r =
          Native.result(
              (int)
                  STATX.invokeExact(
                      state, directory, Native.string(arena, path), flags, STATX_BASIC, buffer),
              state);
      if (r < 0) {
        throw new ErrnoException(-r, "stat " + PathBytes.display(path));
      }
      return FileStat.of(buffer);
    } catch (ErrnoException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }
}
