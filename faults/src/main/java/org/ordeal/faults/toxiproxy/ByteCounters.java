package org.ordeal.faults.toxiproxy;

import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes of one direction of one proxy, over all its connections. Thread-safe. */
final class ByteCounters {
  private final LongAdder received = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  void received(long bytes) {
    received.add(bytes);
  }

  void sent(long bytes) {
    sent.add(bytes);
  }

  void dropped(long bytes) {
    dropped.add(bytes);
  }

  ProxyStatistics.Bytes read() {
    // In this order, so that a byte counted meanwhile can make what is held too large, never below
    // 0.
    long droppedNow = dropped.sum();
    long sentNow = sent.sum();
    long receivedNow = received.sum();
    return new ProxyStatistics.Bytes(receivedNow, sentNow, droppedNow);
  }
}
