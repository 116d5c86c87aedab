package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.TreeMap;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.libc.FileStat;
import org.ordeal.faults.disk.libc.Libc;
import org.ordeal.faults.disk.libc.PathBytes;
import org.ordeal.faults.disk.libc.PathCalls;
import org.ordeal.faults.disk.volume.Inode.DurableName;

/**
 * The backing directory: applies committed changes to it, and knows where each inode lies in it.
 *
 * <p>Guarded by the volume's name-space lock. Paths have one char for each byte.
 */
final class DurableTree implements Journal.Commit {
  private final String root;
  private final String orphans;
  private final boolean privileged;

  DurableTree(String root, String orphans) throws ErrnoException {
    this.root = root;
    this.orphans = orphans;
    this.privileged = PathCalls.lstat("/proc/self").uid() == 0;
    emptyOrphans();
  }

  /** Where an inode lies. */
  String path(Inode inode) throws ErrnoException {
    if (inode.orphanPath != null) {
      return inode.orphanPath;
    }
    for (DurableName durable : inode.durableNames) {
      return path(durable.directory()) + "/" + durable.name();
    }
    if (inode.id() == Volume.ROOT) {
      return root;
    }
    throw new ErrnoException(
        Errno.ENOENT, "inode " + inode.id() + " has no place in the backing directory");
  }

  /** Opens the backing file of a regular file, if it has one. */
  void open(Inode inode) throws IOException {
    FileData data = inode.file();
    if (!inode.materialized || data.fd() >= 0) {
      return;
    }
    String path = path(inode);
    int fd = Libc.open(path, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
    if (fd == -Errno.EACCES) {
      // Whoever serves the disk must reach files whose mode shuts their owner out.
      int mode = PathCalls.lstat(path).mode() & Inode.PERMISSIONS;
      check(PathCalls.chmod(path, mode | 0600), "make the backing file accessible");
      fd = Libc.open(path, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
      check(PathCalls.chmod(path, mode), "restore the backing file's mode");
    }
    check(fd, "open " + PathBytes.display(path));
    data.attach(fd);
  }

  @Override
  public void apply(Change change) throws IOException {
    switch (change) {
      case Change.Create c -> name(c.directory(), c.name(), c.inode());
      case Change.Link l -> name(l.directory(), l.name(), l.inode());
      case Change.Unlink u -> unlink(u.directory(), u.name(), u.inode());
      case Change.Rename r -> rename(r);
      case Change.Exchange e -> exchange(e);
    }
  }

  /** Gives an inode a further durable name; makes it exist if it does not. */
  private void name(Inode directory, String name, Inode inode) throws IOException {
    materialize(directory);
    String path = path(directory) + "/" + name;
    if (inode.orphanPath != null) {
      check(
          PathCalls.rename(inode.orphanPath, path, 0),
          "name the orphan " + PathBytes.display(path));
      inode.orphanPath = null;
    } else if (!inode.durableNames.isEmpty()) {
      check(PathCalls.link(path(inode), path), "link " + PathBytes.display(path));
    } else {
      make(inode, path);
    }
    inode.durableNames.add(new DurableName(directory, name));
  }

  /** Makes an inode exist in the backing tree: without a name yet if it has none. */
  void materialize(Inode inode) throws IOException {
    if (!inode.materialized) {
      String path = orphans + "/" + inode.id();
      make(inode, path);
      inode.orphanPath = path;
    }
  }

  private void make(Inode inode, String path) throws IOException {
    synchronized (inode) {
      int permissions = inode.mode & Inode.PERMISSIONS;
      if (inode.isDirectory()) {
        check(PathCalls.mkdir(path, permissions), "make the directory " + PathBytes.display(path));
      } else if (inode.target() != null) {
        check(
            PathCalls.symlink(inode.target(), path),
            "make the symbolic link " + PathBytes.display(path));
      } else if (inode.isRegular()) {
        int fd =
            Libc.open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, permissions);
        check(fd, "create " + PathBytes.display(path));
        inode.file().attach(fd);
      } else {
        check(
            PathCalls.mknod(path, inode.mode, inode.rdev),
            "make the node " + PathBytes.display(path));
      }
      inode.materialized = true;
      try {
        writeAttributes(inode, path);
      } catch (IOException e) {
        unmake(inode, path);
        throw e;
      }
    }
  }

  /** Takes back what was half made, so that the next commit can make it. */
  private static void unmake(Inode inode, String path) {
    inode.materialized = false;
    if (inode.data != null) {
      inode.data.detach();
    }
    int ignored = inode.isDirectory() ? PathCalls.rmdir(path) : PathCalls.unlink(path);
  }

  /** Brings mode, owner, times and extended attributes up to date where they are not. */
  void commitAttributes(Inode inode) throws IOException {
    if (inode.materialized && (inode.attributesPending || inode.xattrsPending)) {
      if (!inode.isPlaced()) {
        return;
      }
      synchronized (inode) {
        writeAttributes(inode, path(inode));
      }
    }
  }

  private void writeAttributes(Inode inode, String path) throws IOException {
    if (privileged) {
      check(
          PathCalls.lchown(path, inode.uid, inode.gid),
          "set the owner of " + PathBytes.display(path));
    }
    if (inode.target() == null) {
      check(
          PathCalls.chmod(path, inode.mode & Inode.PERMISSIONS),
          "set the mode of " + PathBytes.display(path));
    }
    if (inode.xattrsPending) {
      writeXattrs(inode, path);
    }
    check(
        PathCalls.setTimes(path, inode.atime, inode.mtime),
        "set the times of " + PathBytes.display(path));
    inode.xattrsPending = false;
    inode.attributesPending = false;
  }

  private static void writeXattrs(Inode inode, String path) throws IOException {
    Map<String, byte[]> wanted = inode.xattrs;
    if (wanted == null) {
      return;
    }
    for (String name : PathCalls.listXattr(path)) {
      if (!wanted.containsKey(name)) {
        int ignored = PathCalls.lremovexattr(path, name);
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      for (Map.Entry<String, byte[]> entry : wanted.entrySet()) {
        byte[] value = entry.getValue();
        MemorySegment bytes = arena.allocate(Math.max(1, value.length));
        MemorySegment.copy(value, 0, bytes, ValueLayout.JAVA_BYTE, 0, value.length);
        check(
            PathCalls.lsetxattr(path, entry.getKey(), bytes, value.length, 0),
            "set an extended attribute of " + PathBytes.display(path));
      }
    }
  }

  /** The extended attributes that an inode has in the backing tree. */
  Map<String, byte[]> loadXattrs(Inode inode) throws IOException {
    Map<String, byte[]> loaded = new TreeMap<>();
    if (inode.materialized && inode.isPlaced()) {
      String path = path(inode);
      for (String name : PathCalls.listXattr(path)) {
        loaded.put(name, PathCalls.getXattr(path, name));
      }
    }
    return loaded;
  }

  private void unlink(Inode directory, String name, Inode inode) throws IOException {
    DurableName durable = new DurableName(directory, name);
    if (!inode.durableNames.contains(durable)) {
      return;
    }
    String path = path(directory) + "/" + name;
    if (inode.durableNames.size() == 1 && rescue(inode, path)) {
      inode.durableNames.remove(durable);
      return;
    }
    check(
        inode.isDirectory() ? PathCalls.rmdir(path) : PathCalls.unlink(path),
        "remove " + PathBytes.display(path));
    inode.durableNames.remove(durable);
  }

  /**
   * Keeps an inode that loses its last durable name but is still wanted. Returns whether it moved
   * to the orphans.
   */
  private boolean rescue(Inode inode, String path) throws IOException {
    if (inode.links > 0 && !inode.isDirectory()) {
      String orphan = orphans + "/" + inode.id();
      check(PathCalls.rename(path, orphan, 0), "orphan " + PathBytes.display(path));
      inode.orphanPath = orphan;
      return true;
    }
    if (inode.isRegular() && inode.isReachable()) {
      open(inode);
    }
    return false;
  }

  private void rename(Change.Rename r) throws IOException {
    materialize(r.to());
    String from = path(r.from()) + "/" + r.fromName();
    String to = path(r.to()) + "/" + r.toName();
    Inode replaced = r.replaced();
    if (replaced != null && replaced.durableNames.size() == 1) {
      rescue(replaced, to);
    }
    check(
        PathCalls.rename(from, to, 0),
        "rename " + PathBytes.display(from) + " to " + PathBytes.display(to));
    if (replaced != null) {
      replaced.durableNames.remove(new DurableName(r.to(), r.toName()));
    }
    r.inode().durableNames.remove(new DurableName(r.from(), r.fromName()));
    r.inode().durableNames.add(new DurableName(r.to(), r.toName()));
  }

  private void exchange(Change.Exchange e) throws IOException {
    String from = path(e.from()) + "/" + e.fromName();
    String to = path(e.to()) + "/" + e.toName();
    check(
        PathCalls.rename(from, to, PathCalls.RENAME_EXCHANGE),
        "exchange " + PathBytes.display(from) + " and " + PathBytes.display(to));
    e.inode().durableNames.remove(new DurableName(e.from(), e.fromName()));
    e.other().durableNames.remove(new DurableName(e.to(), e.toName()));
    e.inode().durableNames.add(new DurableName(e.to(), e.toName()));
    e.other().durableNames.add(new DurableName(e.from(), e.fromName()));
  }

  /** Removes what has no name, as a file system check after a crash does. */
  void emptyOrphans() throws ErrnoException {
    int made = PathCalls.mkdir(orphans, 0700);
    if (made == -Errno.EEXIST) {
      for (String name : PathCalls.list(orphans)) {
        remove(orphans + "/" + name);
      }
    } else {
      check(made, "make the directory of orphans " + PathBytes.display(orphans));
    }
  }

  /** Takes the orphans' directory away. */
  void removeOrphans() throws ErrnoException {
    emptyOrphans();
    check(
        PathCalls.rmdir(orphans), "remove the directory of orphans " + PathBytes.display(orphans));
  }

  private static void remove(String path) throws ErrnoException {
    FileStat stat = PathCalls.lstat(path);
    if ((stat.mode() & Inode.S_IFMT) == Inode.S_IFDIR) {
      for (String name : PathCalls.list(path)) {
        remove(path + "/" + name);
      }
      check(PathCalls.rmdir(path), "remove " + PathBytes.display(path));
    } else {
      check(PathCalls.unlink(path), "remove " + PathBytes.display(path));
    }
  }

  private static void check(int result, String what) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(-result, what);
    }
  }
}
