package org.ordeal.store;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers the positions of the records seen last, by index. Lock-free: a reader that meets a
 * writer sees a miss.
 */
final class PositionRing {
  private final AtomicLongArray indexes;
  private final AtomicLongArray positions;
  private final int mask;

  /**
   * @param size a power of two
   */
  PositionRing(int size) {
    indexes = new AtomicLongArray(size);
    positions = new AtomicLongArray(size);
    mask = size - 1;
  }

  /**
   * The position of an index is the same whenever it is put, since a log that is cut keeps what is
   * before.
   */
  void put(long index, long position) {
    var slot = (int) index & mask;
    indexes.set(slot, 0);
    positions.set(slot, position);
    indexes.set(slot, index);
  }

  /** -1 where it is not known. */
  long get(long index) {
    var slot = (int) index & mask;
    if (indexes.get(slot) != index) {
      return -1;
    }
    var position = positions.get(slot);
    return indexes.get(slot) == index ? position : -1;
  }
}
