package org.ordeal.workloads.recorder;

import java.util.concurrent.atomic.LongAdder;
import org.ordeal.history.OperationType;

/** Counts operations by how they ended. Thread-safe. */
public final class Tally {

  private final LongAdder attempted = new LongAdder();
  private final LongAdder ok = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder indeterminate = new LongAdder();

  void count(OperationType type) {
    switch (type) {
      case INVOKE -> attempted.increment();
      case OK -> ok.increment();
      case FAIL -> failed.increment();
      case INFO -> indeterminate.increment();
    }
  }

  /** Operations begun. */
  public long attempted() {
    return attempted.sum();
  }

  /** Operations that certainly took effect. */
  public long ok() {
    return ok.sum();
  }

  /** Operations that certainly did not. */
  public long failed() {
    return failed.sum();
  }

  /** Operations of which nobody knows. */
  public long indeterminate() {
    return indeterminate.sum();
  }
}
