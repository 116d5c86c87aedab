package org.ordeal.broker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;

/** What this broker has put and got since its start, and how fast lately. Thread-safe. */
final class BrokerCounters {
  /** One look at the totals. */
  private record Sample(long nanos, long put, long got) {}

  private static final long WINDOW_NANOS = 10_000_000_000L;

  final LongAdder putMessages = new LongAdder();
  final LongAdder putBytes = new LongAdder();
  final LongAdder putRefused = new LongAdder();
  final LongAdder putUnknown = new LongAdder();
  final LongAdder gotMessages = new LongAdder();
  final LongAdder gotBytes = new LongAdder();
  final PutLatencies putLatencies = new PutLatencies();
  final LongAdder pullsHeld = new LongAdder();
  final long startedMillis = System.currentTimeMillis();
  private final Deque<Sample> samples = new ArrayDeque<>();

  /** Looks at the totals; called about once a second. */
  synchronized void sample() {
    long now = System.nanoTime();
    samples.addLast(new Sample(now, putMessages.sum(), gotMessages.sum()));
    while (samples.size() > 2 && now - samples.getFirst().nanos > WINDOW_NANOS) {
      samples.removeFirst();
    }
  }

  /** Messages put each second over about the last ten. */
  synchronized double putRate() {
    return rate(true);
  }

  /** Messages got each second over about the last ten. */
  synchronized double gotRate() {
    return rate(false);
  }

  private double rate(boolean put) {
    if (samples.size() < 2) {
      return 0;
    }
    var first = samples.getFirst();
    var last = samples.getLast();
    double seconds = (last.nanos - first.nanos) / 1e9;
    double count = put ? last.put - first.put : last.got - first.got;
    return seconds <= 0 ? 0 : count / seconds;
  }
}
