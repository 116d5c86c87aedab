package org.ordeal.replication;

/**
 * Messages of one queue, or why there are none.
 *
 * @param messages encoded messages one after another, as {@code MessageDecoder.decodes} of the
 *     RocketMQ client reads them, queueOffset and physicalOffset filled in; empty unless {@code
 *     FOUND}
 * @param count messages in it
 * @param nextOffset where to go on reading
 * @param minOffset of the queue at that moment
 * @param maxOffset of the queue at that moment
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to a socket, never compared
public record Fetch(
    Status status, byte[] messages, int count, long nextOffset, long minOffset, long maxOffset) {

  /** How the offset that was asked for lies in the queue. */
  public enum Status {
    /** At least one message. */
    FOUND,
    /**
     * There are messages, but the filter wanted none of those looked at: go on at {@code
     * nextOffset}.
     */
    NO_MATCHED_MESSAGE,
    /** The offset is the queue's end: wait. {@code nextOffset} is the offset asked for. */
    OFFSET_AT_END,
    /** The offset is beyond the end; {@code nextOffset} is the end. */
    OFFSET_BEYOND_END,
    /** The message was deleted by age or for space; {@code nextOffset} is the oldest there. */
    OFFSET_TOO_SMALL,
    /** No message was ever stored in this queue; {@code nextOffset} is 0. */
    NO_SUCH_QUEUE,
    /**
     * The message's bytes on this node's disk do not match their checksum, or cannot be read:
     * nothing is served, and the replica has failed ({@link RoleView#failure()} says why).
     */
    DAMAGED
  }
}
