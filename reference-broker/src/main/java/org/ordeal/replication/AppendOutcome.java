package org.ordeal.replication;

import java.util.List;

/** What became of an append: stored, certainly not stored, or not known. */
public sealed interface AppendOutcome {

  /**
   * Durable as the flush mode promises, and readable on this member.
   *
   * @param messages one for each message of the append, in its order
   * @param storeTimestampMillis milliseconds since 1970 by the leader's clock, the same for all of
   *     them
   */
  record Appended(List<Position> messages, long storeTimestampMillis) implements AppendOutcome {
    public Appended {
      messages = List.copyOf(messages);
    }
  }

  /**
   * Certainly in no log, now and for ever: a retry cannot make a duplicate.
   *
   * @param reason a sentence
   */
  record NotStored(Cause cause, String reason) implements AppendOutcome {}

  /**
   * May be stored, now or later, or never. No client must be able to take it for "not stored".
   *
   * @param reason a sentence
   */
  record Unknown(String reason) implements AppendOutcome {}

  /** Where a message went. */
  record Position(int queueId, long queueOffset, long commitLogOffset, int encodedBytes) {}

  /** Why nothing was stored. */
  enum Cause {
    /** Another member leads, or none: ask elsewhere. */
    NOT_LEADER,
    /** Too much is in flight: try again later. */
    BUSY,
    /** A limit of size or name is exceeded. */
    ILLEGAL,
    /** The disk is full beyond its limit: reads go on. */
    DISK_FULL,
    /** The store has failed or was closed: this node takes no writes until it is restarted. */
    UNAVAILABLE
  }
}
