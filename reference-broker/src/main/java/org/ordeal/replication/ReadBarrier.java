package org.ordeal.replication;

import org.jspecify.annotations.Nullable;

/** Whether reads that follow may be served as the leader's. */
public sealed interface ReadBarrier {

  /**
   * This member led at some moment after the call, and has applied all that was committed before
   * it.
   *
   * @param index the log index that reads will at least reflect
   */
  record Confirmed(long index) implements ReadBarrier {}

  /** Another member leads, or none. {@code leader} is the id of the leader as far as known. */
  record NotLeader(@Nullable String leader) implements ReadBarrier {}

  /**
   * Leadership could not be confirmed in time: nothing may be served.
   *
   * @param reason a sentence
   */
  record Failed(String reason) implements ReadBarrier {}
}
