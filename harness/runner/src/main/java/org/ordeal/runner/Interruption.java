package org.ordeal.runner;

/**
 * A run was ended by its user (Ctrl-C) or its caller before it was through: what is known is kept,
 * the verdict is {@code unknown}.
 */
public final class Interruption {

  private volatile boolean asked;
  private volatile Thread runner = Thread.currentThread();

  /** The thread that carries out the run and is to be interrupted. */
  void runBy(Thread thread) {
    runner = thread;
    if (asked) {
      thread.interrupt();
    }
  }

  /** Asks the run to stop as soon as it can. */
  public void stop() {
    asked = true;
    runner.interrupt();
  }

  /** Whether somebody asked. */
  public boolean asked() {
    return asked;
  }
}
