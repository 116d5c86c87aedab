package org.ordeal.faults.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ordeal.faults.disk.libc.MountCalls;
import org.ordeal.faults.disk.libc.PathBytes;

/** Takes a mount away: directly where one may, else through {@code fusermount3}. */
public final class Unmounting {
  private static final int MNT_FORCE = 1;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;

  private Unmounting() {}

  /**
   * Unmounts if nobody uses it; dirty pages go to the disk first. Returns whether it is unmounted.
   */
  public static boolean gently(Path mountPoint) {
    return MountCalls.umount2(PathBytes.bytesOf(mountPoint.toString()), UMOUNT_NOFOLLOW) == 0
        || helper(List.of("-u"), mountPoint);
  }

  /**
   * Takes the mount out of the name space at once; the kernel ends it when the last user lets go.
   */
  public static boolean lazily(Path mountPoint) {
    return MountCalls.umount2(
                PathBytes.bytesOf(mountPoint.toString()), MNT_DETACH | UMOUNT_NOFOLLOW)
            == 0
        || helper(List.of("-u", "-z"), mountPoint);
  }

  /**
   * Ends the connection of a mount that is in use (its users get ENOTCONN), then takes it away.
   * Without the right to do that, the mount is taken away lazily.
   */
  public static boolean byForce(Path mountPoint) {
    int forced =
        MountCalls.umount2(PathBytes.bytesOf(mountPoint.toString()), MNT_FORCE | UMOUNT_NOFOLLOW);
    return forced == 0 || lazily(mountPoint);
  }

  private static boolean helper(List<String> options, Path mountPoint) {
    Path helper = FuseProbe.helper();
    if (helper == null) {
      return false;
    }
    List<String> command = new ArrayList<>();
    command.add(helper.toString());
    command.addAll(options);
    command.add("--");
    command.add(mountPoint.toString());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
