package org.ordeal.faults.disk.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.DiskInfo;
import org.ordeal.faults.disk.DiskOptions;
import org.ordeal.faults.disk.DiskStatistics;
import org.ordeal.faults.disk.StaleMounts;
import org.ordeal.faults.disk.Unmounting;
import org.ordeal.faults.disk.fuse.FuseMount;
import org.ordeal.faults.disk.fuse.FuseSession;
import org.ordeal.faults.disk.libc.Libc;
import org.ordeal.faults.disk.libc.PathBytes;
import org.ordeal.faults.disk.toxic.Toxics;
import org.ordeal.faults.disk.volume.Counters;
import org.ordeal.faults.disk.volume.Damage;
import org.ordeal.faults.disk.volume.Inode;
import org.ordeal.faults.disk.volume.Space;
import org.ordeal.faults.disk.volume.Standstill;
import org.ordeal.faults.disk.volume.Volume;

/** One disk: its volume, its faults, its mount. Thread-safe. */
final class MountedDisk {
  private static final long NOTIFY_MILLIS = 3_000;
  private static final int SYNC_ALL_OF_RANGE = 7;

  private final DiskOptions options;
  private final Volume volume;
  private final Toxics toxics;
  private final Damage damage;
  private final @Nullable LinkedPath link;
  private final FileSystemRequests requests;
  private final FuseSession session;

  private MountedDisk(DiskOptions options, @Nullable Path helper) throws IOException {
    this.options = options;
    makeDirectory(options.backing());
    makeDirectory(options.mountPoint());
    Path backing = options.backing().toRealPath();
    this.volume =
        new Volume(
            PathBytes.bytesOf(backing.toString()),
            PathBytes.bytesOf(sibling(backing, "orphans")),
            new Volume.Settings(
                options.metadata(),
                options.dataAgeMillis(),
                options.metadataAgeMillis(),
                options.dirtyBytes(),
                options.flushOnReplace(),
                options.hostSync(),
                options.capacityBytes()));
    List<AutoCloseable> made = new ArrayList<>(List.of(volume));
    this.toxics = new Toxics(options.name());
    this.damage = new Damage(volume, PathBytes.bytesOf(sibling(backing, "snapshots")));
    volume.setSpace(new ToxicSpace());
    volume.setStandstill(new ToxicStandstill());
    try {
      this.link =
          options.link() == null ? null : new LinkedPath(volume, options.name(), options.link());
      if (link != null) {
        made.add(link);
      }
      this.requests =
          new FileSystemRequests(volume, toxics, link == null ? new DirectPath(volume) : link);
      String source =
          StaleMounts.SOURCE_PREFIX + ProcessHandle.current().pid() + ":" + options.name();
      this.session =
          new FuseSession(
              FuseMount.mount(source, options.mountPoint(), helper), options.name(), requests);
      made.add(session);
      made.add(() -> Unmounting.lazily(options.mountPoint()));
      session.start();
    } catch (IOException | RuntimeException | Error e) {
      undo(made, e);
      throw e;
    }
  }

  /** Takes away what was made for a disk that is not to be, last things first. */
  private static void undo(List<AutoCloseable> made, Throwable reason) {
    for (AutoCloseable each : made.reversed()) {
      try {
        each.close();
      } catch (Exception e) {
        reason.addSuppressed(e);
      }
    }
  }

  /**
   * The daemon has no umask, because the modes that it is asked for are masked already: its own
   * must be explicit.
   */
  private static void makeDirectory(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
  }

  private static String sibling(Path backing, String what) {
    return backing.resolveSibling("." + backing.getFileName() + "." + what).toString();
  }

  /** Mounts a disk; {@code helper} as of {@link FuseMount#mount}. */
  static MountedDisk mount(DiskOptions options, @Nullable Path helper) throws IOException {
    return new MountedDisk(options, helper);
  }

  /** Asks the faults whether the disk is full. */
  private final class ToxicSpace implements Space {
    @Override
    public boolean limited() {
      return toxics.any();
    }

    @Override
    public boolean allocate(Inode inode, long bytes) {
      return toxics.allocate(() -> volume.path(inode), bytes);
    }
  }

  /** Asks the faults whether the disk takes anything. */
  private final class ToxicStandstill implements Standstill {
    @Override
    public boolean ofDisk() {
      return toxics.standstill();
    }

    @Override
    public boolean of(Inode file) {
      return toxics.standstill(() -> volume.path(file));
    }
  }

  DiskOptions options() {
    return options;
  }

  Volume volume() {
    return volume;
  }

  Toxics toxics() {
    return toxics;
  }

  Damage damage() {
    return damage;
  }

  DiskInfo info() {
    return new DiskInfo(
        options, volume.epoch(), link == null ? null : link.target(), toxics.list());
  }

  DiskStatistics statistics() {
    Counters c = volume.counters();
    return new DiskStatistics(
        System.nanoTime(),
        volume.epoch(),
        requests.counts(),
        c.bytesRead.sum(),
        c.bytesWritten.sum(),
        c.bytesPersisted.sum(),
        c.syncs.sum(),
        c.dirtyPages.sum(),
        volume.pendingMetadata(),
        c.writtenBack.sum(),
        c.throttled.sum(),
        c.lateWritesDiscarded.sum(),
        c.pagesDropped.sum(),
        c.metadataDropped.sum(),
        link == null ? null : link.statistics());
  }

  /**
   * Makes the kernel hand over the dirty pages of memory maps; gives up after a while if a fault
   * holds them back.
   */
  void drawFromKernel() {
    List<String> paths = volume.openPaths();
    String mountPoint = PathBytes.bytesOf(options.mountPoint().toString());
    inBackground(
        () -> {
          for (String path : paths) {
            int fd = Libc.open(mountPoint + "/" + path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
            if (fd >= 0) {
              Libc.syncFileRange(fd, 0, 0, SYNC_ALL_OF_RANGE);
              Libc.close(fd);
            }
          }
        });
  }

  /** After a cut: makes the kernel look every name up anew. */
  void forgetNames() {
    Set<String> names = new TreeSet<>(volume.namesBeforeCut());
    inBackground(
        () -> {
          names.forEach(name -> session.forgetName(Volume.ROOT, name));
          session.forgetContent(Volume.ROOT);
        });
  }

  /** After damage: makes the kernel read these inodes anew. */
  void forgetContents(List<Long> inodes) {
    inBackground(() -> inodes.forEach(session::forgetContent));
  }

  /**
   * The kernel may make these wait for requests that a fault holds back: never in the thread that
   * could heal it.
   */
  private static void inBackground(Runnable work) {
    Thread thread = Thread.ofPlatform().daemon().name("kernel-notices").start(work);
    try {
      thread.join(NOTIFY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes everything that the disk holds durable. */
  void syncAll() throws IOException {
    volume.enter(volume.epoch());
    try {
      volume.durability().syncAll();
    } finally {
      volume.exit();
    }
  }

  /** Heals, makes durable, unmounts. */
  void unmount() throws IOException {
    toxics.heal();
    drawFromKernel();
    boolean gone = Unmounting.gently(options.mountPoint());
    if (!gone) {
      gone = Unmounting.byForce(options.mountPoint());
    }
    session.awaitEnd(TimeUnit.SECONDS.toMillis(3));
    session.close();
    if (link != null) {
      link.close();
    }
    volume.close();
    damage.close();
    if (!gone) {
      throw new IOException(
          "Disk "
              + options.name()
              + " could not be unmounted from "
              + options.mountPoint()
              + "; try: umount -l "
              + options.mountPoint());
    }
  }
}
