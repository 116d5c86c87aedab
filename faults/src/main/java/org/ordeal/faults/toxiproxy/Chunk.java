package org.ordeal.faults.toxiproxy;

import io.netty.buffer.ByteBuf;

/**
 * Some bytes on their way through a link, and when they came in.
 *
 * <p>Owned by whoever holds it: the one who drops it releases {@link #data()}.
 */
final class Chunk {
  private final ByteBuf data;
  private long timestampNanos;

  Chunk(ByteBuf data, long timestampNanos) {
    this.data = data;
    this.timestampNanos = timestampNanos;
  }

  ByteBuf data() {
    return data;
  }

  int size() {
    return data.readableBytes();
  }

  /** When the bytes came in, by {@link System#nanoTime()}, plus all delay that they have had. */
  long timestampNanos() {
    return timestampNanos;
  }

  void delayed(long nanos) {
    timestampNanos += nanos;
  }

  /** The first {@code bytes} bytes, split off. */
  Chunk split(int bytes) {
    return new Chunk(data.readRetainedSlice(bytes), timestampNanos);
  }
}
