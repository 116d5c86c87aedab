package org.ordeal.faults.disk.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * System calls on what a path names; symbolic links are never followed. A path has one char for
 * each byte (see {@link PathBytes}). Each returns what the call returns, or the negated error
 * number (see {@link Errno}); none throws, but where it says so. Thread-safe.
 */
public final class PathCalls {
  public static final int RENAME_EXCHANGE = 2;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_STATX_FORCE_SYNC = 0x2000;

  private static final MethodHandle MKDIR =
      Native.function("mkdir", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle MKNOD =
      Native.function("mknod", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG));
  private static final MethodHandle UNLINK =
      Native.function("unlink", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle RMDIR =
      Native.function("rmdir", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle LINK =
      Native.function("link", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle SYMLINK =
      Native.function("symlink", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle CHMOD =
      Native.function("chmod", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle LCHOWN =
      Native.function("lchown", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle LSETXATTR =
      Native.function(
          "lsetxattr",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle LREMOVEXATTR =
      Native.function("lremovexattr", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle RENAMEAT2 =
      Native.function(
          "renameat2",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle UTIMENSAT =
      Native.function(
          "utimensat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle READLINK =
      Native.function("readlink", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle LGETXATTR =
      Native.function(
          "lgetxattr", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle LLISTXATTR =
      Native.function("llistxattr", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle GETDENTS64 =
      Native.function("getdents64", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

  private PathCalls() {}

  /** See {@code mkdir(2)}. */
  public static int mkdir(String path, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result((int) MKDIR.invokeExact(state, Native.string(arena, path), mode), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code mknod(2)}. */
  public static int mknod(String path, int mode, long device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result(
          (int) MKNOD.invokeExact(state, Native.string(arena, path), mode, device), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code unlink(2)}. */
  public static int unlink(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result((int) UNLINK.invokeExact(state, Native.string(arena, path)), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code rmdir(2)}. */
  public static int rmdir(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result((int) RMDIR.invokeExact(state, Native.string(arena, path)), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code link(2)}. */
  public static int link(String existing, String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result(
          (int) LINK.invokeExact(state, Native.string(arena, existing), Native.string(arena, path)),
          state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code symlink(2)}. */
  public static int symlink(String target, String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result(
          (int)
              SYMLINK.invokeExact(state, Native.string(arena, target), Native.string(arena, path)),
          state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code chmod(2)}. */
  public static int chmod(String path, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result((int) CHMOD.invokeExact(state, Native.string(arena, path), mode), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code lchown(2)}. */
  public static int lchown(String path, int uid, int gid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result(
          (int) LCHOWN.invokeExact(state, Native.string(arena, path), uid, gid), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code lsetxattr(2)}. */
  public static int lsetxattr(
      String path, String name, MemorySegment value, long length, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result(
          (int)
              LSETXATTR.invokeExact(
                  state,
                  Native.string(arena, path),
                  Native.string(arena, name),
                  value,
                  length,
                  flags),
          state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code lremovexattr(2)}. */
  public static int lremovexattr(String path, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result(
          (int)
              LREMOVEXATTR.invokeExact(
                  state, Native.string(arena, path), Native.string(arena, name)),
          state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code renameat2(2)}, with absolute paths; flags 0 replaces. */
  public static int rename(String from, String to, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result(
          (int)
              RENAMEAT2.invokeExact(
                  state,
                  AT_FDCWD,
                  Native.string(arena, from),
                  AT_FDCWD,
                  Native.string(arena, to),
                  flags),
          state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * What a path names, symbolic links not followed.
   *
   * @throws ErrnoException if it names nothing, or for any other reason
   */
  public static FileStat lstat(String path) throws ErrnoException {
    return Libc.stat(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
  }

  /**
   * The same, asked of whoever serves the path's file system instead of the kernel's cache, which
   * outlives a server by as long as that has let it. May wait for ever.
   *
   * @throws ErrnoException as {@link #lstat}; ENOTCONN or ECONNABORTED where the server is gone
   */
  public static FileStat lstatUncached(String path) throws ErrnoException {
    return Libc.stat(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_STATX_FORCE_SYNC);
  }

  /** Sets both times of a path, in nanoseconds since 1970; symbolic links not followed. */
  public static int setTimes(String path, long atime, long mtime) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment times = arena.allocate(32, 8);
      times.set(JAVA_LONG, 0, Math.floorDiv(atime, 1_000_000_000L));
      times.set(JAVA_LONG, 8, Math.floorMod(atime, 1_000_000_000L));
      times.set(JAVA_LONG, 16, Math.floorDiv(mtime, 1_000_000_000L));
      times.set(JAVA_LONG, 24, Math.floorMod(mtime, 1_000_000_000L));
      MemorySegment state = Native.state();
      return Native.result(
          (int)
              UTIMENSAT.invokeExact(
                  state, AT_FDCWD, Native.string(arena, path), times, AT_SYMLINK_NOFOLLOW),
          state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * The target of a symbolic link.
   *
   * @throws ErrnoException if it can not be read
   */
  public static String readlink(String path) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4096);
      MemorySegment state = Native.state();
      long r =
          Native.result(
              (long) READLINK.invokeExact(state, Native.string(arena, path), buffer, 4096L), state);
      if (r < 0) {
        throw new ErrnoException((int) -r, "readlink " + PathBytes.display(path));
      }
      return PathBytes.latin1(buffer.asSlice(0, r).toArray(ValueLayout.JAVA_BYTE));
    } catch (ErrnoException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * The value of an extended attribute of a path.
   *
   * @throws ErrnoException ENODATA if it has none of that name
   */
  public static byte[] getXattr(String path, String name) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(65536);
      MemorySegment state = Native.state();
      long r =
          Native.result(
              (long)
                  LGETXATTR.invokeExact(
                      state,
                      Native.string(arena, path),
                      Native.string(arena, name),
                      buffer,
                      65536L),
              state);
      if (r < 0) {
        throw new ErrnoException((int) -r, "getxattr " + PathBytes.display(path));
      }
      return buffer.asSlice(0, r).toArray(ValueLayout.JAVA_BYTE);
    } catch (ErrnoException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** The names of a path's extended attributes; none where the file system has no such thing. */
  public static List<String> listXattr(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(65536);
      MemorySegment state = Native.state();
      long r =
          Native.result(
              (long) LLISTXATTR.invokeExact(state, Native.string(arena, path), buffer, 65536L),
              state);
      if (r <= 0) {
        return List.of();
      }
      String names = PathBytes.latin1(buffer.asSlice(0, r).toArray(ValueLayout.JAVA_BYTE));
      return List.of(names.split("\0"));
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * The names in a directory, without {@code .} and {@code ..}.
   *
   * @throws ErrnoException if it can not be read
   */
  public static List<String> list(String path) throws ErrnoException {
    int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
    if (fd < 0) {
      throw new ErrnoException(-fd, "open directory " + PathBytes.display(path));
    }
    List<String> names = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(65536, 8);
      MemorySegment state = Native.state();
      while (true) {
        long r = Native.result((long) GETDENTS64.invokeExact(state, fd, buffer, 65536L), state);
        if (r < 0) {
          throw new ErrnoException((int) -r, "read directory " + PathBytes.display(path));
        }
        if (r == 0) {
          return names;
        }
        for (long at = 0;
            at < r;
            at += Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + 16))) {
          String name = buffer.asSlice(at + 19).getString(0, StandardCharsets.ISO_8859_1);
          if (!name.equals(".") && !name.equals("..")) {
            names.add(name);
          }
        }
      }
    } catch (ErrnoException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    } finally {
      Libc.close(fd);
    }
  }
}
