package org.ordeal.replication;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.entity.Task;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ordeal.replication.AppendOutcome.Cause;

/**
 * The way into the log: what is refused at the door, and what is under way until its outcome is
 * known. Thread-safe.
 */
final class Appends {
  /** Entries that may be under way at once; a client that is refused tries again. */
  private static final int MAX_IN_FLIGHT = 16_384;

  private static final int ENVELOPE_BYTES = 64 << 10;

  private final ReplicaConfig config;
  private final RoleBoard roles;
  private final RaftLogStorage logStorage;
  private final Housekeeping housekeeping;
  private final Supplier<Node> leadersNode;
  private final Set<PendingAppend> pending = ConcurrentHashMap.newKeySet();
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile boolean closed;

  /**
   * @param leadersNode asked only while this member leads
   */
  Appends(
      ReplicaConfig config,
      RoleBoard roles,
      RaftLogStorage logStorage,
      Housekeeping housekeeping,
      Supplier<Node> leadersNode) {
    this.config = config;
    this.roles = roles;
    this.logStorage = logStorage;
    this.housekeeping = housekeeping;
    this.leadersNode = leadersNode;
  }

  /** See {@link Replica#append}. */
  CompletableFuture<AppendOutcome> append(List<MessageDraft> messages) {
    var refusal = refusal();
    if (refusal != null) {
      return CompletableFuture.completedFuture(refusal);
    }
    var now = System.currentTimeMillis();
    ByteBuffer entry;
    try {
      entry = MessageCodec.encode(messages, config.storeHost(), now, maxBytes());
    } catch (MessageCodec.IllegalDraftException e) {
      return CompletableFuture.completedFuture(
          new AppendOutcome.NotStored(Cause.ILLEGAL, String.valueOf(e.getMessage())));
    }
    return submit(entry, now);
  }

  /** Why nothing is taken now, or null. */
  AppendOutcome.@Nullable NotStored refusal() {
    var view = roles.view();
    if (closed || view.failure() != null) {
      return new AppendOutcome.NotStored(
          Cause.UNAVAILABLE,
          closed ? "This member is shutting down." : String.valueOf(view.failure()));
    }
    if (!view.leads()) {
      return new AppendOutcome.NotStored(
          Cause.NOT_LEADER,
          view.leader() == null
              ? "No member is known to lead."
              : "Member %s leads, not %s.".formatted(view.leader(), view.self()));
    }
    var full = fullDisk();
    return full == null ? null : new AppendOutcome.NotStored(Cause.DISK_FULL, full);
  }

  private @Nullable String fullDisk() {
    if (logStorage.waitsForSpace()) {
      return "The disk under %s is full.".formatted(config.commitLogDirectory());
    }
    var used = housekeeping.diskUsed();
    return used > config.diskRefuseRatio()
        ? "The disk under %s is %.0f%% full; above %.0f%% nothing is stored."
            .formatted(config.commitLogDirectory(), used * 100, config.diskRefuseRatio() * 100)
        : null;
  }

  private CompletableFuture<AppendOutcome> submit(ByteBuffer entry, long nowMillis) {
    if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
      inFlight.decrementAndGet();
      return CompletableFuture.completedFuture(
          new AppendOutcome.NotStored(
              Cause.BUSY, "%d appends are under way already.".formatted(MAX_IN_FLIGHT)));
    }
    var append = new PendingAppend(nowMillis, this::forget);
    pending.add(append);
    try {
      leadersNode.get().apply(new Task(entry, append, roles.view().term()));
    } catch (IllegalStateException e) {
      // JRaft is shutting down; it says so to the closure as well.
      append.end(new AppendOutcome.NotStored(Cause.UNAVAILABLE, "This member is shutting down."));
    }
    if (closed) {
      end();
    }
    return append.outcome();
  }

  private void forget(PendingAppend append) {
    if (pending.remove(append)) {
      inFlight.decrementAndGet();
    }
  }

  /** Takes nothing from now on. */
  void refuse() {
    closed = true;
  }

  /** Ends what is under way: nobody knows what becomes of it. */
  void end() {
    for (var append : pending) {
      append.end(new AppendOutcome.Unknown("This member was shut down with the entry in flight."));
    }
  }

  /** See {@link Replica#maxAppendBytes}. */
  int maxBytes() {
    return config.maxMessageBytes() + ENVELOPE_BYTES;
  }

  /**
   * Appends a command.
   *
   * @param command made from the time of the append, in milliseconds
   */
  CompletableFuture<CommandOutcome> submit(Function<Long, Command> command) {
    var refusal = refusal();
    if (refusal != null) {
      return CompletableFuture.completedFuture(
          new CommandOutcome.Refused(refusal.cause(), refusal.reason()));
    }
    var now = System.currentTimeMillis();
    return submit(command.apply(now).encode(), now)
        .thenApply(
            outcome ->
                switch (outcome) {
                  case AppendOutcome.Appended _ -> new CommandOutcome.Done();
                  case AppendOutcome.NotStored(var cause, var reason) ->
                      new CommandOutcome.Refused(cause, reason);
                  case AppendOutcome.Unknown(var reason) -> new CommandOutcome.Unknown(reason);
                });
  }
}
