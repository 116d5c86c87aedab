package org.ordeal.remoting;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What one endpoint has seen, for metrics. Thread-safe. */
public final class RemotingCounters {
  private static final long LOG_INTERVAL_NANOS = 1_000_000_000L;

  private final LongAdder requests = new LongAdder();
  private final LongAdder corruptFrames = new LongAdder();
  private final LongAdder refusedConnections = new LongAdder();
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong lastLogged = new AtomicLong(System.nanoTime() - LOG_INTERVAL_NANOS);

  public long requests() {
    return requests.sum();
  }

  public long corruptFrames() {
    return corruptFrames.sum();
  }

  public long refusedConnections() {
    return refusedConnections.sum();
  }

  public long connections() {
    return connections.get();
  }

  void request() {
    requests.increment();
  }

  /** Counts a corrupt frame; true at most once a second, when it may be logged. */
  boolean corrupt() {
    corruptFrames.increment();
    long now = System.nanoTime();
    long last = lastLogged.get();
    return now - last >= LOG_INTERVAL_NANOS && lastLogged.compareAndSet(last, now);
  }

  /** Counts a connection, or refuses it. */
  boolean opened(int limit) {
    if (connections.incrementAndGet() > limit) {
      connections.decrementAndGet();
      refusedConnections.increment();
      return false;
    }
    return true;
  }

  void closed() {
    connections.decrementAndGet();
  }
}
