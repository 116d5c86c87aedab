package org.ordeal.broker;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.replication.AppendOutcome;
import org.ordeal.replication.ConsumerOffset;
import org.ordeal.replication.Fetch;
import org.ordeal.replication.MessageDraft;
import org.ordeal.replication.Replica;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds messages with a delay level back until their time.
 *
 * <p>A delayed message is stored in {@code SCHEDULE_TOPIC_XXXX}, in the queue of its level, with
 * its true topic and queue as properties. All messages of a queue have the same delay, so the head
 * is due first. The leader appends what is due to the true topic, then moves the queue's progress,
 * which is a replicated consumer offset. A leader that dies between the two leaves its successor to
 * deliver again: at least once, never early, never lost.
 */
final class DelayedDelivery implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DelayedDelivery.class);

  /** The consumer group whose offsets are the progress. */
  static final String GROUP = "CID_RMQ_SYS_SCHEDULE";

  private static final long TICK_MILLIS = 100;
  private static final int MAX_MESSAGES = 64;
  private static final int MAX_BYTES = 1 << 20;

  /** Where a message goes instead. */
  record Place(String topic, int queueId) {}

  private final Replica replica;
  private final List<Duration> levels;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("delayed-delivery").factory());

  /** Next offset to deliver by level, valid for {@code term}. Touched on the clock's thread. */
  private final long[] progress;

  private long term = -1;

  DelayedDelivery(Replica replica, List<Duration> levels) {
    this.replica = replica;
    this.levels = levels;
    this.progress = new long[levels.size()];
  }

  void start() {
    var _ =
        clock.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Where a message must lie until it is due; null where it has no delay level. Its true place is
   * added to the properties.
   */
  @Nullable Place divert(String topic, int queueId, Map<String, String> properties)
      throws BadRequestException {
    var text = properties.get(MessageProperties.DELAY);
    if (text == null || levels.isEmpty()) {
      return null;
    }
    int level;
    try {
      level = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadRequestException("The delay level is no number: \"" + text + "\".");
    }
    if (level <= 0) {
      return null;
    }
    level = Math.min(level, levels.size());
    properties.put(MessageProperties.DELAY, Integer.toString(level));
    properties.put(MessageProperties.REAL_TOPIC, topic);
    properties.put(MessageProperties.REAL_QUEUE_ID, Integer.toString(queueId));
    return new Place(Topics.SCHEDULE, level - 1);
  }

  private void tick() {
    try {
      var role = replica.role();
      if (!role.leads()) {
        term = -1;
        return;
      }
      if (role.term() != term) {
        for (int i = 0; i < progress.length; i++) {
          progress[i] = Math.max(0, replica.consumerOffset(GROUP, Topics.SCHEDULE, i));
        }
        term = role.term();
      }
      for (int i = 0; i < progress.length; i++) {
        deliver(i);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("Delivery of delayed messages failed and is tried again.", e);
    }
  }

  private void deliver(int queue) throws InterruptedException {
    if (replica.maxOffset(Topics.SCHEDULE, queue) <= progress[queue]) {
      return;
    }
    var found =
        replica.fetch(
            Topics.SCHEDULE,
            queue,
            progress[queue],
            MAX_MESSAGES,
            MAX_BYTES,
            Replica.TagFilter.ALL);
    if (found.status() == Fetch.Status.OFFSET_TOO_SMALL) {
      log.warn(
          "Delayed messages {} to {} of level {} were deleted by age before they were delivered.",
          progress[queue],
          found.nextOffset(),
          queue + 1);
      progress[queue] = found.nextOffset();
      return;
    }
    if (found.status() != Fetch.Status.FOUND) {
      return;
    }
    long due = System.currentTimeMillis() - levels.get(queue).toMillis();
    var drafts = new ArrayList<MessageDraft>();
    long next = progress[queue];
    var in = ByteBuffer.wrap(found.messages());
    while (in.hasRemaining()) {
      StoredMessage message;
      try {
        message = StoredMessage.decode(in);
      } catch (BadRequestException e) {
        log.error("A delayed message of level {} cannot be read: {}", queue + 1, e.sentence());
        return;
      }
      if (message.storeTimestamp() > due) {
        break;
      }
      next = message.queueOffset() + 1;
      var draft = deliverable(message);
      if (draft != null) {
        drafts.add(draft);
      }
    }
    if (next == progress[queue]) {
      return;
    }
    if (!drafts.isEmpty() && !append(drafts)) {
      return;
    }
    progress[queue] = next;
    var _ = replica.commitOffsets(List.of(new ConsumerOffset(GROUP, Topics.SCHEDULE, queue, next)));
  }

  /** Appends; an open outcome is tried again, since a message twice is better than none. */
  private boolean append(List<MessageDraft> drafts) throws InterruptedException {
    try {
      var outcome = replica.append(drafts).get(10, TimeUnit.SECONDS);
      if (!(outcome instanceof AppendOutcome.Appended)) {
        log.warn("{} delayed messages could not be delivered yet: {}", drafts.size(), outcome);
        return false;
      }
      return true;
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      log.warn("{} delayed messages could not be delivered yet: {}", drafts.size(), e.toString());
      return false;
    }
  }

  private static @Nullable MessageDraft deliverable(StoredMessage message) {
    var properties = new java.util.LinkedHashMap<>(message.properties());
    var topic = properties.remove(MessageProperties.REAL_TOPIC);
    var queueId = properties.remove(MessageProperties.REAL_QUEUE_ID);
    properties.remove(MessageProperties.DELAY);
    if (topic == null || queueId == null) {
      log.error("The delayed message {} has no true topic and is dropped.", message.messageId());
      return null;
    }
    return new MessageDraft(
        topic,
        Integer.parseInt(queueId),
        message.flag(),
        message.sysFlag() & ~(StoredMessage.BORN_HOST_V6 | StoredMessage.STORE_HOST_V6),
        message.bornTimestamp(),
        message.bornHost(),
        message.reconsumeTimes(),
        0,
        message.body(),
        MessageProperties.encode(properties));
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
