package org.ordeal.variants;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.ordeal.replication.AppendOutcome;
import org.ordeal.replication.MessageDraft;
import org.ordeal.replication.Replica;

/**
 * Acknowledges as soon as the leader has taken a message, before any other member has it: with the
 * offset that the message will have if nothing goes wrong. What was acknowledged so is gone when
 * the leader goes.
 */
final class HastyReplica extends ForwardingReplica {
  private record QueueKey(String topic, int queueId) {}

  private final Map<QueueKey, Long> nextOffsets = new HashMap<>();
  private long term = -1;

  HastyReplica(Replica real) {
    super(real);
  }

  @Override
  public synchronized CompletableFuture<AppendOutcome> append(List<MessageDraft> messages) {
    var now = real.role();
    if (now.term() != term) {
      term = now.term();
      nextOffsets.clear();
    }
    // Looked up before the append, so that the append is not counted in it.
    for (var message : messages) {
      nextOffsets.computeIfAbsent(
          new QueueKey(message.topic(), message.queueId()),
          key -> real.maxOffset(key.topic, key.queueId));
    }
    var stored = real.append(messages);
    if (stored.isDone() || !now.leads()) {
      return stored;
    }
    var promised = new ArrayList<AppendOutcome.Position>();
    for (var message : messages) {
      var offset =
          nextOffsets.merge(new QueueKey(message.topic(), message.queueId()), 1L, Math::addExact);
      promised.add(
          new AppendOutcome.Position(
              message.queueId(),
              offset - 1,
              real.status().maxCommitLogOffset(),
              message.body().length));
    }
    return CompletableFuture.completedFuture(
        new AppendOutcome.Appended(promised, System.currentTimeMillis()));
  }
}
