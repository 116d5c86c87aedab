package org.ordeal.faults.disk.volume;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.libc.Memory;

/**
 * The memory for unsynced pages: a fixed number of 4 KiB slots outside the heap.
 *
 * <p>A writer reserves the slots that it may need before it takes any lock, so that waiting for
 * write-back never happens under one. Thread-safe.
 */
final class PagePool {
  static final int PAGE = 4096;

  private final MemorySegment memory;
  private final int capacity;
  private final int[] free;
  private int freeCount;
  private int fresh;
  private int available;

  PagePool(long bytes) {
    capacity = Math.toIntExact(bytes / PAGE);
    memory = Memory.reserve((long) capacity * PAGE);
    free = new int[capacity];
    available = capacity;
  }

  int capacity() {
    return capacity;
  }

  /** Slots neither in use nor reserved. */
  synchronized int available() {
    return available;
  }

  /** Slots set aside for one write, for use by its thread; what it did not take goes back. */
  final class Reservation implements AutoCloseable {
    private int left;

    private Reservation(int slots) {
      left = slots;
    }

    /** Takes one of the slots reserved; its content is undefined. */
    int take() {
      left--;
      return PagePool.this.take();
    }

    /** Gives back a slot that was taken, and in which nothing was placed. */
    void giveBack(int slot) {
      PagePool.this.giveBack(slot);
      left++;
    }

    @Override
    public void close() {
      unreserve(left);
      left = 0;
    }
  }

  /** Sets slots aside; null if there are not so many. */
  synchronized @Nullable Reservation reserve(int slots) {
    if (slots > available) {
      return null;
    }
    available -= slots;
    return new Reservation(slots);
  }

  private synchronized void unreserve(int slots) {
    available += slots;
  }

  private synchronized int take() {
    return freeCount > 0 ? free[--freeCount] : fresh++;
  }

  private synchronized void giveBack(int slot) {
    free[freeCount++] = slot;
  }

  /** Gives a slot back. */
  synchronized void release(int slot) {
    free[freeCount++] = slot;
    available++;
    if (available == capacity) {
      if (fresh > capacity / 4) {
        Memory.discard(memory);
      }
      freeCount = 0;
      fresh = 0;
    }
  }

  /** The slots' memory; slot {@code n} begins at {@code n * PAGE}. */
  MemorySegment memory() {
    return memory;
  }

  /** Gives the memory back. Nobody may touch the pool any more. */
  void close() {
    Memory.release(memory);
  }
}
