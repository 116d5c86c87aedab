package org.ordeal.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongPredicate;
import org.ordeal.faults.disk.libc.PathBytes;

/**
 * Finds and removes the mounts of disk daemons that were killed.
 *
 * <p>A mount's source says who serves it: {@code ordeal-disk:PID:NAME}. Where that process is gone,
 * every access fails with ENOTCONN until somebody unmounts it; the next start calls {@link
 * #sweep()}.
 */
public final class StaleMounts {
  /** How the source of every mount of ours begins. */
  public static final String SOURCE_PREFIX = "ordeal-disk:";

  private StaleMounts() {}

  /** A mount of ours. */
  public record Mount(long daemon, String disk, Path mountPoint) {}

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
   * Unmounts, lazily, each mount whose daemon is gone.
   *
   * @return one sentence for each mount that was removed or could not be
   */
  public static List<String> sweep() {
    return sweep(pid -> !isDaemon(pid));
  }

  /** The same for one daemon that is known to have ended. */
  static List<String> sweepOf(long pid) {
    return sweep(p -> p == pid);
  }

  private static List<String> sweep(LongPredicate which) {
    List<String> said = new ArrayList<>();
    for (Mount mount : list()) {
      if (which.test(mount.daemon())) {
        boolean gone = Unmounting.lazily(mount.mountPoint());
        said.add(
            gone
                ? "Unmounted the fault disk "
                    + mount.disk()
                    + " at "
                    + mount.mountPoint()
                    + ", left behind by process "
                    + mount.daemon()
                    + "."
                : "The fault disk "
                    + mount.disk()
                    + " at "
                    + mount.mountPoint()
                    + ", left behind by process "
                    + mount.daemon()
                    + ", could not be unmounted; try: umount -l "
                    + mount.mountPoint());
      }
    }
    return said;
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
