package org.ordeal.faults.disk;

import java.util.List;

/**
 * What a power cut did.
 *
 * @param beganNanos {@link System#nanoTime()} when the cut was asked for; an acknowledgement
 *     received before it stands
 * @param cutNanos the instant of the cut: all operations were then either whole or not begun, on
 *     all disks
 * @param endedNanos when the disks served again
 * @param disks what each disk lost
 */
public record PowerLossReport(long beganNanos, long cutNanos, long endedNanos, List<Loss> disks) {
  public PowerLossReport {
    disks = List.copyOf(disks);
  }

  /** Whether anything at all was lost. */
  public boolean lostAnything() {
    return disks.stream().anyMatch(d -> d.pagesLost() > 0 || d.metadataLost() > 0);
  }

  /**
   * What one disk lost. Dirty pages of memory maps that the kernel had not yet handed to the disk
   * are not in these counts: they arrive after the cut and are counted in {@link
   * DiskStatistics#lateWritesDiscarded()}.
   *
   * @param disk its name
   * @param epoch its epoch after the cut
   * @param pagesLost unsynced 4 KiB pages that are gone
   * @param pagesKept unsynced pages that survived, torn ones included
   * @param pagesTorn survivors of which only some sectors arrived
   * @param bytesLost bytes in the pages that are gone
   * @param metadataLost changes of names, sizes and attributes that are gone
   * @param metadataKept such changes that survived unsynced
   * @param requestsInFlight operations that stood at a fault in the instant of the cut, and are
   *     gone
   * @param files the files that lost something, at most {@value #MAX_FILES}
   */
  public record Loss(
      String disk,
      long epoch,
      long pagesLost,
      long pagesKept,
      long pagesTorn,
      long bytesLost,
      long metadataLost,
      long metadataKept,
      long requestsInFlight,
      List<FileLoss> files) {
    /** Bound on {@link #files()}. */
    public static final int MAX_FILES = 256;

    public Loss {
      files = List.copyOf(files);
    }
  }

  /**
   * What one file lost.
   *
   * @param path its path within the disk before the cut
   * @param sizeBefore its size before the cut
   * @param sizeAfter its durable size, or -1 if the file is gone
   * @param pagesLost unsynced pages of it that are gone
   */
  public record FileLoss(String path, long sizeBefore, long sizeAfter, long pagesLost) {}
}
