package org.ordeal.faults.disk.volume;

import java.util.concurrent.atomic.LongAdder;

/** Counts of one disk since its mount. Thread-safe. */
public final class Counters {
  public final LongAdder bytesRead = new LongAdder();
  public final LongAdder bytesWritten = new LongAdder();
  public final LongAdder bytesPersisted = new LongAdder();
  public final LongAdder syncs = new LongAdder();
  public final LongAdder writtenBack = new LongAdder();
  public final LongAdder throttled = new LongAdder();
  public final LongAdder lateWritesDiscarded = new LongAdder();
  public final LongAdder pagesDropped = new LongAdder();
  public final LongAdder metadataDropped = new LongAdder();
  public final LongAdder dirtyPages = new LongAdder();
}
