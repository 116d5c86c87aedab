package org.ordeal.runner;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A run was ended by its user (Ctrl-C) or its caller before it was through: what is known is kept,
 * the verdict is {@code unknown}.
 */
public final class Interruption {

  private volatile boolean asked;
  private final Set<Thread> runners = ConcurrentHashMap.newKeySet();

  /** A thread that carries out a run and is to be interrupted. */
  void runBy(Thread thread) {
    runners.add(thread);
    if (asked) {
      thread.interrupt();
    }
  }

  /** The thread's run is through. */
  void done(Thread thread) {
    runners.remove(thread);
  }

  /** Asks the run to stop as soon as it can. */
  public void stop() {
    asked = true;
    runners.forEach(Thread::interrupt);
  }

  /** Whether somebody asked. */
  public boolean asked() {
    return asked;
  }
}
