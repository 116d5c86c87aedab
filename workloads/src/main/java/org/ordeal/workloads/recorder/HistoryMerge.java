package org.ordeal.workloads.recorder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.ordeal.history.Operation;

/**
 * The operation logs of all client nodes and the fault runner's events as one history: in order of
 * time, indexed from 0, streaming.
 *
 * <p>Times are of one clock (CLOCK_MONOTONIC), so they can be compared between processes of one
 * machine. Where two are equal, invocations come first. An operation whose completion was never
 * recorded, because its client node was killed or stopped, stays open: it may have happened. Not
 * thread-safe.
 */
public final class HistoryMerge implements Iterator<Operation> {

  private record Head(Frame.Event event, Iterator<Frame.Event> rest, int source) {}

  private final PriorityQueue<Head> heads =
      new PriorityQueue<>(
          Comparator.comparing(Head::event, ClientLog.BY_TIME).thenComparingInt(Head::source));
  private long index;
  private long intendedNanos = -1;

  private HistoryMerge(List<Iterator<Frame.Event>> sources) {
    for (int i = 0; i < sources.size(); i++) {
      advance(sources.get(i), i);
    }
  }

  /**
   * Opens a merge.
   *
   * @param clientDirectories the directories of the client nodes; ones without a log are skipped
   * @param others events of others, such as the fault runner, in order of time; their indexes are
   *     ignored
   * @throws IOException if a log cannot be read
   */
  public static HistoryMerge open(List<Path> clientDirectories, Iterator<Operation> others)
      throws IOException {
    List<Iterator<Frame.Event>> sources = new ArrayList<>();
    for (Path directory : clientDirectories) {
      sources.add(ClientLog.open(directory));
    }
    sources.add(
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return others.hasNext();
          }

          @Override
          public Frame.Event next() {
            Operation operation = others.next();
            return new Frame.Event(operation, -1);
          }
        });
    return new HistoryMerge(sources);
  }

  private void advance(Iterator<Frame.Event> source, int number) {
    if (source.hasNext()) {
      heads.add(new Head(source.next(), source, number));
    }
  }

  @Override
  public boolean hasNext() {
    return !heads.isEmpty();
  }

  @Override
  public Operation next() {
    if (heads.isEmpty()) {
      throw new NoSuchElementException("the history has ended");
    }
    Head head = heads.remove();
    advance(head.rest, head.source);
    intendedNanos = head.event.intendedNanos();
    Operation raw = head.event.operation();
    return new Operation(
        index++,
        raw.time(),
        raw.process(),
        raw.type(),
        raw.f(),
        raw.value(),
        raw.key(),
        raw.node(),
        raw.error());
  }

  /**
   * When the operation last returned was due, in nanoseconds since the start of the run, if it is a
   * client's invocation; else -1. Latency counts from here, so that a stall is not hidden.
   */
  public long intendedNanos() {
    return intendedNanos;
  }
}
