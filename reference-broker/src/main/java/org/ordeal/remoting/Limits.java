package org.ordeal.remoting;

import java.time.Duration;

/**
 * What a remoting endpoint bears before it closes a connection.
 *
 * @param maxFrameBytes largest length field of a frame; RocketMQ's is 16 MiB
 * @param maxHeaderBytes largest header in a frame
 * @param maxConnections connections that a server holds; one more is closed at once
 * @param partialFrameBytes sum over all connections of the lengths of large frames that are being
 *     received; a connection that would exceed it is not read until others have finished
 * @param frameTime a frame that began to arrive must be whole after this
 * @param idleTime a connection without a byte in either direction is closed after this
 * @param stallTime a peer that does not read what waits for it is closed after this
 * @param maxWaitingBytes bytes waiting for one peer, above which its requests are no longer read
 */
public record Limits(
    int maxFrameBytes,
    int maxHeaderBytes,
    int maxConnections,
    long partialFrameBytes,
    Duration frameTime,
    Duration idleTime,
    Duration stallTime,
    int maxWaitingBytes) {

  /** What a broker or NameServer on a small heap bears. */
  public static final Limits DEFAULT =
      new Limits(
          16 << 20,
          1 << 20,
          20_000,
          48L << 20,
          Duration.ofSeconds(30),
          Duration.ofSeconds(120),
          Duration.ofSeconds(30),
          1 << 20);

  public Limits {
    if (maxFrameBytes < 8 || maxHeaderBytes < 2 || maxConnections < 1) {
      throw new IllegalArgumentException("Limits that admit no frame at all.");
    }
    if (partialFrameBytes < maxFrameBytes) {
      throw new IllegalArgumentException(
          "partialFrameBytes must admit one frame of the largest size, or it could never arrive.");
    }
  }

  public Limits withIdleTime(Duration time) {
    return new Limits(
        maxFrameBytes,
        maxHeaderBytes,
        maxConnections,
        partialFrameBytes,
        frameTime,
        time,
        stallTime,
        maxWaitingBytes);
  }

  public Limits withMaxConnections(int connections) {
    return new Limits(
        maxFrameBytes,
        maxHeaderBytes,
        connections,
        partialFrameBytes,
        frameTime,
        idleTime,
        stallTime,
        maxWaitingBytes);
  }
}
