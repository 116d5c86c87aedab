package org.ordeal.store;

import java.util.concurrent.atomic.LongAdder;

/**
 * What the commit log has done since it was opened, and whether it waits for the disk right now.
 * Thread-safe.
 */
public final class LogMeter {
  private final LongAdder records = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder forces = new LongAdder();
  private final LongAdder forceNanos = new LongAdder();
  private volatile long ioSince;

  void appended(int size) {
    records.increment();
    bytes.add(size);
  }

  void forced(long nanos) {
    forces.increment();
    forceNanos.add(nanos);
  }

  void ioStarted() {
    ioSince = System.nanoTime() | 1;
  }

  void ioEnded() {
    ioSince = 0;
  }

  /**
   * For how long the write that is under way has been waiting, in nanoseconds; 0 where there is
   * none.
   */
  public long stalledNanos() {
    var since = ioSince;
    return since == 0 ? 0 : System.nanoTime() - since;
  }

  public long records() {
    return records.sum();
  }

  public long bytes() {
    return bytes.sum();
  }

  public long forces() {
    return forces.sum();
  }

  public long forceNanos() {
    return forceNanos.sum();
  }
}
