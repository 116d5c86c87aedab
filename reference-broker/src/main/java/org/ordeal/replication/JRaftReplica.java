package org.ordeal.replication;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.EnumOutter.ErrorType;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.replication.AppendOutcome.Cause;
import org.ordeal.replication.CommittedGuard.Contradiction;
import org.ordeal.store.ConsumeQueue;
import org.ordeal.store.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member of a group that JRaft keeps in agreement. */
final class JRaftReplica implements Replica {
  private static final Logger LOG = LoggerFactory.getLogger(JRaftReplica.class);

  private static final int BARRIER_TIMEOUT_MILLIS = 3_000;
  private static final byte[] NO_CONTEXT = {};

  private final ReplicaConfig config;
  private final StoreLock lock;
  private final RoleBoard roles;
  private final ReplicaStore store;
  private final Housekeeping housekeeping;
  private final ReplicaMachine machine;
  private final RaftLogStorage logStorage;
  private final RaftGroup group;
  private final @Nullable PeerCalls calls;
  private final Membership membership;
  private final List<ArrivalListener> arrivals;
  private final Appends appends;
  private final Retreat retreat;
  private volatile boolean started;
  private volatile boolean closed;

  JRaftReplica(ReplicaConfig config, Disk disk) throws IOException {
    this.config = config;
    RaftGroup.selfOf(config);
    this.arrivals = new CopyOnWriteArrayList<>();
    this.roles = new RoleBoard(config.self(), peer -> RaftGroup.idOf(config, peer));
    disk.createDirectories(config.directory());
    this.lock = StoreLock.take(config.directory());
    var alone = config.members().size() == 1;
    this.calls = alone ? null : new PeerCalls();
    try {
      var identity = alone ? null : Identity.open(disk, config);
      this.store = ReplicaStore.open(disk, config, arrivals, this::storeFailed);
      this.housekeeping = new Housekeeping(config, store);
      this.machine = new ReplicaMachine(store, roles, housekeeping.executor(), this::leadResumed);
      this.logStorage = new RaftLogStorage(store, config.flush() == ReplicaConfig.Flush.SYNC);
      this.appends = new Appends(config, roles, logStorage, housekeeping, this::leadersNode);
      this.retreat = new Retreat(config.self(), store, roles, housekeeping.executor());
      this.membership =
          new Membership(
              config, roles, this::readBarrier, this::raftNode, identity, calls, this::nudge);
      this.group =
          identity == null || calls == null
              ? RaftGroup.alone(config, store, machine, logStorage)
              : RaftGroup.start(
                  config,
                  store,
                  machine,
                  logStorage,
                  new Admission(config, identity, calls, roles::failed),
                  membership,
                  this::contradicted);
    } catch (IOException | RuntimeException e) {
      if (calls != null) {
        calls.close();
      }
      lock.close();
      throw e;
    }
    started = true;
    var early = roles.view().failure();
    if (early != null) {
      haltRaft(early);
    }
    housekeeping.start(machine::wantCheckpoint, this::snapshot, this::leaveLead);
  }

  /** Null while this member does not take part. */
  @Nullable Node raftNode() {
    return group.node();
  }

  /** Whether the others know this member with another store. */
  boolean wasRefused() {
    return group.wasRefused();
  }

  /** What only a leader asks, and a leader has a node. */
  private Node leadersNode() {
    var node = group.node();
    if (node == null) {
      throw new IllegalStateException("JRaft does not run.");
    }
    return node;
  }

  // --- failure

  private void storeFailed(IOException cause) {
    if (closed) {
      return;
    }
    var why = "The store has failed and takes no more writes: " + cause.getMessage();
    roles.failed(why);
    if (started) {
      haltRaft(why);
    }
  }

  /**
   * Has JRaft step down; on a thread of its own, since the caller may hold what JRaft waits for.
   */
  private void haltRaft(String why) {
    Thread.startVirtualThread(
        () -> {
          var error = new RaftException(ErrorType.ERROR_TYPE_LOG, RaftError.EIO, "%s", why);
          if (group.node() instanceof NodeImpl node) {
            node.onError(error);
          }
        });
  }

  private void contradicted(Contradiction first) {
    retreat.begin(group, first);
  }

  private void snapshot() {
    var node = group.node();
    if (node != null) {
      node.snapshot(status -> LOG.info("Snapshot for retention: {}", status));
    }
  }

  private void leadResumed() {
    Thread.startVirtualThread(
        () -> {
          if (group.node() instanceof NodeImpl node) {
            ForgottenPeers.takeUp(node);
          }
        });
  }

  private void leaveLead() {
    if (roles.view().leads() && config.members().size() > 1) {
      Thread.startVirtualThread(
          () ->
              LOG.warn(
                  "Handing leadership over, since the disk does not answer: {}",
                  leadersNode().transferLeadershipTo(PeerId.ANY_PEER)));
    }
  }

  // --- writing

  @Override
  public CompletableFuture<AppendOutcome> append(List<MessageDraft> messages) {
    return appends.append(messages);
  }

  @Override
  public int maxAppendBytes() {
    return appends.maxBytes();
  }

  @Override
  public CompletableFuture<CommandOutcome> putTopic(TopicConfig topic) {
    return appends.submit(now -> new Command.PutTopic(now, topic));
  }

  @Override
  public CompletableFuture<CommandOutcome> deleteTopic(String topic) {
    return appends.submit(now -> new Command.DeleteTopic(now, topic));
  }

  @Override
  public CompletableFuture<CommandOutcome> putSubscriptionGroup(SubscriptionGroup subscription) {
    return appends.submit(now -> new Command.PutGroup(now, subscription));
  }

  @Override
  public CompletableFuture<CommandOutcome> deleteSubscriptionGroup(
      String name, boolean withOffsets) {
    return appends.submit(now -> new Command.DeleteGroup(now, name, withOffsets));
  }

  @Override
  public CompletableFuture<CommandOutcome> commitOffsets(List<ConsumerOffset> offsets) {
    return appends.submit(now -> new Command.CommitOffsets(now, List.copyOf(offsets)));
  }

  /** Appends an entry that changes nothing. */
  private void nudge() {
    var _ = commitOffsets(List.of());
  }

  // --- reading

  @Override
  public CompletableFuture<ReadBarrier> readBarrier() {
    return roles.view().leads() ? caughtUp() : notLeader();
  }

  @Override
  public CompletableFuture<ReadBarrier> caughtUp() {
    var node = group.node();
    if (closed || node == null) {
      return notLeader();
    }
    var result = new CompletableFuture<ReadBarrier>();
    node.readIndex(
        ReadOnlyOption.ReadOnlySafe,
        NO_CONTEXT,
        new ReadIndexClosure(BARRIER_TIMEOUT_MILLIS) {
          @Override
          public void run(Status status, long index, byte[] context) {
            result.complete(barrier(status, index));
          }
        });
    return result;
  }

  private CompletableFuture<ReadBarrier> notLeader() {
    return CompletableFuture.completedFuture(new ReadBarrier.NotLeader(roles.view().leader()));
  }

  private ReadBarrier barrier(Status status, long index) {
    if (status.isOk()) {
      return new ReadBarrier.Confirmed(index);
    }
    var view = roles.view();
    return view.leads()
        ? new ReadBarrier.Failed("Leadership was not confirmed: " + status.getErrorMsg())
        : new ReadBarrier.NotLeader(view.leader());
  }

  @Override
  public Fetch fetch(
      String topic, int queueId, long offset, int maxMessages, int maxBytes, TagFilter filter) {
    ensureOpen();
    var files = store.files();
    try {
      return files.reader().fetch(topic, queueId, offset, maxMessages, maxBytes, filter);
    } catch (MessageReader.DamageException e) {
      if (store.replaced(files)) {
        return fetch(topic, queueId, offset, maxMessages, maxBytes, filter);
      }
      storeFailed(e);
      return new Fetch(
          Fetch.Status.DAMAGED,
          new byte[0],
          0,
          offset,
          minOffset(topic, queueId),
          maxOffset(topic, queueId));
    }
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("The replica " + config.self() + " is closed.");
    }
  }

  private @Nullable ConsumeQueue queue(String topic, int queueId) {
    ensureOpen();
    return store.applied().queue(topic, queueId);
  }

  @Override
  public long minOffset(String topic, int queueId) {
    var queue = queue(topic, queueId);
    return queue == null ? 0 : queue.minOffset();
  }

  @Override
  public long maxOffset(String topic, int queueId) {
    var queue = queue(topic, queueId);
    return queue == null ? 0 : queue.maxOffset();
  }

  /** Reads that answer a value and fail the store when the disk does not bear them out. */
  private interface DiskRead<T> {
    T read(MessageReader reader) throws IOException;
  }

  private <T> T reading(DiskRead<T> read) {
    ensureOpen();
    var files = store.files();
    try {
      return read.read(files.reader());
    } catch (IOException e) {
      if (store.replaced(files)) {
        return reading(read);
      }
      if (e instanceof MessageReader.DamageException) {
        storeFailed(e);
      }
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long offsetByTime(String topic, int queueId, long storeTimestampMillis) {
    var queue = queue(topic, queueId);
    return queue == null ? 0 : reading(reader -> reader.offsetByTime(queue, storeTimestampMillis));
  }

  @Override
  public long storeTimeAt(String topic, int queueId, long offset) {
    var queue = queue(topic, queueId);
    return queue == null ? -1 : reading(reader -> reader.storeTimeAt(queue, offset));
  }

  @Override
  @SuppressWarnings(
      "NullAway") // T is nullable here, which NullAway cannot say of a method's variable.
  public byte @Nullable [] messageAt(long commitLogOffset) {
    return reading(reader -> reader.messageAt(commitLogOffset));
  }

  @Override
  public List<byte[]> messagesByKey(
      String topic, String key, int maxMessages, long beginMillis, long endMillis) {
    return reading(reader -> reader.byKey(topic, key, maxMessages, beginMillis, endMillis));
  }

  private Tables tables() {
    return store.applied().tables();
  }

  @Override
  public Map<String, TopicConfig> topics() {
    return tables().topics();
  }

  @Override
  public DataVersion topicVersion() {
    return tables().topicVersion();
  }

  @Override
  public Map<String, SubscriptionGroup> subscriptionGroups() {
    return tables().groups();
  }

  @Override
  public DataVersion subscriptionGroupVersion() {
    return tables().groupVersion();
  }

  @Override
  public long consumerOffset(String consumerGroup, String topic, int queueId) {
    return tables().offset(consumerGroup, topic, queueId);
  }

  @Override
  public List<ConsumerOffset> consumerOffsets() {
    return tables().offsets();
  }

  @Override
  public DataVersion consumerOffsetVersion() {
    return tables().offsetVersion();
  }

  // --- who leads

  @Override
  public RoleView role() {
    return roles.view();
  }

  @Override
  public void onRoleChange(Consumer<RoleView> listener) {
    roles.listen(listener);
  }

  @Override
  public void onArrival(ArrivalListener listener) {
    arrivals.add(listener);
  }

  // --- administration

  @Override
  public CompletableFuture<CommandOutcome> transferLeadership(@Nullable String member) {
    return membership.transferLeadership(member);
  }

  @Override
  public CompletableFuture<CommandOutcome> addMember(Member member) {
    return membership.add(member);
  }

  @Override
  public CompletableFuture<CommandOutcome> removeMember(String member) {
    return membership.remove(member);
  }

  @Override
  public List<Member> members() {
    return membership.members();
  }

  @Override
  public ReplicaStatus status() {
    var log = store.log();
    var node = group.node();
    var refusal = appends.refusal();
    return new ReplicaStatus(
        roles.view(),
        log.firstIndex(),
        log.lastIndex(),
        node == null ? 0 : node.getLastCommittedIndex(),
        store.applied().appliedIndex(),
        store.checkpoints().indexOnDisk(),
        log.minPosition(),
        log.maxPosition(),
        log.stablePosition(),
        log.meter().forces(),
        log.meter().forceNanos(),
        log.meter().records(),
        log.meter().bytes(),
        log.segmentPaths().size(),
        housekeeping.diskUsed(),
        refusal == null || refusal.cause() == Cause.NOT_LEADER ? null : refusal.reason(),
        membership.liveFollowers());
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    appends.refuse();
    logStorage.stopWaiting();
    var leading = group.node();
    if (leading != null && roles.view().leads() && config.members().size() > 1) {
      leading.transferLeadershipTo(PeerId.ANY_PEER);
    }
    group.close();
    if (calls != null) {
      calls.close();
    }
    housekeeping.close();
    appends.end();
    if (roles.view().failure() == null) {
      store.checkpoint(store.applied().image()); // JRaft applies no more: this thread may look.
    }
    try {
      store.close();
    } catch (IOException e) {
      LOG.warn("Closing the store failed: {}", e.toString());
    }
    lock.close();
    roles.closed();
  }
}
