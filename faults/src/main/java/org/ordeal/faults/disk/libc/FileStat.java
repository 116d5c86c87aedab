package org.ordeal.faults.disk.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * What {@code statx(2)} tells of a file. Times are nanoseconds since 1970; {@code blocks} are of
 * 512 bytes.
 */
public record FileStat(
    int mode,
    int uid,
    int gid,
    int nlink,
    long ino,
    long size,
    long blocks,
    long atime,
    long mtime,
    long ctime,
    int rdev) {

  /** Bytes of {@code struct statx}, whose layout is the same on every architecture. */
  static final int SIZE = 256;

  static FileStat of(MemorySegment s) {
    return new FileStat(
        Short.toUnsignedInt(s.get(JAVA_SHORT, 28)),
        s.get(JAVA_INT, 20),
        s.get(JAVA_INT, 24),
        s.get(JAVA_INT, 16),
        s.get(JAVA_LONG, 32),
        s.get(JAVA_LONG, 40),
        s.get(JAVA_LONG, 48),
        nanos(s, 64),
        nanos(s, 112),
        nanos(s, 96),
        ((s.get(JAVA_INT, 128) & 0xfff) << 8) | (s.get(JAVA_INT, 132) & 0xff));
  }

  private static long nanos(MemorySegment s, long at) {
    return s.get(JAVA_LONG, at) * 1_000_000_000L + s.get(JAVA_INT, at + 8);
  }
}
