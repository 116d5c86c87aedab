package org.ordeal.faults.disk.volume;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A file, directory or other object as the processes see it, and the names it has in the backing
 * directory.
 *
 * <p>Names, links and the durable part are guarded by the volume's name-space lock; attributes by
 * the inode's monitor; the counts of the kernel's references are atomic.
 */
public final class Inode {
  static final int S_IFMT = 0xf000;
  static final int S_IFDIR = 0x4000;
  static final int S_IFREG = 0x8000;
  static final int S_IFLNK = 0xa000;
  static final int S_ISUID = 0x800;
  static final int S_ISGID = 0x400;
  static final int S_IXGRP = 0x8;
  static final int PERMISSIONS = 0xfff;

  /** A name in a directory of the backing tree. */
  record DurableName(Inode directory, String name) {}

  private final long id;
  private final int type;
  final int rdev;
  final @Nullable FileData data;
  final @Nullable String target;

  int mode;
  int uid;
  int gid;
  long atime;
  long mtime;
  long ctime;
  boolean attributesPending;
  boolean timesSet;
  @Nullable Map<String, byte[]> xattrs;
  boolean xattrsPending;

  int links;
  @Nullable Inode parent;
  String name = "";
  @Nullable Map<String, Inode> children;

  volatile boolean materialized;
  @Nullable String orphanPath;
  final Set<DurableName> durableNames = new LinkedHashSet<>(2);
  long backingBlocks;

  /** How many changes in the journal concern it: until they are committed a cut may need it. */
  int journaled;

  final AtomicLong lookups = new AtomicLong();
  final AtomicInteger opens = new AtomicInteger();

  Inode(long id, int mode, int rdev, @Nullable FileData data, @Nullable String target) {
    this.id = id;
    this.type = mode & S_IFMT;
    this.mode = mode;
    this.rdev = rdev;
    this.data = data;
    this.target = target;
  }

  /** Its number on the wire, never used twice by one volume (1 is the root of every epoch). */
  public long id() {
    return id;
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return type == S_IFDIR;
  }

  /** Whether it is a regular file. */
  public boolean isRegular() {
    return type == S_IFREG;
  }

  /** The type as {@code d_type} tells it. */
  public int directoryEntryType() {
    return type >>> 12;
  }

  /** The target of a symbolic link, else null. */
  public @Nullable String target() {
    return target;
  }

  /** Whether it lies in the backing tree under a name, be it only among the orphans. */
  boolean isPlaced() {
    return orphanPath != null || !durableNames.isEmpty() || id == Volume.ROOT;
  }

  /** Whether the kernel may still ask for it: by a name, an open file or, say, an O_PATH one. */
  boolean isReachable() {
    return links > 0 || opens.get() > 0 || lookups.get() > 0;
  }

  FileData file() {
    if (data == null) {
      throw new IllegalStateException("inode " + id + " is no regular file");
    }
    return data;
  }
}
