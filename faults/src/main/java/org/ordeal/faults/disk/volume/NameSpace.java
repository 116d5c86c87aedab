package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.libc.PathCalls;

/**
 * Operations on names: what processes see changes at once, and a {@link Change} for the backing
 * directory is journaled.
 *
 * <p>Permissions are the kernel's affair. Thread-safe by the volume's name-space lock.
 */
public final class NameSpace {
  public static final int RENAME_NOREPLACE = 1;
  public static final int RENAME_EXCHANGE = 2;
  private static final int NAME_MAX = 255;
  private static final int LINK_MAX = 65_000;

  /** Of ext4: bytes for all extended attributes of an inode, and for each besides its content. */
  private static final int XATTR_BLOCK = 4096;

  private static final int XATTR_BLOCK_HEADER = 36;
  private static final int XATTR_ENTRY = 16;

  private final Volume volume;

  NameSpace(Volume volume) {
    this.volume = volume;
  }

  /** One name in a directory. */
  public record Entry(String name, Inode inode) {}

  /**
   * The inode of a name, or null. With {@code counted} the kernel now knows it, until {@link
   * #forget}.
   */
  public @Nullable Inode lookup(Inode directory, String name, boolean counted) throws IOException {
    volume.names.lock();
    try {
      Inode found = children(directory).get(name);
      if (found != null && counted) {
        found.lookups.incrementAndGet();
      }
      return found;
    } finally {
      volume.names.unlock();
    }
  }

  /** All names in a directory. */
  public List<Entry> list(Inode directory) throws IOException {
    volume.names.lock();
    try {
      List<Entry> entries = new ArrayList<>();
      children(directory).forEach((name, inode) -> entries.add(new Entry(name, inode)));
      return entries;
    } finally {
      volume.names.unlock();
    }
  }

  /** The directory that a directory lies in; the root lies in itself. */
  public Inode parent(Inode directory) {
    Inode parent = directory.parent;
    return parent == null ? directory : parent;
  }

  private Map<String, Inode> children(Inode directory) throws IOException {
    if (!directory.isDirectory()) {
      throw new ErrnoException(Errno.ENOTDIR, "no directory");
    }
    Map<String, Inode> children = directory.children;
    if (children == null) {
      children = new TreeMap<>();
      String path = volume.tree.path(directory);
      for (String name : PathCalls.list(path)) {
        children.put(name, volume.load(directory, name, path + "/" + name));
      }
      directory.children = children;
    }
    return children;
  }

  /** Makes a file, directory or other node; the kernel knows it from now on. */
  public Inode make(Inode directory, String name, int mode, int rdev, int uid, int gid)
      throws IOException {
    return make(directory, name, mode, rdev, uid, gid, null);
  }

  /** Makes a symbolic link. */
  public Inode symlink(Inode directory, String name, String target, int uid, int gid)
      throws IOException {
    if (target.isEmpty() || target.length() >= 4096) {
      throw new ErrnoException(
          target.isEmpty() ? Errno.ENOENT : Errno.ENAMETOOLONG, "target of a symbolic link");
    }
    return make(directory, name, Inode.S_IFLNK | 0777, 0, uid, gid, target);
  }

  private Inode make(
      Inode directory, String name, int mode, int rdev, int uid, int gid, @Nullable String target)
      throws IOException {
    checkName(name);
    volume.names.lock();
    try {
      Map<String, Inode> children = alive(directory);
      if (children.containsKey(name)) {
        throw new ErrnoException(Errno.EEXIST, name);
      }
      volume.contents().allocateInode(directory);
      boolean isDirectory = (mode & Inode.S_IFMT) == Inode.S_IFDIR;
      int group = gid;
      int permissions = mode;
      if ((directory.mode & Inode.S_ISGID) != 0) {
        group = directory.gid;
        permissions |= isDirectory ? Inode.S_ISGID : 0;
      }
      Inode inode = volume.create(permissions, rdev, uid, group, target);
      inode.links = isDirectory ? 2 : 1;
      if (isDirectory) {
        inode.children = new TreeMap<>();
        directory.links++;
      }
      place(inode, directory, name, children);
      inode.lookups.incrementAndGet();
      volume.journal.add(new Change.Create(directory, name, inode));
      return inode;
    } finally {
      volume.names.unlock();
    }
  }

  /** Gives a file a further name. */
  public void link(Inode inode, Inode directory, String name) throws IOException {
    checkName(name);
    volume.names.lock();
    try {
      Map<String, Inode> children = alive(directory);
      if (children.containsKey(name)) {
        throw new ErrnoException(Errno.EEXIST, name);
      }
      if (inode.isDirectory()) {
        throw new ErrnoException(Errno.EPERM, name);
      }
      if (inode.links <= 0) {
        throw new ErrnoException(Errno.ENOENT, name);
      }
      if (inode.links >= LINK_MAX) {
        throw new ErrnoException(Errno.EMLINK, name);
      }
      volume.contents().allocateInode(directory);
      inode.links++;
      place(inode, directory, name, children);
      inode.lookups.incrementAndGet();
      changed(inode);
      volume.journal.add(new Change.Link(directory, name, inode));
    } finally {
      volume.names.unlock();
    }
  }

  /** Removes a name: of a directory, which must be empty, or of anything else. */
  public void remove(Inode directory, String name, boolean isDirectory) throws IOException {
    volume.names.lock();
    try {
      Map<String, Inode> children = children(directory);
      Inode inode = children.get(name);
      if (inode == null) {
        throw new ErrnoException(Errno.ENOENT, name);
      }
      if (inode.isDirectory() != isDirectory) {
        throw new ErrnoException(isDirectory ? Errno.ENOTDIR : Errno.EISDIR, name);
      }
      if (isDirectory && !children(inode).isEmpty()) {
        throw new ErrnoException(Errno.ENOTEMPTY, name);
      }
      children.remove(name);
      volume.contents().touch(directory);
      dropLink(directory, inode);
      volume.journal.add(new Change.Unlink(directory, name, inode));
      idle(inode);
    } finally {
      volume.names.unlock();
    }
  }

  private void dropLink(Inode directory, Inode inode) {
    if (inode.isDirectory()) {
      inode.links = 0;
      directory.links = Math.max(2, directory.links - 1);
    } else {
      inode.links--;
    }
    changed(inode);
  }

  /** Moves a name; {@code flags} as in {@code renameat2(2)}. */
  public void rename(Inode from, String fromName, Inode to, String toName, int flags)
      throws IOException {
    checkName(toName);
    if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) != 0) {
      throw new ErrnoException(Errno.EINVAL, "rename flags " + flags);
    }
    volume.names.lock();
    try {
      Map<String, Inode> source = children(from);
      Map<String, Inode> destination = alive(to);
      Inode inode = source.get(fromName);
      Inode other = destination.get(toName);
      if (inode == null || ((flags & RENAME_EXCHANGE) != 0 && other == null)) {
        throw new ErrnoException(Errno.ENOENT, fromName);
      }
      if ((flags & RENAME_NOREPLACE) != 0 && other != null) {
        throw new ErrnoException(Errno.EEXIST, toName);
      }
      if (inode == other) {
        return;
      }
      if (other != null && (flags & RENAME_EXCHANGE) != 0) {
        exchange(from, fromName, to, toName, inode, other);
      } else {
        move(from, fromName, to, toName, inode, other);
      }
    } finally {
      volume.names.unlock();
    }
  }

  private void move(
      Inode from, String fromName, Inode to, String toName, Inode inode, @Nullable Inode replaced)
      throws IOException {
    if (replaced != null) {
      if (replaced.isDirectory() != inode.isDirectory()) {
        throw new ErrnoException(replaced.isDirectory() ? Errno.EISDIR : Errno.ENOTDIR, toName);
      }
      if (replaced.isDirectory() && !children(replaced).isEmpty()) {
        throw new ErrnoException(Errno.ENOTEMPTY, toName);
      }
      dropLink(to, replaced);
    }
    children(from).remove(fromName);
    volume.contents().touch(from);
    place(inode, to, toName, children(to));
    if (inode.isDirectory() && from != to) {
      from.links = Math.max(2, from.links - 1);
      to.links++;
    }
    changed(inode);
    volume.journal.add(new Change.Rename(from, fromName, to, toName, inode, replaced));
    if (replaced != null) {
      if (volume.settings.flushOnReplace() && inode.isRegular() && replaced.isRegular()) {
        volume.durability().flushWithMetadata(inode);
      }
      idle(replaced);
    }
  }

  private void exchange(
      Inode from, String fromName, Inode to, String toName, Inode inode, Inode other)
      throws IOException {
    place(inode, to, toName, children(to));
    place(other, from, fromName, children(from));
    if (from != to && inode.isDirectory() != other.isDirectory()) {
      int moved = inode.isDirectory() ? 1 : -1;
      from.links = Math.max(2, from.links - moved);
      to.links = Math.max(2, to.links + moved);
    }
    changed(inode);
    changed(other);
    volume.journal.add(new Change.Exchange(from, fromName, to, toName, inode, other));
  }

  private void place(Inode inode, Inode directory, String name, Map<String, Inode> children) {
    children.put(name, inode);
    inode.parent = directory;
    inode.name = name;
    volume.contents().touch(directory);
  }

  private static void changed(Inode inode) {
    synchronized (inode) {
      inode.ctime = Volume.now();
    }
  }

  private Map<String, Inode> alive(Inode directory) throws IOException {
    Map<String, Inode> children = children(directory);
    if (directory.links <= 0) {
      throw new ErrnoException(Errno.ENOENT, "the directory was removed");
    }
    return children;
  }

  private static void checkName(String name) throws ErrnoException {
    if (name.length() > NAME_MAX) {
      throw new ErrnoException(Errno.ENAMETOOLONG, name);
    }
  }

  // ---- extended attributes ----

  /** The value of an extended attribute, or null. */
  public byte @Nullable [] xattr(Inode inode, String name) throws IOException {
    volume.names.lock();
    try {
      return xattrs(inode).get(name);
    } finally {
      volume.names.unlock();
    }
  }

  /** The names of all extended attributes. */
  public List<String> xattrNames(Inode inode) throws IOException {
    volume.names.lock();
    try {
      return List.copyOf(xattrs(inode).keySet());
    } finally {
      volume.names.unlock();
    }
  }

  /**
   * Sets an extended attribute, or with a null value removes it; flags as in {@code setxattr(2)}.
   */
  public void setXattr(Inode inode, String name, byte @Nullable [] value, int flags)
      throws IOException {
    volume.names.lock();
    try {
      Map<String, byte[]> xattrs = xattrs(inode);
      boolean exists = xattrs.containsKey(name);
      if ((flags & 1) != 0 && exists) {
        throw new ErrnoException(Errno.EEXIST, name);
      }
      if (((flags & 2) != 0 || value == null) && !exists) {
        throw new ErrnoException(Errno.ENODATA, name);
      }
      if (value != null) {
        checkRoom(xattrs, name, value);
      }
      synchronized (inode) {
        if (value == null) {
          xattrs.remove(name);
        } else {
          xattrs.put(name, value.clone());
        }
        inode.xattrsPending = true;
        inode.ctime = Volume.now();
      }
      volume.durability().pending(inode);
    } finally {
      volume.names.unlock();
    }
  }

  /**
   * Whether they fit into one block, as on ext4: what the host refused could never be committed.
   */
  private static void checkRoom(Map<String, byte[]> xattrs, String name, byte[] value)
      throws ErrnoException {
    long bytes = XATTR_BLOCK_HEADER + xattrBytes(name, value);
    for (Map.Entry<String, byte[]> other : xattrs.entrySet()) {
      bytes += other.getKey().equals(name) ? 0 : xattrBytes(other.getKey(), other.getValue());
    }
    if (bytes > XATTR_BLOCK) {
      throw new ErrnoException(Errno.ENOSPC, "no room for the extended attribute " + name);
    }
  }

  private static long xattrBytes(String name, byte[] value) {
    return XATTR_ENTRY + ((name.length() + 3L) & ~3) + ((value.length + 3L) & ~3);
  }

  private Map<String, byte[]> xattrs(Inode inode) throws IOException {
    Map<String, byte[]> xattrs = inode.xattrs;
    if (xattrs == null) {
      xattrs = volume.tree.loadXattrs(inode);
      inode.xattrs = xattrs;
    }
    return xattrs;
  }

  // ---- what the kernel knows ----

  /** The kernel forgets so many of its references. */
  public void forget(Inode inode, long count) {
    if (inode.lookups.addAndGet(-count) <= 0 && inode.links <= 0) {
      idle(inode);
    }
  }

  /**
   * Frees what an inode that is not open holds. Its content stays while the kernel may reach it, or
   * a cut may keep a part of the journal in which it still has a name.
   */
  void idle(Inode inode) {
    volume.names.lock();
    try {
      if (inode.opens.get() > 0) {
        return;
      }
      FileData data = inode.data;
      if (inode.links <= 0 && data != null && volume.inodes.get(inode.id()) == inode) {
        release(inode, data);
      }
      if (inode.isReachable() || inode.journaled > 0) {
        closeIfIdle(inode);
        return;
      }
      if (data != null) {
        data.dropAll();
        data.detach();
        volume.dirtyFiles.remove(inode);
      }
      volume.inodes.remove(inode.id(), inode);
      volume.durability().forget(inode);
      if (inode.orphanPath != null && !inode.isDirectory()) {
        int ignored = PathCalls.unlink(inode.orphanPath);
        inode.orphanPath = null;
      }
    } finally {
      volume.names.unlock();
    }
  }

  private void release(Inode inode, FileData data) {
    if (inode.parent != null) {
      volume.used.addAndGet(-data.size());
      inode.parent = null;
    }
  }

  /** Closes the backing file of a file that is closed and clean, if it can be opened again. */
  void closeIfIdle(Inode inode) {
    FileData data = inode.data;
    if (data != null && inode.opens.get() == 0 && data.pages() == 0) {
      if (inode.isPlaced()) {
        data.detach();
      }
      volume.dirtyFiles.remove(inode);
    }
  }
}
