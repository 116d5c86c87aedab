package org.ordeal.faults.disk.fuse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.Libc;
import org.ordeal.faults.disk.libc.MountCalls;
import org.ordeal.faults.disk.libc.MountCalls.Handover;
import org.ordeal.faults.disk.libc.PathBytes;

/** Mounts: with mount(2) where this process may, else through {@code fusermount3}. */
public final class FuseMount {
  static final String DEVICE = "/dev/fuse";
  private static final int MS_NOSUID = 2;
  private static final int MS_NODEV = 4;
  private static final String TYPE = "ordeal";

  private FuseMount() {}

  /**
   * Mounts a file system.
   *
   * @param source what {@code mount} shows
   * @param mountPoint an existing directory
   * @param helper the set-uid helper, or null to call mount(2)
   * @return the descriptor of its connection
   * @throws IOException if the mount is refused; the message says why
   */
  public static int mount(String source, Path mountPoint, @Nullable Path helper)
      throws IOException {
    return helper == null ? directly(source, mountPoint) : through(helper, source, mountPoint);
  }

  private static int directly(String source, Path mountPoint) throws IOException {
    int fd = Libc.open(DEVICE, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
    if (fd < 0) {
      throw new IOException(DEVICE + " can not be opened: " + Errno.name(-fd));
    }
    String options =
        "fd="
            + fd
            + ",rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions,max_read="
            + FuseRequest.MAX_DATA;
    int mounted =
        MountCalls.mount(
            PathBytes.bytesOf(source),
            PathBytes.bytesOf(mountPoint.toString()),
            "fuse." + TYPE,
            MS_NOSUID | MS_NODEV,
            options);
    if (mounted < 0) {
      Libc.close(fd);
      throw new IOException(
          "Mounting a fault disk on "
              + mountPoint
              + " was refused: "
              + Errno.name(-mounted)
              + (mounted == -Errno.ENODEV ? ". The kernel has no FUSE: modprobe fuse." : "."));
    }
    return fd;
  }

  private static int through(Path helper, String source, Path mountPoint) throws IOException {
    String options =
        "fsname="
            + source
            + ",subtype="
            + TYPE
            + ",default_permissions,max_read="
            + FuseRequest.MAX_DATA;
    Handover handover =
        MountCalls.receiveDescriptor(
            List.of(
                PathBytes.bytesOf(helper.toString()),
                "-o",
                PathBytes.bytesOf(options),
                "--",
                PathBytes.bytesOf(mountPoint.toString())),
            "_FUSE_COMMFD",
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
    if (handover.descriptor() < 0) {
      throw new IOException(
          helper
              + " did not mount a fault disk on "
              + mountPoint
              + " (exit status "
              + handover.exitStatus()
              + "): the mount point must belong to this user, and what the helper said is in the daemon's log.");
    }
    return handover.descriptor();
  }
}
