package org.ordeal.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.ConsumerOffset;
import org.ordeal.replication.Replica;

/**
 * Commits consumer offsets, several in one entry of the log: while one entry is on its way, what
 * comes meanwhile is gathered for the next. A later offset for the same queue replaces one that
 * still waits. Thread-safe.
 */
final class OffsetCommits {
  private record Key(String group, String topic, int queueId) {}

  private static final int MAX_OFFSETS = 1000;

  private final Replica replica;
  private final Map<Key, ConsumerOffset> waiting = new LinkedHashMap<>();
  private CompletableFuture<CommandOutcome> next = new CompletableFuture<>();
  private boolean running;

  OffsetCommits(Replica replica) {
    this.replica = replica;
  }

  /** Commits an offset; the future tells what became of the entry that carries it. */
  CompletableFuture<CommandOutcome> commit(ConsumerOffset offset) {
    CompletableFuture<CommandOutcome> mine;
    synchronized (this) {
      var key = new Key(offset.group(), offset.topic(), offset.queueId());
      waiting.remove(key);
      waiting.put(key, offset);
      mine = next;
      if (running) {
        return mine;
      }
      running = true;
    }
    flush();
    return mine;
  }

  private void flush() {
    List<ConsumerOffset> batch;
    CompletableFuture<CommandOutcome> told;
    synchronized (this) {
      if (waiting.isEmpty()) {
        running = false;
        return;
      }
      batch = new ArrayList<>(waiting.values());
      waiting.clear();
      if (batch.size() > MAX_OFFSETS) {
        // The rest goes with the next entry, and the futures of all wait for that one.
        var rest = batch.subList(MAX_OFFSETS, batch.size());
        rest.forEach(
            each -> waiting.put(new Key(each.group(), each.topic(), each.queueId()), each));
        batch = new ArrayList<>(batch.subList(0, MAX_OFFSETS));
        told = new CompletableFuture<>();
      } else {
        told = next;
        next = new CompletableFuture<>();
      }
    }
    var _ =
        replica
            .commitOffsets(batch)
            .whenCompleteAsync(
                (outcome, failure) -> {
                  told.complete(
                      failure == null ? outcome : new CommandOutcome.Unknown(failure.toString()));
                  flush();
                });
  }
}
