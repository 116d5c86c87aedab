package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.libc.Libc;

/**
 * What is in files, and what {@code stat} tells of them, as their users see it: nothing here is
 * durable before {@link Durability} makes it so. Thread-safe, between {@link Volume#enter} and
 * {@link Volume#exit}.
 */
public final class FileContents {
  private static final int INODE_BYTES = 4096;

  private final Volume volume;

  FileContents(Volume volume) {
    this.volume = volume;
  }

  /** Accounts for an object that is to be made. */
  void allocateInode(Inode directory) throws ErrnoException {
    allocate(directory, INODE_BYTES, 0);
  }

  private void allocate(Inode inode, long bytes, long growth) throws ErrnoException {
    Long capacity = volume.settings.capacityBytes();
    if (capacity != null && growth > 0 && volume.used.get() + growth > capacity) {
      throw new ErrnoException(Errno.ENOSPC, "the disk is full");
    }
    if (bytes > 0 && !volume.space().allocate(inode, bytes)) {
      throw new ErrnoException(Errno.ENOSPC, "the disk is full by a fault");
    }
    volume.used.addAndGet(growth);
  }

  /** Notes that somebody has a file or directory open. */
  public void opened(Inode inode) throws IOException {
    inode.opens.incrementAndGet();
    try {
      ensureOpen(inode);
    } catch (IOException e) {
      inode.opens.decrementAndGet();
      throw e;
    }
  }

  /** Notes that it is closed again. */
  public void released(Inode inode) {
    int opens = inode.opens.decrementAndGet();
    if (inode.isRegular() && volume.settings.flushOnReplace() && inode.file().rewritten()) {
      volume.durability().flushWithMetadata(inode);
    }
    if (opens <= 0) {
      volume.names().idle(inode);
    }
  }

  void ensureOpen(Inode inode) throws IOException {
    if (inode.isRegular() && inode.materialized && inode.file().fd() < 0) {
      volume.names.lock();
      try {
        if (inode.isPlaced()) {
          volume.tree.open(inode);
        }
      } finally {
        volume.names.unlock();
      }
    }
  }

  /** Reads; returns how many bytes, 0 at the end of the file. */
  public int read(Inode inode, long offset, int length, MemorySegment into) throws IOException {
    ensureOpen(inode);
    int count = regular(inode).read(offset, length, into);
    volume.counters.bytesRead.add(count);
    return count;
  }

  /** Writes all of it or fails. */
  public void write(Inode inode, long offset, int length, MemorySegment from, boolean dropSetId)
      throws IOException {
    if (length == 0) {
      return;
    }
    ensureOpen(inode);
    FileData data = regular(inode);
    long growth = Math.max(0, offset + length - data.size());
    if (volume.space().limited() || volume.settings.capacityBytes() != null) {
      allocate(inode, data.unallocated(offset, offset + length), growth);
    } else {
      volume.used.addAndGet(growth);
    }
    int slots = (int) ((offset + length - 1) / PagePool.PAGE - offset / PagePool.PAGE + 1);
    try (PagePool.Reservation reserved = volume.writeBack().reserve(slots)) {
      data.write(offset, length, from, System.nanoTime(), reserved);
    }
    volume.dirtyFiles.add(inode);
    synchronized (inode) {
      inode.mtime = Volume.now();
      inode.ctime = inode.mtime;
      inode.timesSet = false;
      if (dropSetId) {
        dropSetId(inode);
      }
    }
  }

  private static FileData regular(Inode inode) throws ErrnoException {
    if (!inode.isRegular()) {
      throw new ErrnoException(
          inode.isDirectory() ? Errno.EISDIR : Errno.EINVAL, "no regular file");
    }
    return inode.file();
  }

  /** Preallocates, or makes a range zero; {@code mode} as in {@code fallocate(2)}. */
  public void fallocate(Inode inode, int mode, long offset, long length) throws IOException {
    FileData data = regular(inode);
    boolean keepSize = (mode & Libc.FALLOC_FL_KEEP_SIZE) != 0;
    boolean punch = (mode & Libc.FALLOC_FL_PUNCH_HOLE) != 0;
    boolean zero = (mode & Libc.FALLOC_FL_ZERO_RANGE) != 0;
    if ((mode & ~(Libc.FALLOC_FL_KEEP_SIZE | Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_ZERO_RANGE))
        != 0) {
      throw new ErrnoException(Errno.EOPNOTSUPP, "fallocate mode " + mode);
    }
    ensureOpen(inode);
    long end = offset + length;
    if (punch || zero) {
      zero(inode, offset, Math.min(end, data.size()));
    }
    if (!punch) {
      long growth = keepSize ? 0 : Math.max(0, end - data.size());
      if (volume.space().limited() || volume.settings.capacityBytes() != null) {
        allocate(inode, data.unallocated(offset, end), growth);
      } else {
        volume.used.addAndGet(growth);
      }
      if (growth > 0) {
        data.resize(end);
        volume.durability().pending(inode);
      }
      data.preallocated(end);
    }
    touch(inode);
  }

  private void zero(Inode inode, long offset, long end) throws IOException {
    if (offset >= end) {
      return;
    }
    long firstWhole = (offset + PagePool.PAGE - 1) / PagePool.PAGE * PagePool.PAGE;
    long lastWhole = end / PagePool.PAGE * PagePool.PAGE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = arena.allocate(PagePool.PAGE);
      if (firstWhole >= lastWhole) {
        for (long at = offset; at < end; ) {
          int part = (int) Math.min(end - at, PagePool.PAGE - at % PagePool.PAGE);
          write(inode, at, part, zeros, false);
          at += part;
        }
        return;
      }
      write(inode, offset, (int) (firstWhole - offset), zeros, false);
      if (inode.file().fd() >= 0) {
        volume.durability().commitEarlier();
      }
      inode.file().punch(firstWhole, lastWhole);
      write(inode, lastWhole, (int) (end - lastWhole), zeros, false);
    }
  }

  /** What {@code stat} tells. */
  public Attributes attributes(Inode inode) {
    FileData data = inode.data;
    String target = inode.target();
    long size = data != null ? data.size() : target != null ? target.length() : PagePool.PAGE;
    long blocks = data != null ? data.blocks(inode.backingBlocks) : inode.isDirectory() ? 8 : 0;
    synchronized (inode) {
      return new Attributes(
          inode.id(),
          size,
          blocks,
          inode.atime,
          inode.mtime,
          inode.ctime,
          inode.mode,
          inode.links,
          inode.uid,
          inode.gid,
          inode.rdev);
    }
  }

  /** Changes attributes; a new size is metadata. */
  public void change(Inode inode, AttributeChange change) throws IOException {
    Long size = change.size();
    if (size != null) {
      FileData data = regular(inode);
      ensureOpen(inode);
      long growth = size - data.size();
      allocate(inode, 0, growth);
      data.resize(size);
    }
    synchronized (inode) {
      if (size != null) {
        inode.mtime = Volume.now();
      }
      if (change.mode() != null) {
        inode.mode = (inode.mode & Inode.S_IFMT) | (change.mode() & Inode.PERMISSIONS);
      }
      inode.uid = change.uid() == null ? inode.uid : change.uid();
      inode.gid = change.gid() == null ? inode.gid : change.gid();
      if (change.dropSetId()) {
        dropSetId(inode);
      }
      inode.atime = change.atime() == null ? inode.atime : change.atime();
      if (change.mtime() != null) {
        inode.mtime = change.mtime();
        inode.timesSet = true;
      }
      inode.ctime = Volume.now();
      inode.attributesPending = true;
    }
    volume.durability().pending(inode);
  }

  private static void dropSetId(Inode inode) {
    int drop = inode.mode & Inode.S_ISUID;
    if ((inode.mode & Inode.S_IXGRP) != 0) {
      drop |= inode.mode & Inode.S_ISGID;
    }
    if (drop != 0) {
      inode.mode &= ~drop;
      inode.attributesPending = true;
    }
  }

  /** Sets modification and change time to now. */
  void touch(Inode inode) {
    synchronized (inode) {
      inode.mtime = Volume.now();
      inode.ctime = inode.mtime;
    }
  }
}
