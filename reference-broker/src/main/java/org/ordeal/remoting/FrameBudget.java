package org.ordeal.remoting;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that half-received large frames of all connections may take together. Thread-safe. */
final class FrameBudget {
  /** Frames up to this length need no permission. */
  static final int FREE_BYTES = 16 << 10;

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  FrameBudget(long limit) {
    this.limit = limit;
  }

  boolean take(int bytes) {
    while (true) {
      long now = taken.get();
      if (now + bytes > limit) {
        return false;
      }
      if (taken.compareAndSet(now, now + bytes)) {
        return true;
      }
    }
  }

  void giveBack(int bytes) {
    taken.addAndGet(-bytes);
  }

  long taken() {
    return taken.get();
  }
}
