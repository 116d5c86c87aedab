package org.ordeal.faults.disk.toxic;

import java.util.concurrent.TimeUnit;

/** An operation that a fault holds back. Thread-safe. */
final class Waiter {
  /** The kernel tells of a caller's first signal only: what follows must be looked at. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final int caller;
  private boolean signalled;
  private boolean released;

  /** Why a wait ended. */
  enum End {
    TIME,
    RELEASED,
    INTERRUPTED
  }

  /** An operation that this thread waits for. */
  Waiter(int caller) {
    this.caller = caller;
  }

  /** Waits until a time by {@link System#nanoTime()}, or for ever if {@code hang}. */
  synchronized End await(long untilNanos, boolean hang) {
    while (true) {
      if (signalled && CallerState.dying(caller)) {
        return End.INTERRUPTED;
      }
      if (released) {
        return End.RELEASED;
      }
      long left = hang ? Long.MAX_VALUE : untilNanos - System.nanoTime();
      if (left <= 0) {
        return End.TIME;
      }
      try {
        if (signalled) {
          TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, LOOK_NANOS));
        } else if (hang) {
          wait();
        } else {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return End.INTERRUPTED;
      }
    }
  }

  /** Its caller has a signal. */
  synchronized void signalled() {
    signalled = true;
    notifyAll();
  }

  /** The fault is removed. */
  synchronized void release() {
    released = true;
    notifyAll();
  }
}
