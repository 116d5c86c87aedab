package org.ordeal.faults.disk.toxic;

import java.util.concurrent.TimeUnit;

/** An operation that a fault holds back. Thread-safe. */
final class Waiter {
  private boolean interrupted;
  private boolean released;

  /** Why a wait ended. */
  enum End {
    TIME,
    RELEASED,
    INTERRUPTED
  }

  /** Waits until a time by {@link System#nanoTime()}, or for ever if {@code hang}. */
  synchronized End await(long untilNanos, boolean hang) {
    while (true) {
      if (interrupted) {
        return End.INTERRUPTED;
      }
      if (released) {
        return End.RELEASED;
      }
      long left = untilNanos - System.nanoTime();
      if (!hang && left <= 0) {
        return End.TIME;
      }
      try {
        if (hang) {
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

  /** Its caller was killed or gave up. */
  synchronized void interrupt() {
    interrupted = true;
    notifyAll();
  }

  /** The fault is removed. */
  synchronized void release() {
    released = true;
    notifyAll();
  }
}
