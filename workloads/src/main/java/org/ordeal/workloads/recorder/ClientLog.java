package org.ordeal.workloads.recorder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.OperationType;

/**
 * Everything that one client node recorded, in order of time.
 *
 * <p>Frames lie in the log nearly in that order; a thread that was stopped between its look at the
 * clock and its append makes an exception. So the log is read twice: a first pass notes the
 * earliest time in each chunk of frames, the second holds back an event until no unread chunk can
 * hold an earlier one. Memory: one chunk and whatever was delayed.
 */
final class ClientLog implements Iterator<Frame.Event> {

  private static final int CHUNK_FRAMES = 4096;

  /** Invocations first where times are equal: then operations count as concurrent, not ordered. */
  static final Comparator<Frame.Event> BY_TIME =
      Comparator.<Frame.Event>comparingLong(event -> event.operation().time())
          .thenComparing(event -> event.operation().type() != OperationType.INVOKE);

  private record Queued(Frame.Event event, long sequence) {}

  private final PriorityQueue<Queued> ready =
      new PriorityQueue<>(
          Comparator.comparing(Queued::event, BY_TIME).thenComparingLong(Queued::sequence));
  private final Frames frames;
  private final long[] earliestFrom;
  private int chunk;
  private long sequence;

  private ClientLog(List<SegmentFile> segments, long[] earliestFrom) {
    this.frames = new Frames(segments);
    this.earliestFrom = earliestFrom;
  }

  /**
   * Opens the logs of all lives of a client node.
   *
   * @param directory its directory; one without a log yields nothing
   */
  static ClientLog open(Path directory) throws IOException {
    List<SegmentFile> segments = SegmentFile.in(directory);
    Frames frames = new Frames(segments);
    long[] earliest = new long[16];
    int count = 0;
    for (Frame.Event event; (event = frames.next()) != null; count++) {
      int at = count / CHUNK_FRAMES;
      if (count % CHUNK_FRAMES == 0) {
        earliest = at == earliest.length ? Arrays.copyOf(earliest, at * 2) : earliest;
        earliest[at] = Long.MAX_VALUE;
      }
      earliest[at] = Math.min(earliest[at], event.operation().time());
    }
    earliest = Arrays.copyOf(earliest, (count + CHUNK_FRAMES - 1) / CHUNK_FRAMES);
    for (int i = earliest.length - 2; i >= 0; i--) {
      earliest[i] = Math.min(earliest[i], earliest[i + 1]);
    }
    return new ClientLog(segments, earliest);
  }

  @Override
  public boolean hasNext() {
    while (chunk < earliestFrom.length
        && (ready.isEmpty() || ready.element().event.operation().time() >= earliestFrom[chunk])) {
      readChunk();
    }
    return !ready.isEmpty();
  }

  private void readChunk() {
    chunk++;
    for (int i = 0; i < CHUNK_FRAMES; i++) {
      Frame.Event event = frames.next();
      if (event == null) {
        return;
      }
      ready.add(new Queued(event, sequence++));
    }
  }

  @Override
  public Frame.Event next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the operation log has no more events");
    }
    return ready.remove().event;
  }

  /** The frames of several segments, one after the other. */
  private static final class Frames {
    private final List<SegmentFile> segments;
    private int next;
    private @Nullable SegmentReader reader;

    Frames(List<SegmentFile> segments) {
      this.segments = new ArrayList<>(segments);
    }

    Frame.@Nullable Event next() {
      while (true) {
        if (reader != null) {
          Frame.Event event = reader.next();
          if (event != null) {
            return event;
          }
        }
        if (next == segments.size()) {
          reader = null;
          return null;
        }
        reader = SegmentReader.openUnchecked(segments.get(next++));
      }
    }
  }
}
