package org.ordeal.faults.disk;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counters of one disk since it was mounted.
 *
 * @param nanos {@link System#nanoTime()} when they were read
 * @param epoch how often it lost power
 * @param requests operations served, by kind ({@code read}, {@code write}, {@code fsync}, {@code
 *     open}, {@code metadata})
 * @param bytesRead bytes handed out
 * @param bytesWritten bytes taken in
 * @param bytesPersisted bytes written to the backing directory
 * @param syncs successful {@code fsync}s
 * @param dirtyPages unsynced 4 KiB pages now
 * @param pendingMetadata uncommitted metadata changes now
 * @param writtenBack pages that were written back by age or pressure
 * @param throttled writes that waited for write-back
 * @param lateWritesDiscarded writes of an earlier epoch that came after the cut and were dropped
 * @param pagesDropped pages that all cuts dropped
 * @param metadataDropped metadata changes that all cuts dropped
 * @param link the way to its storage; null where there is none
 */
public record DiskStatistics(
    long nanos,
    long epoch,
    Map<String, Long> requests,
    long bytesRead,
    long bytesWritten,
    long bytesPersisted,
    long syncs,
    long dirtyPages,
    long pendingMetadata,
    long writtenBack,
    long throttled,
    long lateWritesDiscarded,
    long pagesDropped,
    long metadataDropped,
    @Nullable LinkStatistics link) {
  public DiskStatistics {
    requests = Map.copyOf(requests);
  }
}
