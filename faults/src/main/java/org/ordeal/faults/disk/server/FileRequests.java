package org.ordeal.faults.disk.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.fuse.FuseRequest;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.toxic.Toxics;
import org.ordeal.faults.disk.volume.AttributeChange;
import org.ordeal.faults.disk.volume.Inode;
import org.ordeal.faults.disk.volume.Volume;

/** Serves the requests about attributes, opening and space. Thread-safe. */
final class FileRequests {
  static final int OPEN_BYTES = 16;
  private static final int FOPEN_KEEP_CACHE = 2;

  /** Closing a file does not write its memory maps back, as on any local file system. */
  private static final int FOPEN_NOFLUSH = 32;

  private static final int FATTR_MODE = 1;
  private static final int FATTR_UID = 1 << 1;
  private static final int FATTR_GID = 1 << 2;
  private static final int FATTR_SIZE = 1 << 3;
  private static final int FATTR_ATIME = 1 << 4;
  private static final int FATTR_MTIME = 1 << 5;
  private static final int FATTR_ATIME_NOW = 1 << 7;
  private static final int FATTR_MTIME_NOW = 1 << 8;
  private static final int FATTR_KILL_SUIDGID = 1 << 11;

  private static final int BLOCK = 4096;
  private static final long INODES = 1 << 20;

  private final Volume volume;
  private final Toxics toxics;

  FileRequests(Volume volume, Toxics toxics) {
    this.volume = volume;
    this.toxics = toxics;
  }

  /** Puts what follows an open into an answer. */
  static void opened(FuseRequest request, int at) {
    request.put64(at, 0);
    request.put32(at + 8, FOPEN_KEEP_CACHE | FOPEN_NOFLUSH);
    request.put32(at + 12, 0);
  }

  int open(FuseRequest request, Inode inode) throws IOException {
    if (inode.isDirectory()) {
      return -Errno.EISDIR;
    }
    volume.contents().opened(inode);
    opened(request, 0);
    return OPEN_BYTES;
  }

  int release(Inode inode) {
    volume.contents().released(inode);
    return 0;
  }

  int getattr(FuseRequest request, Inode inode) {
    return Answers.attributes(request, volume, inode);
  }

  int setattr(FuseRequest request, Inode inode) throws IOException {
    int valid = request.u32(0);
    boolean owner = (valid & (FATTR_UID | FATTR_GID)) != 0;
    AttributeChange change =
        new AttributeChange(
            (valid & FATTR_MODE) == 0 ? null : request.u32(68),
            (valid & FATTR_UID) == 0 ? null : request.u32(76),
            (valid & FATTR_GID) == 0 ? null : request.u32(80),
            (valid & FATTR_SIZE) == 0 ? null : request.u64(16),
            time(request, valid, FATTR_ATIME, FATTR_ATIME_NOW, 32, 56),
            time(request, valid, FATTR_MTIME, FATTR_MTIME_NOW, 40, 60),
            (valid & FATTR_KILL_SUIDGID) != 0 || (owner && inode.isRegular()));
    volume.contents().change(inode, change);
    return Answers.attributes(request, volume, inode);
  }

  private static @Nullable Long time(
      FuseRequest request, int valid, int given, int now, int secondsAt, int nanosAt) {
    if ((valid & now) != 0) {
      return System.currentTimeMillis() * 1_000_000L;
    }
    return (valid & given) == 0
        ? null
        : request.u64(secondsAt) * 1_000_000_000L + request.u32(nanosAt);
  }

  int sync(Inode inode) throws IOException {
    volume.durability().sync(inode);
    return 0;
  }

  int syncAll() throws IOException {
    volume.durability().syncAll();
    return 0;
  }

  int statfs(FuseRequest request) {
    long capacity = volume.capacityBytes();
    long free = toxics.room(Math.max(0, capacity - volume.usedBytes()) / BLOCK, BLOCK);
    request.clear(80);
    request.put64(0, capacity / BLOCK);
    request.put64(8, free);
    request.put64(16, free);
    request.put64(24, INODES);
    request.put64(32, INODES);
    request.put32(40, BLOCK);
    request.put32(44, 255);
    request.put32(48, BLOCK);
    return 80;
  }

  int fallocate(FuseRequest request, Inode inode) throws IOException {
    volume.contents().fallocate(inode, request.u32(24), request.u64(8), request.u64(16));
    return 0;
  }

  int getxattr(FuseRequest request, Inode inode) throws IOException {
    String name = request.string(8);
    if (!supported(name)) {
      return -Errno.EOPNOTSUPP;
    }
    byte[] value = volume.names().xattr(inode, name);
    return value == null ? -Errno.ENODATA : sized(request, value);
  }

  int listxattr(FuseRequest request, Inode inode) throws IOException {
    StringBuilder names = new StringBuilder();
    for (String name : volume.names().xattrNames(inode)) {
      names.append(name).append('\0');
    }
    return sized(request, names.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Answers with the bytes, or, if no room is given, with how many there are. */
  private static int sized(FuseRequest request, byte[] bytes) {
    int room = request.u32(0);
    if (room == 0) {
      request.put32(0, bytes.length);
      request.put32(4, 0);
      return 8;
    }
    if (bytes.length > room) {
      return -Errno.ERANGE;
    }
    request.putBytes(0, bytes);
    return bytes.length;
  }

  int setxattr(FuseRequest request, Inode inode) throws IOException {
    String name = request.string(8);
    if (!supported(name)) {
      return -Errno.EOPNOTSUPP;
    }
    byte[] value = request.data(8 + name.length() + 1, request.u32(0)).toArray(JAVA_BYTE);
    volume.names().setXattr(inode, name, value, request.u32(4));
    return 0;
  }

  int removexattr(FuseRequest request, Inode inode) throws IOException {
    String name = request.string(0);
    if (!supported(name)) {
      return -Errno.EOPNOTSUPP;
    }
    volume.names().setXattr(inode, name, null, 0);
    return 0;
  }

  /**
   * Access control lists would have to be kept in step with the mode; the kernel then goes by the
   * mode alone.
   */
  private static boolean supported(String name) {
    return !name.startsWith("system.");
  }
}
