package org.ordeal.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.libc.FileStat;
import org.ordeal.faults.disk.libc.PathBytes;
import org.ordeal.faults.disk.libc.PathCalls;

/**
 * Finds and removes the mounts of disk daemons that were killed.
 *
 * <p>A mount's source says who serves it: {@code ordeal-disk:PID:NAME}. Where that process is gone,
 * every access fails with ENOTCONN until somebody unmounts it; the next start calls {@link
 * #sweep()}.
 *
 * <p>The number is the one that the daemon knows itself by. A daemon in a container may be process
 * 1 there, while its mounts are seen by the host as well; so a number that is no daemon here says
 * nothing yet, and the mount itself is asked.
 */
public final class StaleMounts {
  /** How the source of every mount of ours begins. */
  public static final String SOURCE_PREFIX = "ordeal-disk:";

  /** How long a mount may take to answer until it counts as served by somebody who is slow. */
  private static final Duration ANSWER_BOUND = Duration.ofSeconds(2);

  private StaleMounts() {}

  /** A mount of ours. */
  public record Mount(long daemon, String disk, Path mountPoint) {}

  /** A mount that nobody serves any more, and whether it could be taken away. */
  public record Removal(Mount mount, boolean unmounted) {
    /** What became of it, and what to do where it is still there. */
    public String sentence() {
      return unmounted
          ? "Unmounted the fault disk %s at %s, left behind by process %d."
              .formatted(mount.disk(), mount.mountPoint(), mount.daemon())
          : "The fault disk %s at %s, left behind by process %d, could not be unmounted; try: umount -l %s"
              .formatted(mount.disk(), mount.mountPoint(), mount.daemon(), mount.mountPoint());
    }
  }

  /** All mounts of ours, whoever serves them, innermost first. */
  public static List<Mount> list() {
    List<Mount> mounts = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
        parse(line, mounts);
      }
    } catch (IOException e) {
      return List.of();
    }
    Collections.reverse(mounts);
    return mounts;
  }

  private static void parse(String line, List<Mount> mounts) {
    String[] halves = line.split(" - ", 2);
    if (halves.length < 2) {
      return;
    }
    String[] left = halves[0].split(" ");
    String[] right = halves[1].split(" ");
    if (left.length < 5 || right.length < 2 || !right[0].startsWith("fuse")) {
      return;
    }
    String[] source = right[1].split(":", 3);
    if (source.length == 3
        && right[1].startsWith(SOURCE_PREFIX)
        && source[1].matches("[0-9]{1,18}")) {
      mounts.add(new Mount(Long.parseLong(source[1]), source[2], Path.of(unescape(left[4]))));
    }
  }

  /** mountinfo writes blanks and the like as three octal digits. */
  private static String unescape(String path) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) == '\\' && i + 3 < path.length()) {
        out.append((char) Integer.parseInt(path.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        out.append(path.charAt(i));
      }
    }
    return out.toString();
  }

  /**
   * Unmounts, lazily, each mount that nobody serves: its process is no daemon on this machine, and
   * the kernel says that there is no server. A mount that answers, or takes too long to, is left.
   *
   * @return one sentence for each mount that was removed or could not be
   */
  public static List<String> sweep() {
    return removeStale().stream().map(Removal::sentence).toList();
  }

  /** The same, with the mounts that were found. */
  public static List<Removal> removeStale() {
    return remove(mount -> !isDaemon(mount.daemon()) && isDeserted(mount.mountPoint()));
  }

  /** Unmounts, lazily, all mounts of one daemon that is known to have ended. */
  static List<String> sweepOf(long pid) {
    return remove(mount -> mount.daemon() == pid).stream().map(Removal::sentence).toList();
  }

  private static List<Removal> remove(Predicate<Mount> which) {
    List<Removal> removals = new ArrayList<>();
    for (Mount mount : list()) {
      // One at a time: a path leads to the uppermost of its mounts, which this may have removed.
      if (which.test(mount)) {
        removals.add(new Removal(mount, Unmounting.lazily(mount.mountPoint())));
      }
    }
    return removals;
  }

  /** Asks in a thread of its own, which a file system that stalls may keep. */
  private static boolean isDeserted(Path mountPoint) {
    AtomicInteger error = new AtomicInteger();
    Thread asking =
        Thread.ofPlatform()
            .daemon()
            .name("is-the-disk-served")
            .start(
                () -> {
                  try {
                    FileStat ignored =
                        PathCalls.lstatUncached(PathBytes.bytesOf(mountPoint.toString()));
                  } catch (ErrnoException e) {
                    error.set(e.errno());
                  }
                });
    try {
      return asking.join(ANSWER_BOUND)
          && (error.get() == Errno.ENOTCONN || error.get() == Errno.ECONNABORTED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Process ids are reused: only a process that runs our main class still serves its mount. */
  private static boolean isDaemon(long pid) {
    try {
      byte[] command = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
      return PathBytes.latin1(command).contains(DiskMain.class.getSimpleName());
    } catch (IOException e) {
      return false;
    }
  }
}
