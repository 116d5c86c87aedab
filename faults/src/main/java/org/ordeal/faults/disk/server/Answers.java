package org.ordeal.faults.disk.server;

import org.ordeal.faults.disk.fuse.FuseRequest;
import org.ordeal.faults.disk.volume.Attributes;
import org.ordeal.faults.disk.volume.Inode;
import org.ordeal.faults.disk.volume.Volume;

/** Layouts of answers that tell of an inode ({@code fuse_entry_out}, {@code fuse_attr_out}). */
final class Answers {
  static final int ENTRY_BYTES = 128;
  private static final int ATTRIBUTE_ANSWER_BYTES = 104;

  /**
   * How long the kernel may trust a name or attributes, in seconds: nobody but it changes them, and
   * where we do (a cut, damage) we tell it.
   */
  private static final long VALID_SECONDS = 3600;

  private Answers() {}

  static int entry(FuseRequest request, Volume volume, Inode inode) {
    request.put64(0, inode.id());
    request.put64(8, 0);
    request.put64(16, VALID_SECONDS);
    request.put64(24, VALID_SECONDS);
    request.put64(32, 0);
    attributes(request, 40, volume.contents().attributes(inode));
    return ENTRY_BYTES;
  }

  static int attributes(FuseRequest request, Volume volume, Inode inode) {
    request.put64(0, VALID_SECONDS);
    request.put64(8, 0);
    attributes(request, 16, volume.contents().attributes(inode));
    return ATTRIBUTE_ANSWER_BYTES;
  }

  private static void attributes(FuseRequest request, int at, Attributes a) {
    request.put64(at, a.ino());
    request.put64(at + 8, a.size());
    request.put64(at + 16, a.blocks());
    time(request, at + 24, at + 48, a.atime());
    time(request, at + 32, at + 52, a.mtime());
    time(request, at + 40, at + 56, a.ctime());
    request.put32(at + 60, a.mode());
    request.put32(at + 64, a.links());
    request.put32(at + 68, a.uid());
    request.put32(at + 72, a.gid());
    request.put32(at + 76, a.rdev());
    request.put32(at + 80, 4096);
    request.put32(at + 84, 0);
  }

  private static void time(FuseRequest request, int secondsAt, int nanosAt, long nanos) {
    request.put64(secondsAt, Math.floorDiv(nanos, 1_000_000_000L));
    request.put32(nanosAt, (int) Math.floorMod(nanos, 1_000_000_000L));
  }
}
