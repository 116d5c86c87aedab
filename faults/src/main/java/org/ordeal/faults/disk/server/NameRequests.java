package org.ordeal.faults.disk.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.ordeal.faults.disk.fuse.FuseRequest;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.volume.Inode;
import org.ordeal.faults.disk.volume.NameSpace;
import org.ordeal.faults.disk.volume.Volume;

/** Serves the requests about names. Thread-safe. */
final class NameRequests {
  private static final int REGULAR = 0x8000;
  private static final int DIRECTORY = 0x4000;
  private static final int PERMISSIONS = 0xfff;
  private static final int DIRENT_BYTES = 24;
  private static final int FOPEN_CACHE_DIR_NONE = 0;

  private final Volume volume;
  private final NameSpace names;
  private final Map<Long, List<NameSpace.Entry>> openDirectories = new ConcurrentHashMap<>();
  private final AtomicLong handles = new AtomicLong();

  NameRequests(Volume volume) {
    this.volume = volume;
    this.names = volume.names();
  }

  int lookup(FuseRequest request, Inode directory) throws IOException {
    String name = request.string(0);
    Inode found;
    if (name.equals(".")) {
      found = directory;
    } else if (name.equals("..")) {
      found = names.parent(directory);
    } else {
      found = names.lookup(directory, name, true);
    }
    return found == null ? -Errno.ENOENT : Answers.entry(request, volume, found);
  }

  int mknod(FuseRequest request, Inode directory) throws IOException {
    Inode made =
        names.make(
            directory,
            request.string(16),
            request.u32(0),
            request.u32(4),
            request.uid(),
            request.gid());
    return Answers.entry(request, volume, made);
  }

  int mkdir(FuseRequest request, Inode directory) throws IOException {
    int mode = DIRECTORY | (request.u32(0) & PERMISSIONS);
    Inode made = names.make(directory, request.string(8), mode, 0, request.uid(), request.gid());
    return Answers.entry(request, volume, made);
  }

  int create(FuseRequest request, Inode directory) throws IOException {
    int mode = REGULAR | (request.u32(4) & PERMISSIONS);
    Inode made = names.make(directory, request.string(16), mode, 0, request.uid(), request.gid());
    volume.contents().opened(made);
    int length = Answers.entry(request, volume, made);
    FileRequests.opened(request, length);
    return length + FileRequests.OPEN_BYTES;
  }

  int symlink(FuseRequest request, Inode directory) throws IOException {
    String name = request.string(0);
    Inode made =
        names.symlink(
            directory, name, request.string(name.length() + 1), request.uid(), request.gid());
    return Answers.entry(request, volume, made);
  }

  int link(FuseRequest request, Inode directory) throws IOException {
    Inode existing = volume.inode(request.u64(0));
    names.link(existing, directory, request.string(8));
    return Answers.entry(request, volume, existing);
  }

  int remove(FuseRequest request, Inode directory, boolean isDirectory) throws IOException {
    names.remove(directory, request.string(0), isDirectory);
    return 0;
  }

  int rename(FuseRequest request, Inode from, boolean withFlags) throws IOException {
    Inode to = volume.inode(request.u64(0));
    int at = withFlags ? 16 : 8;
    String fromName = request.string(at);
    String toName = request.string(at + fromName.length() + 1);
    names.rename(from, fromName, to, toName, withFlags ? request.u32(8) : 0);
    return 0;
  }

  int readlink(FuseRequest request, Inode inode) throws IOException {
    String target = inode.target();
    if (target == null) {
      throw new ErrnoException(Errno.EINVAL, "no symbolic link");
    }
    byte[] bytes = target.getBytes(StandardCharsets.ISO_8859_1);
    request.putBytes(0, bytes);
    return bytes.length;
  }

  int openDirectory(FuseRequest request, Inode directory) throws IOException {
    if (!directory.isDirectory()) {
      return -Errno.ENOTDIR;
    }
    volume.contents().opened(directory);
    long handle = handles.incrementAndGet();
    request.put64(0, handle);
    request.put32(8, FOPEN_CACHE_DIR_NONE);
    request.put32(12, 0);
    return FileRequests.OPEN_BYTES;
  }

  int releaseDirectory(FuseRequest request) {
    openDirectories.remove(request.u64(0));
    Inode directory = volume.find(request.node());
    if (directory != null) {
      volume.contents().released(directory);
    }
    return 0;
  }

  /** Hands out the names as they were when reading began; beginning again looks again. */
  int readDirectory(FuseRequest request, Inode directory) throws IOException {
    long handle = request.u64(0);
    long offset = request.u64(8);
    int room = Math.min(request.u32(16), FuseRequest.MAX_DATA);
    List<NameSpace.Entry> entries = openDirectories.get(handle);
    if (entries == null || offset == 0) {
      entries = new ArrayList<>();
      entries.add(new NameSpace.Entry(".", directory));
      entries.add(new NameSpace.Entry("..", names.parent(directory)));
      entries.addAll(names.list(directory));
      openDirectories.put(handle, entries);
    }
    int at = 0;
    for (int i = (int) offset; i < entries.size(); i++) {
      NameSpace.Entry entry = entries.get(i);
      byte[] name = entry.name().getBytes(StandardCharsets.ISO_8859_1);
      int length = (DIRENT_BYTES + name.length + 7) & ~7;
      if (at + length > room) {
        break;
      }
      request.put64(at + length - 8, 0);
      request.put64(at, entry.inode().id());
      request.put64(at + 8, i + 1L);
      request.put32(at + 16, name.length);
      request.put32(at + 20, entry.inode().directoryEntryType());
      request.putBytes(at + DIRENT_BYTES, name);
      at += length;
    }
    return at;
  }
}
