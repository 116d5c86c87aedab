package org.ordeal.workloads;

import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.client.Operations;
import org.ordeal.workloads.control.Layout;

/** A reader that polls a queue from its first offset on, until it is interrupted. */
final class Following {

  private static final long IDLE_MILLIS = 100;

  private Following() {}

  static ClientProgram.Background of(Operations operations, Layout.Queue queue) {
    return process -> {
      long offset = 0;
      while (!Thread.currentThread().isInterrupted()) {
        long next = operations.poll(process, queue, offset);
        if (next == offset) {
          Thread.sleep(IDLE_MILLIS);
        }
        offset = next;
      }
    };
  }
}
