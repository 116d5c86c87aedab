package org.ordeal.faults.toxiproxy;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One toxic on one link: an inbox, and a {@link StageBehaviour} that works through it.
 *
 * <p>Used on the link's event loop only. The behaviour is replaced whenever the toxic changes or
 * the stage behind it comes or goes; as in the Go server each of these rolls the toxicity anew and
 * hands a chunk that was being held back on at once.
 */
final class ToxicStage implements ChunkSink {
  private final Toxic toxic;
  private final ToxicLink link;
  private final ArrayDeque<Chunk> inbox = new ArrayDeque<>();
  private ChunkSink next;
  private StageBehaviour behaviour;
  private boolean inputEnded;
  private boolean closed;
  private boolean working;
  private long bytesPassed;

  ToxicStage(Toxic toxic, ToxicLink link, ChunkSink next) {
    this.toxic = toxic;
    this.link = link;
    this.next = next;
    this.behaviour = toxic.roll(this);
  }

  Toxic toxic() {
    return toxic;
  }

  /** Begins to work; to be called once the stage is in its place. */
  void start() {
    behaviour.start();
    work();
  }

  @Override
  public void offer(Chunk chunk) {
    if (closed) {
      link.drop(chunk);
      return;
    }
    inbox.add(chunk);
    work();
  }

  @Override
  public void end() {
    inputEnded = true;
    work();
  }

  /** Works through the inbox until it is empty or the behaviour has something to wait for. */
  void work() {
    if (working) {
      return;
    }
    working = true;
    try {
      while (!closed && !behaviour.busy()) {
        Chunk chunk = inbox.poll();
        if (chunk != null) {
          behaviour.onChunk(chunk);
        } else if (inputEnded) {
          behaviour.onEnd();
          if (!closed && !behaviour.busy()) {
            throw new IllegalStateException(
                "toxic " + toxic.name() + " neither ends its stream nor waits to do so");
          }
        } else {
          break;
        }
      }
    } finally {
      working = false;
    }
  }

  /** Whether reading should pause until this stage has caught up. */
  boolean full() {
    return !closed && inbox.size() >= behaviour.capacity();
  }

  /** Whether this stage has ended its stream. */
  boolean closed() {
    return closed;
  }

  /** Passes a chunk on. */
  void emit(Chunk chunk) {
    next.offer(chunk);
  }

  /** Drops a chunk. */
  void drop(Chunk chunk) {
    link.drop(chunk);
  }

  /** Sends what was emitted, without waiting for more; then reads on if there is room again. */
  void flush() {
    link.flushAndReadOn();
  }

  /** Ends the stream: what is still in the inbox is dropped. */
  void close() {
    if (!closed) {
      closed = true;
      behaviour.abandon();
      dropInbox();
      next.end();
      link.flushAndReadOn();
    }
  }

  /** Sends chunks to another place from now on. */
  void redirect(ChunkSink newNext) {
    next = newNext;
  }

  /** Hands on what is held back; {@link #restart()} must follow. */
  boolean interrupt() {
    return !closed && behaviour.interrupt();
  }

  /** Starts again with the toxic's present settings; to be called after {@link #interrupt()}. */
  void restart() {
    behaviour = toxic.roll(this);
    start();
  }

  /**
   * Takes this stage out of its link, handing on whatever it holds.
   *
   * @return whether it could be taken out; if not, it stays until it ends its stream
   */
  boolean leave() {
    if (!interrupt()) {
      return false;
    }
    if (toxic.type() == ToxicType.TIMEOUT) {
      close();
      return false;
    }
    for (Chunk chunk = inbox.poll(); chunk != null; chunk = inbox.poll()) {
      next.offer(chunk);
    }
    closed = true;
    if (inputEnded) {
      next.end();
    }
    return true;
  }

  /** Where this stage's chunks go. */
  ChunkSink next() {
    return next;
  }

  /** Drops everything and stops all timers: the link is gone. */
  void abandon() {
    closed = true;
    behaviour.abandon();
    dropInbox();
  }

  private void dropInbox() {
    for (Chunk chunk = inbox.poll(); chunk != null; chunk = inbox.poll()) {
      link.drop(chunk);
    }
  }

  /** How many bytes this stage has counted; kept when its toxic changes. */
  long bytesPassed() {
    return bytesPassed;
  }

  void countPassed(long bytes) {
    bytesPassed += bytes;
  }

  /** Calls {@code task} on the link's event loop after a delay. */
  Timer after(long delay, TimeUnit unit, Runnable task) {
    return new Timer(link.schedule(task, delay, unit));
  }

  /** Something that will happen later unless it is cancelled. */
  record Timer(io.netty.util.concurrent.Future<?> future) {
    static void cancel(@Nullable Timer timer) {
      if (timer != null) {
        timer.future.cancel(false);
      }
    }
  }
}
