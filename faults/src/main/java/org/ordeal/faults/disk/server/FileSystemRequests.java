package org.ordeal.faults.disk.server;

import static org.ordeal.faults.disk.fuse.Opcode.*;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.fuse.FuseHandler;
import org.ordeal.faults.disk.fuse.FuseRequest;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.libc.PathBytes;
import org.ordeal.faults.disk.toxic.Kind;
import org.ordeal.faults.disk.toxic.Toxics;
import org.ordeal.faults.disk.toxic.Toxics.Outcome;
import org.ordeal.faults.disk.toxic.Toxics.Verdict;
import org.ordeal.faults.disk.volume.Inode;
import org.ordeal.faults.disk.volume.Volume;

/**
 * Takes the kernel's requests: lets the faults act on each, then serves it within the epoch in
 * which it was made.
 *
 * <p>Thread-safe.
 */
final class FileSystemRequests implements FuseHandler {
  /** FUSE_WRITE_CACHE: from the page cache; without its write-back cache those are maps' pages. */
  private static final int WRITE_CACHE = 1;

  private final Volume volume;
  private final Toxics toxics;
  private final DataPath data;
  private final NameRequests names;
  private final FileRequests files;
  private final Map<Kind, LongAdder> counts = new EnumMap<>(Kind.class);

  FileSystemRequests(Volume volume, Toxics toxics, DataPath data) {
    this.volume = volume;
    this.toxics = toxics;
    this.data = data;
    this.names = new NameRequests(volume);
    for (Kind kind : Kind.values()) {
      counts.put(kind, new LongAdder());
    }
    this.files = new FileRequests(volume, toxics);
  }

  /** How many operations of each kind there were. */
  Map<String, Long> counts() {
    Map<String, Long> result = new TreeMap<>();
    counts.forEach((kind, count) -> result.merge(kind.label(), count.sum(), Long::sum));
    return result;
  }

  @Override
  public void interrupted(long unique) {
    toxics.interrupted(unique);
    data.interrupted(unique);
  }

  @Override
  public int serve(FuseRequest request) {
    int opcode = request.opcode();
    if (opcode == FORGET || opcode == BATCH_FORGET) {
      forget(request, opcode);
      return NO_ANSWER;
    }
    Kind kind = kind(request, opcode);
    long epoch = volume.epoch();
    if (kind != null) {
      count(kind);
      if (toxics.any()) {
        Outcome outcome =
            toxics.act(
                request.unique(),
                request.caller(),
                kind,
                () -> path(request, opcode),
                bytes(request, opcode),
                () -> forsake(request, epoch));
        if (outcome.verdict() != Verdict.PASS) {
          return -outcome.errno();
        }
      }
    }
    try {
      if (opcode == READ || opcode == WRITE || opcode == FSYNC) {
        return data.carry(request, epoch);
      }
      volume.enter(epoch);
      try {
        return dispatch(request, opcode);
      } finally {
        volume.exit();
      }
    } catch (ErrnoException e) {
      return stale(opcode, e);
    } catch (IOException e) {
      System.err.println("Request " + opcode + " failed: " + e);
      return -Errno.EIO;
    }
  }

  private void count(Kind kind) {
    LongAdder count = counts.get(kind);
    if (count != null) {
      count.increment();
    }
  }

  private int stale(int opcode, ErrnoException e) {
    boolean late = e.errno() == Errno.ESTALE;
    if (late && opcode == WRITE) {
      volume.counters().lateWritesDiscarded.increment();
    }
    boolean letGo = opcode == RELEASE || opcode == RELEASEDIR || opcode == FLUSH;
    return late && letGo ? 0 : -e.errno();
  }

  /** Drops what a sync should have written. Of an earlier epoch's file there is nothing left. */
  private int forsake(FuseRequest request, long epoch) {
    try {
      volume.enter(epoch);
      try {
        return volume.durability().forsake(volume.inode(request.node()));
      } finally {
        volume.exit();
      }
    } catch (ErrnoException late) {
      return 0;
    }
  }

  private static @Nullable Kind kind(FuseRequest request, int opcode) {
    return switch (opcode) {
      case READ -> Kind.READ;
      case WRITE -> (request.u32(20) & WRITE_CACHE) != 0 ? Kind.WRITE_MAPPED : Kind.WRITE;
      case FSYNC -> Kind.FSYNC;
      case FSYNCDIR, SYNCFS -> Kind.FSYNC_DIRECTORY;
      case OPEN, OPENDIR -> Kind.OPEN;
      case SETATTR,
          SYMLINK,
          MKNOD,
          MKDIR,
          UNLINK,
          RMDIR,
          RENAME,
          RENAME2,
          LINK,
          CREATE,
          SETXATTR,
          REMOVEXATTR,
          FALLOCATE ->
          Kind.METADATA;
      case LOOKUP, GETATTR, READLINK, READDIR, GETXATTR, LISTXATTR -> Kind.LOOKUP;
      default -> null;
    };
  }

  private static long bytes(FuseRequest request, int opcode) {
    return opcode == READ || opcode == WRITE ? request.u32(16) : 0;
  }

  /** The path that a request is about: that of its inode, and the name in it if it brings one. */
  private String path(FuseRequest request, int opcode) {
    Inode inode = volume.find(request.node());
    if (inode == null) {
      return "";
    }
    int nameAt =
        switch (opcode) {
          case LOOKUP, UNLINK, RMDIR, SYMLINK -> 0;
          case MKDIR, RENAME, LINK -> 8;
          case MKNOD, CREATE, RENAME2 -> 16;
          default -> -1;
        };
    String path = volume.path(inode);
    if (nameAt < 0) {
      return path;
    }
    String name = PathBytes.display(request.string(nameAt));
    return path.isEmpty() ? name : path + "/" + name;
  }

  private void forget(FuseRequest request, int opcode) {
    long epoch = volume.epoch();
    try {
      volume.enter(epoch);
      try {
        if (opcode == FORGET) {
          forget(request.node(), request.u64(0));
          return;
        }
        int count = request.u32(0);
        for (int i = 0; i < count; i++) {
          forget(request.u64(8 + 16 * i), request.u64(16 + 16 * i));
        }
      } finally {
        volume.exit();
      }
    } catch (ErrnoException e) {
      // An inode of an earlier epoch: it is forgotten already.
    }
  }

  private void forget(long node, long count) {
    Inode inode = volume.find(node);
    if (inode != null && node != Volume.ROOT) {
      volume.names().forget(inode, count);
    }
  }

  private int dispatch(FuseRequest request, int opcode) throws IOException {
    if (opcode == RELEASEDIR) {
      // Before the inode is looked up: that of an earlier epoch is gone, its handle is not.
      return names.releaseDirectory(request);
    }
    Inode inode = request.node() == 0 ? volume.inode(Volume.ROOT) : volume.inode(request.node());
    return switch (opcode) {
      case LOOKUP -> names.lookup(request, inode);
      case MKNOD -> names.mknod(request, inode);
      case MKDIR -> names.mkdir(request, inode);
      case CREATE -> names.create(request, inode);
      case SYMLINK -> names.symlink(request, inode);
      case LINK -> names.link(request, inode);
      case UNLINK, RMDIR -> names.remove(request, inode, opcode == RMDIR);
      case RENAME, RENAME2 -> names.rename(request, inode, opcode == RENAME2);
      case READLINK -> names.readlink(request, inode);
      case OPENDIR -> names.openDirectory(request, inode);
      case READDIR -> names.readDirectory(request, inode);
      case GETATTR -> files.getattr(request, inode);
      case SETATTR -> files.setattr(request, inode);
      case OPEN -> files.open(request, inode);
      case RELEASE -> files.release(inode);
      case FLUSH -> 0;
      case FSYNCDIR -> files.sync(inode);
      case SYNCFS -> files.syncAll();
      case STATFS -> files.statfs(request);
      case FALLOCATE -> files.fallocate(request, inode);
      case GETXATTR -> files.getxattr(request, inode);
      case SETXATTR -> files.setxattr(request, inode);
      case LISTXATTR -> files.listxattr(request, inode);
      case REMOVEXATTR -> files.removexattr(request, inode);
      default -> -Errno.ENOSYS;
    };
  }
}
