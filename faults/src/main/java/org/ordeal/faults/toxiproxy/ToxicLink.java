package org.ordeal.faults.toxiproxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One direction of one connection: what is read from the source passes the stages, in the order in
 * which their toxics were added, and is written to the destination.
 *
 * <pre>
 *   source --&gt; stage 0 --&gt; stage 1 --&gt; ... --&gt; destination
 * </pre>
 *
 * <p>Without stages buffers go straight across. Reading pauses while the destination's socket is
 * full, a stage's inbox is full, or the stages together hold {@value #MAX_HELD_BYTES} bytes.
 *
 * <p>Used on the event loop that both channels share.
 */
final class ToxicLink implements ChunkSink {
  /** As much as the Go server holds at most: 1024 chunks of 32 KiB. */
  static final long MAX_HELD_BYTES = 32L << 20;

  private final Channel source;
  private final Channel destination;
  private final ByteCounters counters;
  private final List<ToxicStage> stages = new ArrayList<>();
  private long heldBytes;
  private boolean sourceEnded;
  private boolean ended;
  private boolean abandoned;

  ToxicLink(Channel source, Channel destination, ByteCounters counters, List<Toxic> toxics) {
    this.source = source;
    this.destination = destination;
    this.counters = counters;
    ChunkSink next = this;
    for (Toxic toxic : toxics.reversed()) {
      ToxicStage stage = new ToxicStage(toxic, this, next);
      stages.addFirst(stage);
      next = stage;
    }
  }

  /** Begins to carry data. */
  void start() {
    stages.forEach(ToxicStage::start);
    adjustReading();
  }

  /** Takes what was read from the source. */
  void read(ByteBuf buffer) {
    int size = buffer.readableBytes();
    counters.received(size);
    if (stages.isEmpty()) {
      write(buffer);
    } else {
      heldBytes += size;
      stages.getFirst().offer(new Chunk(compact(buffer), System.nanoTime()));
    }
    adjustReading();
  }

  /** A small chunk in a large buffer would pin far more memory than is accounted for. */
  private static ByteBuf compact(ByteBuf buffer) {
    if (buffer.capacity() <= 2 * buffer.readableBytes() + 256) {
      return buffer;
    }
    ByteBuf copy = buffer.alloc().directBuffer(buffer.readableBytes());
    copy.writeBytes(buffer);
    buffer.release();
    return copy;
  }

  /** The source has been read dry for now. */
  void readComplete() {
    flushAndReadOn();
  }

  /** The source will send no more: it closed, or the connection to it broke. */
  void sourceEnded() {
    if (!sourceEnded) {
      sourceEnded = true;
      if (stages.isEmpty()) {
        end();
      } else {
        stages.getFirst().end();
      }
    }
  }

  @Override
  public void offer(Chunk chunk) {
    heldBytes -= chunk.size();
    write(chunk.data());
  }

  private void write(ByteBuf buffer) {
    int size = buffer.readableBytes();
    if (ended || abandoned || !destination.isActive()) {
      counters.dropped(size);
      buffer.release();
    } else if (size == 0) {
      buffer.release();
    } else {
      counters.sent(size);
      var _ = destination.write(buffer, destination.voidPromise());
    }
  }

  /**
   * Closes the destination once all that was written has left. Half-open connections are not kept.
   */
  @Override
  public void end() {
    if (!ended) {
      ended = true;
      destination.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Drops a chunk that will not reach the destination. */
  void drop(Chunk chunk) {
    heldBytes -= chunk.size();
    counters.dropped(chunk.size());
    chunk.data().release();
  }

  /** Sends what was written, and reads on if there is room. */
  void flushAndReadOn() {
    if (!abandoned) {
      destination.flush();
      adjustReading();
    }
  }

  /** Pauses or resumes reading from the source. */
  void adjustReading() {
    if (abandoned || !source.isActive()) {
      return;
    }
    boolean room = destination.isWritable() && heldBytes < MAX_HELD_BYTES && !anyStageFull();
    if (source.config().isAutoRead() != room) {
      source.config().setAutoRead(room);
    }
  }

  private boolean anyStageFull() {
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i).full()) {
        return true;
      }
    }
    return false;
  }

  Future<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return source.eventLoop().schedule(task, delay, unit);
  }

  /** Adds a stage for a toxic at the end, unless there is one. */
  void add(Toxic toxic) {
    if (abandoned || ended || find(toxic) >= 0) {
      return;
    }
    ToxicStage added = new ToxicStage(toxic, this, this);
    if (stages.isEmpty()) {
      stages.add(added);
    } else {
      ToxicStage last = stages.getLast();
      boolean interrupted = last.interrupt();
      last.redirect(added);
      stages.add(added);
      added.start();
      if (interrupted) {
        last.restart();
      }
      flushAndReadOn();
      return;
    }
    added.start();
    flushAndReadOn();
  }

  /** Lets the stage of a toxic begin anew with changed settings. */
  void update(Toxic toxic) {
    int index = find(toxic);
    if (!abandoned && index >= 0 && stages.get(index).interrupt()) {
      stages.get(index).restart();
      flushAndReadOn();
    }
  }

  /** Takes the stage of a toxic out; what it holds is sent on at once. */
  void remove(Toxic toxic) {
    int index = find(toxic);
    if (abandoned || index < 0 || !stages.get(index).leave()) {
      return;
    }
    ToxicStage removed = stages.remove(index);
    if (index > 0) {
      ToxicStage previous = stages.get(index - 1);
      previous.redirect(removed.next());
      if (previous.interrupt()) {
        previous.restart();
      }
    }
    flushAndReadOn();
  }

  private int find(Toxic toxic) {
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i).toxic() == toxic) {
        return i;
      }
    }
    return -1;
  }

  /** Drops whatever is held, for good. */
  void abandon() {
    if (!abandoned) {
      abandoned = true;
      stages.forEach(ToxicStage::abandon);
    }
  }
}
