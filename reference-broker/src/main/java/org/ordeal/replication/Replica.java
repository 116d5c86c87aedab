package org.ordeal.replication;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This node's member of a broker group: appends through the replicated log, reads from what was
 * applied here.
 *
 * <p>Thread-safe. No method blocks on the disk of an append or on another node; what takes time
 * returns a future, completed on a thread of the replica that must not be blocked by dependents.
 * Read methods read files and may wait for the local disk. After {@link #close()} appends end
 * {@link AppendOutcome.NotStored} or {@link AppendOutcome.Unknown} and reads throw {@link
 * IllegalStateException}.
 */
public interface Replica extends AutoCloseable {

  // --- writing

  /**
   * Appends messages atomically: all of them become readable, in order, or none ever does.
   *
   * @param messages one or more, of one or several queues; together at most {@link
   *     #maxAppendBytes()} when encoded
   * @return never completes exceptionally
   */
  CompletableFuture<AppendOutcome> append(List<MessageDraft> messages);

  /** The largest encoded size, in bytes, that one {@link #append} takes. */
  int maxAppendBytes();

  /**
   * Creates or replaces a topic; on success the {@link #topicVersion()} has moved on each member.
   */
  CompletableFuture<CommandOutcome> putTopic(TopicConfig topic);

  /** Forgets a topic, its queues and its consumer offsets. Done also if there was none. */
  CompletableFuture<CommandOutcome> deleteTopic(String topic);

  /** Creates or replaces a subscription group. */
  CompletableFuture<CommandOutcome> putSubscriptionGroup(SubscriptionGroup group);

  /**
   * Forgets a subscription group and, when asked, its consumer offsets. Done also if there was
   * none.
   */
  CompletableFuture<CommandOutcome> deleteSubscriptionGroup(String group, boolean withOffsets);

  /**
   * Sets consumer offsets, all in one entry of the log; a later call wins over an earlier one, also
   * if lower.
   */
  CompletableFuture<CommandOutcome> commitOffsets(List<ConsumerOffset> offsets);

  // --- reading what was applied here

  /** Confirms that this member leads now and has applied all that was committed before the call. */
  CompletableFuture<ReadBarrier> readBarrier();

  /**
   * Confirms that this member, whatever its role, has applied all that was committed before the
   * call: a follower asks the leader how far that is, and waits for it (Raft dissertation, section
   * 6.4). {@link ReadBarrier.NotLeader} where no leader could be asked.
   */
  CompletableFuture<ReadBarrier> caughtUp();

  /**
   * Reads messages of a queue in offset order.
   *
   * @param offset the first offset wanted
   * @param maxMessages at most so many messages, at least 1
   * @param maxBytes at most so many encoded bytes, except that a first message larger than that is
   *     returned alone
   * @param filter which messages to return; the others are stepped over ({@link Fetch#nextOffset()}
   *     passes them)
   */
  Fetch fetch(
      String topic, int queueId, long offset, int maxMessages, int maxBytes, TagFilter filter);

  /**
   * The offset of the oldest readable message, or {@link #maxOffset} where there is none. 0 for an
   * unknown queue.
   */
  long minOffset(String topic, int queueId);

  /** The offset that the next message will get; 0 for an unknown queue. */
  long maxOffset(String topic, int queueId);

  /**
   * The offset of the first message that was stored at or after a time: {@link #minOffset} where
   * all are younger, {@link #maxOffset} where all are older.
   *
   * @param storeTimestampMillis milliseconds since 1970, the leader's clock
   */
  long offsetByTime(String topic, int queueId, long storeTimestampMillis);

  /**
   * The store timestamp, in milliseconds since 1970, of the message at an offset; -1 where there is
   * none.
   */
  long storeTimeAt(String topic, int queueId, long offset);

  /**
   * The message whose encoding begins at this offset of the commit log, encoded; null where none
   * begins there.
   */
  byte @Nullable [] messageAt(long commitLogOffset);

  /**
   * Messages by key, newest first.
   *
   * @param key one of the words of the property KEYS, or the value of UNIQ_KEY
   * @param maxMessages at most so many
   * @param beginMillis, endMillis bounds of the store timestamp, inclusive
   * @return encoded messages, each checked to carry the key
   */
  List<byte[]> messagesByKey(
      String topic, String key, int maxMessages, long beginMillis, long endMillis);

  /** The topics, by name: an unchangeable picture of the moment. */
  Map<String, TopicConfig> topics();

  /** Version of {@link #topics()}: equal on all members that have applied the same entries. */
  DataVersion topicVersion();

  /** The subscription groups, by name: an unchangeable picture of the moment. */
  Map<String, SubscriptionGroup> subscriptionGroups();

  DataVersion subscriptionGroupVersion();

  /** The committed offset, or -1 where the group has none for this queue. */
  long consumerOffset(String group, String topic, int queueId);

  /** All committed offsets: an unchangeable picture of the moment. */
  List<ConsumerOffset> consumerOffsets();

  DataVersion consumerOffsetVersion();

  // --- who leads

  /**
   * This member's role at the moment: may be out of date when it returns, which is what barriers
   * are for.
   */
  RoleView role();

  /**
   * Tells each change of role, term, leader or health from now on, and the present state at once.
   * Called in order on one thread; a listener must return quickly.
   */
  void onRoleChange(Consumer<RoleView> listener);

  /**
   * Tells that a queue has grown; called on the applying thread, on leader and followers: return
   * quickly.
   */
  void onArrival(ArrivalListener listener);

  // --- administration

  /**
   * Hands leadership to another member.
   *
   * @param member its id, as in {@link Member#id()}; null lets the group choose the most advanced
   *     one
   */
  CompletableFuture<CommandOutcome> transferLeadership(@Nullable String member);

  /**
   * Adds a member that has been started; done when it has caught up and the new membership is
   * committed, also where it is a member already.
   */
  CompletableFuture<CommandOutcome> addMember(Member member);

  /** Removes a member; done when the new membership is committed. */
  CompletableFuture<CommandOutcome> removeMember(String member);

  /** The members as of the newest configuration entry in this member's log. */
  List<Member> members();

  /** Numbers for operators and metrics. */
  ReplicaStatus status();

  /**
   * Stops taking part, flushes and closes. Leadership is handed over first where possible.
   * Idempotent.
   */
  @Override
  void close();

  /** Called when a queue has grown. */
  @FunctionalInterface
  interface ArrivalListener {
    /**
     * @param maxOffset the offset after the newest message
     * @param tagHash the hash of the newest message's tag, 0 without one
     */
    void arrived(String topic, int queueId, long maxOffset, long tagHash);
  }

  /** Decides by the hash of its tag whether a message may be wanted. */
  @FunctionalInterface
  interface TagFilter {
    TagFilter ALL = _ -> true;

    /**
     * @param tagHash {@link String#hashCode()} of the property TAGS, 0 without one
     */
    boolean matches(long tagHash);
  }
}
