package org.ordeal.faults.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.FuseSupport.Mechanism;

/** Looks for what a mount needs: Linux, {@code /dev/fuse}, and the right or a helper to mount. */
final class FuseProbe {
  private static final int CAP_SYS_ADMIN = 21;
  private static final List<String> HELPER_DIRECTORIES =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private FuseProbe() {}

  static FuseSupport probe() {
    List<String> missing = new ArrayList<>();
    if (!"Linux".equals(System.getProperty("os.name"))) {
      missing.add("Fault disks need Linux; this is " + System.getProperty("os.name") + ".");
      return new FuseSupport(Mechanism.NONE, missing);
    }
    Path device = Path.of("/dev/fuse");
    if (!Files.exists(device)) {
      missing.add(
          "There is no /dev/fuse: load the kernel module (modprobe fuse), or start the container"
              + " with --device /dev/fuse --cap-add SYS_ADMIN.");
    } else {
      try (RandomAccessFile opened = new RandomAccessFile(device.toFile(), "rw")) {
        opened.getFD();
      } catch (IOException e) {
        missing.add(
            "/dev/fuse can not be opened ("
                + e.getMessage()
                + "): give this user read and write access.");
      }
    }
    Mechanism mechanism = Mechanism.NONE;
    if (mayMount()) {
      mechanism = Mechanism.MOUNT;
    } else if (helper() != null) {
      mechanism = Mechanism.FUSERMOUNT;
    } else {
      missing.add(
          "This user may not mount and there is no fusermount3: install the package fuse3, or run as root.");
    }
    return new FuseSupport(mechanism, missing);
  }

  /** The set-uid helper, or null if there is none. */
  static @Nullable Path helper() {
    List<String> directories = new ArrayList<>(HELPER_DIRECTORIES);
    String path = System.getenv("PATH");
    if (path != null) {
      directories.addAll(List.of(path.split(":")));
    }
    for (String name : List.of("fusermount3", "fusermount")) {
      for (String directory : directories) {
        Path candidate = Path.of(directory, name);
        if (!directory.isEmpty() && Files.isExecutable(candidate)) {
          return candidate;
        }
      }
    }
    return null;
  }

  private static boolean mayMount() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("CapEff:")) {
          return (Long.parseUnsignedLong(line.substring(7).trim(), 16) >>> CAP_SYS_ADMIN & 1) == 1;
        }
      }
    } catch (IOException e) {
      return false;
    }
    return false;
  }
}
