package org.ordeal.faults.disk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A disk to be created and mounted.
 *
 * @param name unique within the daemon; letters, digits, {@code . _ -}
 * @param backing absolute path of the directory that holds the durable state; created if absent.
 *     What it already holds is what the disk shows. A sibling {@code .NAME.orphans} is used for
 *     files that are durable but have no name yet.
 * @param mountPoint absolute path of the directory on which the disk is mounted; created if absent
 * @param metadata what a cut does to names, sizes and attributes
 * @param dataAgeMillis unsynced data older than this is written back, as a kernel does; -1 never.
 *     Linux: 30000
 * @param metadataAgeMillis unsynced metadata older than this is committed; -1 never. ext4: 5000
 * @param dirtyBytes bound on unsynced data held in memory; beyond half of it the oldest is written
 *     back, and a writer that reaches it waits for that. At least 4 MiB
 * @param flushOnReplace whether a file that was truncated to nothing and rewritten is flushed when
 *     it is closed, and one that is renamed over another when it is renamed (ext4's {@code
 *     auto_da_alloc})
 * @param hostSync whether an {@code fsync} on the disk is also one on the host's file system, so
 *     that its latency is a real one; the simulated power loss needs it in no case
 * @param capacityBytes size that the disk shows and enforces (by file sizes); null for 1 TiB
 * @param link {@code host:port} of a TCP listener (a Toxiproxy) through which reads, writes and
 *     syncs are to travel to the daemon's own {@linkplain DiskInfo#linkTarget() storage end}; null
 *     for none
 */
public record DiskOptions(
    String name,
    Path backing,
    Path mountPoint,
    MetadataMode metadata,
    long dataAgeMillis,
    long metadataAgeMillis,
    long dirtyBytes,
    boolean flushOnReplace,
    boolean hostSync,
    @Nullable Long capacityBytes,
    @Nullable String link) {

  /** Refuses what no disk can be. */
  public DiskOptions {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "A disk's name has 1 to 64 letters, digits, '.', '_' or '-', but \""
              + name
              + "\" was given.");
    }
    if (!backing.isAbsolute() || !mountPoint.isAbsolute()) {
      throw new IllegalArgumentException(
          "Backing directory and mount point of disk " + name + " must be absolute paths.");
    }
    if (backing.startsWith(mountPoint) || mountPoint.startsWith(backing)) {
      throw new IllegalArgumentException(
          "Backing directory "
              + backing
              + " and mount point "
              + mountPoint
              + " must not lie in one another.");
    }
    if (dirtyBytes < 4L << 20) {
      throw new IllegalArgumentException("dirtyBytes of disk " + name + " must be at least 4 MiB.");
    }
    if (capacityBytes != null && capacityBytes <= 0) {
      throw new IllegalArgumentException("capacityBytes of disk " + name + " must be positive.");
    }
  }

  /** An ext4-like disk with a kernel's write-back ages and 256 MiB for unsynced data. */
  public static DiskOptions of(String name, Path backing, Path mountPoint) {
    return new DiskOptions(
        name,
        backing,
        mountPoint,
        WriteBackPolicy.LINUX.metadata(),
        WriteBackPolicy.LINUX.dataAgeMillis(),
        WriteBackPolicy.LINUX.metadataAgeMillis(),
        256L << 20,
        true,
        true,
        null,
        null);
  }

  /** The same with another metadata mode; {@code strict} has no flush on replace. */
  public DiskOptions withMetadata(MetadataMode mode) {
    return new DiskOptions(
        name,
        backing,
        mountPoint,
        mode,
        dataAgeMillis,
        metadataAgeMillis,
        dirtyBytes,
        mode == MetadataMode.EXT4 && flushOnReplace,
        hostSync,
        capacityBytes,
        link);
  }

  /** The same with other write-back ages, in milliseconds; -1 for never. */
  public DiskOptions withAges(long dataMillis, long metadataMillis) {
    return new DiskOptions(
        name,
        backing,
        mountPoint,
        metadata,
        dataMillis,
        metadataMillis,
        dirtyBytes,
        flushOnReplace,
        hostSync,
        capacityBytes,
        link);
  }

  /** The same with this metadata mode and these ages; {@code strict} has no flush on replace. */
  public DiskOptions withWriteBack(WriteBackPolicy policy) {
    return withMetadata(policy.metadata())
        .withAges(policy.dataAgeMillis(), policy.metadataAgeMillis());
  }

  /** The same with another bound on unsynced data. */
  public DiskOptions withDirtyBytes(long bytes) {
    return new DiskOptions(
        name,
        backing,
        mountPoint,
        metadata,
        dataAgeMillis,
        metadataAgeMillis,
        bytes,
        flushOnReplace,
        hostSync,
        capacityBytes,
        link);
  }

  /** The same, with or without the flush on replace. */
  public DiskOptions withFlushOnReplace(boolean flush) {
    return new DiskOptions(
        name,
        backing,
        mountPoint,
        metadata,
        dataAgeMillis,
        metadataAgeMillis,
        dirtyBytes,
        flush,
        hostSync,
        capacityBytes,
        link);
  }

  /** The same, with or without a host's sync behind each of the disk's. */
  public DiskOptions withHostSync(boolean sync) {
    return new DiskOptions(
        name,
        backing,
        mountPoint,
        metadata,
        dataAgeMillis,
        metadataAgeMillis,
        dirtyBytes,
        flushOnReplace,
        sync,
        capacityBytes,
        link);
  }

  /** The same with a size. */
  public DiskOptions withCapacity(long bytes) {
    return new DiskOptions(
        name,
        backing,
        mountPoint,
        metadata,
        dataAgeMillis,
        metadataAgeMillis,
        dirtyBytes,
        flushOnReplace,
        hostSync,
        bytes,
        link);
  }

  /** The same with its data path through a TCP listener at {@code host:port}. */
  public DiskOptions withLink(String hostAndPort) {
    return new DiskOptions(
        name,
        backing,
        mountPoint,
        metadata,
        dataAgeMillis,
        metadataAgeMillis,
        dirtyBytes,
        flushOnReplace,
        hostSync,
        capacityBytes,
        hostAndPort);
  }
}
