package org.ordeal.variants;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.replication.AppendOutcome;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.ConsumerOffset;
import org.ordeal.replication.DataVersion;
import org.ordeal.replication.Fetch;
import org.ordeal.replication.Member;
import org.ordeal.replication.MessageDraft;
import org.ordeal.replication.ReadBarrier;
import org.ordeal.replication.Replica;
import org.ordeal.replication.ReplicaStatus;
import org.ordeal.replication.RoleView;
import org.ordeal.replication.SubscriptionGroup;
import org.ordeal.replication.TopicConfig;

/** A replica that hands everything on to another; a variant overrides what it breaks. */
class ForwardingReplica implements Replica {
  final Replica real;

  ForwardingReplica(Replica real) {
    this.real = real;
  }

  @Override
  public CompletableFuture<AppendOutcome> append(List<MessageDraft> messages) {
    return real.append(messages);
  }

  @Override
  public int maxAppendBytes() {
    return real.maxAppendBytes();
  }

  @Override
  public CompletableFuture<CommandOutcome> putTopic(TopicConfig topic) {
    return real.putTopic(topic);
  }

  @Override
  public CompletableFuture<CommandOutcome> deleteTopic(String topic) {
    return real.deleteTopic(topic);
  }

  @Override
  public CompletableFuture<CommandOutcome> putSubscriptionGroup(SubscriptionGroup group) {
    return real.putSubscriptionGroup(group);
  }

  @Override
  public CompletableFuture<CommandOutcome> deleteSubscriptionGroup(
      String group, boolean withOffsets) {
    return real.deleteSubscriptionGroup(group, withOffsets);
  }

  @Override
  public CompletableFuture<CommandOutcome> commitOffsets(List<ConsumerOffset> offsets) {
    return real.commitOffsets(offsets);
  }

  @Override
  public CompletableFuture<ReadBarrier> readBarrier() {
    return real.readBarrier();
  }

  @Override
  public CompletableFuture<ReadBarrier> caughtUp() {
    return real.caughtUp();
  }

  @Override
  public Fetch fetch(
      String topic, int queueId, long offset, int maxMessages, int maxBytes, TagFilter filter) {
    return real.fetch(topic, queueId, offset, maxMessages, maxBytes, filter);
  }

  @Override
  public long minOffset(String topic, int queueId) {
    return real.minOffset(topic, queueId);
  }

  @Override
  public long maxOffset(String topic, int queueId) {
    return real.maxOffset(topic, queueId);
  }

  @Override
  public long offsetByTime(String topic, int queueId, long storeTimestampMillis) {
    return real.offsetByTime(topic, queueId, storeTimestampMillis);
  }

  @Override
  public long storeTimeAt(String topic, int queueId, long offset) {
    return real.storeTimeAt(topic, queueId, offset);
  }

  @Override
  public byte @Nullable [] messageAt(long commitLogOffset) {
    return real.messageAt(commitLogOffset);
  }

  @Override
  public List<byte[]> messagesByKey(
      String topic, String key, int maxMessages, long beginMillis, long endMillis) {
    return real.messagesByKey(topic, key, maxMessages, beginMillis, endMillis);
  }

  @Override
  public Map<String, TopicConfig> topics() {
    return real.topics();
  }

  @Override
  public DataVersion topicVersion() {
    return real.topicVersion();
  }

  @Override
  public Map<String, SubscriptionGroup> subscriptionGroups() {
    return real.subscriptionGroups();
  }

  @Override
  public DataVersion subscriptionGroupVersion() {
    return real.subscriptionGroupVersion();
  }

  @Override
  public long consumerOffset(String group, String topic, int queueId) {
    return real.consumerOffset(group, topic, queueId);
  }

  @Override
  public List<ConsumerOffset> consumerOffsets() {
    return real.consumerOffsets();
  }

  @Override
  public DataVersion consumerOffsetVersion() {
    return real.consumerOffsetVersion();
  }

  @Override
  public RoleView role() {
    return real.role();
  }

  @Override
  public void onRoleChange(Consumer<RoleView> listener) {
    real.onRoleChange(listener);
  }

  @Override
  public void onArrival(ArrivalListener listener) {
    real.onArrival(listener);
  }

  @Override
  public CompletableFuture<CommandOutcome> transferLeadership(@Nullable String member) {
    return real.transferLeadership(member);
  }

  @Override
  public CompletableFuture<CommandOutcome> addMember(Member member) {
    return real.addMember(member);
  }

  @Override
  public CompletableFuture<CommandOutcome> removeMember(String member) {
    return real.removeMember(member);
  }

  @Override
  public List<Member> members() {
    return real.members();
  }

  @Override
  public ReplicaStatus status() {
    return real.status();
  }

  @Override
  public void close() {
    real.close();
  }
}
