package org.ordeal.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.ordeal.remoting.EventLoops;

/**
 * Pulls that wait at the end of their queue: for a message, for their time to end, or for their
 * client to go. Thread-safe.
 */
final class HeldPulls {
  private static final long TICK_MILLIS = 50;

  /** More than this are answered at once instead of waiting. */
  private static final int MAX_HELD = 100_000;

  private record Queue(String topic, int queueId) {}

  private record Held(PullHandler.Pull pull, long untilNanos) {}

  private final Map<Queue, List<Held>> queues = new ConcurrentHashMap<>();
  private final java.util.concurrent.atomic.AtomicInteger count =
      new java.util.concurrent.atomic.AtomicInteger();
  private final Consumer<PullHandler.Pull> again;

  /**
   * @param again takes up a pull that need not wait any more
   */
  HeldPulls(EventLoops loops, Consumer<PullHandler.Pull> again) {
    this.again = again;
    loops.repeat(this::tick, TICK_MILLIS);
  }

  void hold(PullHandler.Pull pull) {
    if (count.incrementAndGet() > MAX_HELD) {
      count.decrementAndGet();
      again.accept(pull);
      return;
    }
    var held = new Held(pull, System.nanoTime() + pull.holdMillis() * 1_000_000);
    queues.compute(
        new Queue(pull.topic(), pull.queueId()),
        (_, list) -> {
          var next = list == null ? new ArrayList<Held>(2) : list;
          next.add(held);
          return next;
        });
  }

  /** Takes up the pulls that a queue's new end satisfies. */
  void arrived(String topic, int queueId, long maxOffset) {
    var queue = new Queue(topic, queueId);
    if (queues.containsKey(queue)) {
      take(queue, held -> held.pull().offset() < maxOffset);
    }
  }

  /** Takes up all pulls, such as when this member's role has changed. */
  void releaseAll() {
    for (var queue : queues.keySet()) {
      take(queue, _ -> true);
    }
  }

  int size() {
    return count.get();
  }

  private void tick() {
    long now = System.nanoTime();
    for (var queue : queues.keySet()) {
      take(queue, held -> held.untilNanos() - now <= 0 || !held.pull().exchange().peer().isOpen());
    }
  }

  private void take(Queue queue, java.util.function.Predicate<Held> ready) {
    var taken = new ArrayList<Held>();
    queues.computeIfPresent(
        queue,
        (_, list) -> {
          list.removeIf(
              held -> {
                boolean take = ready.test(held);
                if (take) {
                  taken.add(held);
                }
                return take;
              });
          return list.isEmpty() ? null : list;
        });
    count.addAndGet(-taken.size());
    for (var held : taken) {
      if (held.pull().exchange().peer().isOpen()) {
        again.accept(held.pull());
      }
    }
  }
}
