package org.ordeal.faults.disk.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * System calls for mounting: directly, and through a set-uid helper that hands over a descriptor.
 */
public final class MountCalls {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int MSGHDR_BYTES = 56;
  private static final int CONTROL_BYTES = 32;
  private static final long FUSE_DEV_IOC_CLONE = 0x8004e500L;
  private static final long GOING_DOWN = 0x8004587dL;

  private static final MethodHandle MOUNT =
      Native.function(
          "mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle IOCTL =
      Native.variadic("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
  private static final MethodHandle SOCKETPAIR =
      Native.function(
          "socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle RECVMSG =
      Native.function("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle POSIX_SPAWN =
      Native.function(
          "posix_spawn",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle WAITPID =
      Native.function("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

  private static final MethodHandle UMOUNT2 =
      Native.function("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  private MountCalls() {}

  /** See {@code umount2(2)}. */
  public static int umount2(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result(
          (int) UMOUNT2.invokeExact(state, Native.string(arena, path), flags), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** See {@code mount(2)}. Strings have one char for each byte. */
  public static int mount(String source, String target, String type, long flags, String options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state();
      return Native.result(
          (int)
              MOUNT.invokeExact(
                  state,
                  Native.string(arena, source),
                  Native.string(arena, target),
                  Native.string(arena, type),
                  flags,
                  Native.string(arena, options)),
          state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** Makes a new descriptor of {@code /dev/fuse} read the requests of another one's connection. */
  public static int cloneFuse(int fresh, int connected) {
    return ioctl(fresh, FUSE_DEV_IOC_CLONE, connected);
  }

  /**
   * Shuts an ext4 or xfs file system down as a power loss would; flags as of {@code
   * EXT4_IOC_SHUTDOWN}.
   */
  public static int shutDown(int fd, int flags) {
    return ioctl(fd, GOING_DOWN, flags);
  }

  private static int ioctl(int fd, long request, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(JAVA_INT);
      argument.set(JAVA_INT, 0, value);
      MemorySegment state = Native.state();
      return Native.result((int) IOCTL.invokeExact(state, fd, request, argument), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** What a helper handed over, and how it ended. */
  public record Handover(int descriptor, int exitStatus) {}

  /**
   * Runs a helper that sends one descriptor over a socket, whose number it finds in an environment
   * variable.
   *
   * @param command absolute path and arguments
   * @param variable the environment variable
   * @param environment the rest of its environment
   * @return the descriptor, or a negated error number
   */
  public static Handover receiveDescriptor(
      List<String> command, String variable, Map<String, String> environment) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(8, 4);
      MemorySegment state = Native.state();
      int made =
          Native.result((int) SOCKETPAIR.invokeExact(state, AF_UNIX, SOCK_STREAM, 0, pair), state);
      if (made < 0) {
        return new Handover(made, -1);
      }
      int ours = pair.get(JAVA_INT, 0);
      int theirs = pair.get(JAVA_INT, 4);
      MemorySegment arguments = strings(arena, command);
      List<String> variables =
          new ArrayList<>(
              environment.entrySet().stream()
                  .map(e -> PathBytes.bytesOf(e.getKey() + "=" + e.getValue()))
                  .toList());
      variables.add(variable + "=" + theirs);
      MemorySegment pid = arena.allocate(JAVA_INT);
      int spawned =
          (int)
              POSIX_SPAWN.invokeExact(
                  state,
                  pid,
                  Native.string(arena, command.getFirst()),
                  MemorySegment.NULL,
                  MemorySegment.NULL,
                  arguments,
                  strings(arena, variables));
      Libc.close(theirs);
      if (spawned != 0) {
        Libc.close(ours);
        return new Handover(-spawned, -1);
      }
      int descriptor = receive(arena, state, ours);
      Libc.close(ours);
      MemorySegment status = arena.allocate(JAVA_INT);
      int waited = (int) WAITPID.invokeExact(state, pid.get(JAVA_INT, 0), status, 0);
      return new Handover(descriptor, waited < 0 ? -1 : (status.get(JAVA_INT, 0) >> 8) & 0xff);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  private static MemorySegment strings(Arena arena, List<String> strings) {
    MemorySegment array =
        arena.allocate(ADDRESS.byteSize() * (strings.size() + 1), ADDRESS.byteSize());
    for (int i = 0; i < strings.size(); i++) {
      array.setAtIndex(ADDRESS, i, Native.string(arena, strings.get(i)));
    }
    return array;
  }

  /**
   * One message with a descriptor beside it (SCM_RIGHTS); the descriptor lies behind the control
   * header.
   */
  private static int receive(Arena arena, MemorySegment state, int socket) throws Throwable {
    MemorySegment data = arena.allocate(1);
    MemorySegment vector = arena.allocate(16, 8);
    vector.set(ADDRESS, 0, data);
    vector.set(JAVA_LONG, 8, 1);
    MemorySegment control = arena.allocate(CONTROL_BYTES, 8);
    MemorySegment message = arena.allocate(MSGHDR_BYTES, 8);
    message.set(ADDRESS, 16, vector);
    message.set(JAVA_LONG, 24, 1);
    message.set(ADDRESS, 32, control);
    message.set(JAVA_LONG, 40, CONTROL_BYTES);
    long received =
        Native.result((long) RECVMSG.invokeExact(state, socket, message, MSG_CMSG_CLOEXEC), state);
    if (received < 0) {
      return (int) received;
    }
    return message.get(JAVA_LONG, 40) < 20 ? -Errno.EPERM : control.get(JAVA_INT, 16);
  }
}
