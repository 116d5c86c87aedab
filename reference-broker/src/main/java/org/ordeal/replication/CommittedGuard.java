package org.ordeal.replication;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.RaftServerService;
import com.alipay.sofa.jraft.rpc.RpcRequestClosure;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.impl.core.AppendEntriesRequestProcessor;
import com.alipay.sofa.jraft.util.RpcFactoryHelper;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees a leader whose log contradicts what this member knows to be committed, before JRaft does.
 *
 * <p>In Raft that cannot be: each later leader has what was committed (Ongaro and Ousterhout, "In
 * search of an understandable consensus algorithm", section 5.4.3). It happens where members have
 * forgotten what they had acknowledged: under ASYNC_FLUSH by a loss of power, and on a disk that
 * lies. JRaft 1.4.1 then answers "stored" to what it has not stored ({@code
 * LogManagerImpl.checkAndResolveConflict}: entries up to the applied index count as successful), or
 * cuts nothing and appends all the same, after which its log in memory has holes and the member
 * answers every request with an error until it is restarted.
 *
 * <p>Instead, this refuses the request and tells from which index on the logs differ. JRaft's
 * probing has found the last entry in common by then, so the index is exact.
 */
final class CommittedGuard extends AppendEntriesRequestProcessor {
  /**
   * A leader's entry that is not the one that this member has.
   *
   * @param entryTerm the term of the leader's entry
   * @param leaderTerm the leader's term
   */
  record Contradiction(long index, long entryTerm, long leaderTerm) {}

  private final ReplicaStore store;
  private final LongSupplier term;
  private final Consumer<Contradiction> contradicted;
  private final AtomicBoolean mending = new AtomicBoolean();

  /**
   * @param term the newest term that this member knows: who is behind it leads no more, and may
   *     contradict
   * @param contradicted told once, until {@link #mended()}, the first entry that differs; must not
   *     wait
   */
  CommittedGuard(
      Executor executor,
      ReplicaStore store,
      LongSupplier term,
      Consumer<Contradiction> contradicted) {
    super(executor);
    this.store = store;
    this.term = term;
    this.contradicted = contradicted;
  }

  /** Requests are looked at again. */
  void mended() {
    mending.set(false);
  }

  @Override
  public Message processRequest0(
      RaftServerService service, AppendEntriesRequest request, RpcRequestClosure done) {
    var node = (Node) service;
    if (!node.getNodeState().isActive()) {
      return super.processRequest0(service, request, done);
    }
    if (mending.get()) {
      return refusal();
    }
    // Almost always the leader sends what comes after the entries committed.
    var committed = committed(node);
    if (request.getEntriesCount() > 0 && request.getPrevLogIndex() < committed) {
      var first = firstContradiction(request, committed);
      if (first != null) {
        if (mending.compareAndSet(false, true)) {
          contradicted.accept(first);
        }
        return refusal();
      }
    }
    return super.processRequest0(service, request, done);
  }

  private static Message refusal() {
    return RpcFactoryHelper.responseFactory()
        .newResponse(
            AppendEntriesResponse.getDefaultInstance(),
            RaftError.EBUSY,
            "This member gives up entries that its group has forgotten.");
  }

  /**
   * The last entry that must not be contradicted. JRaft's index counts configurations too, and the
   * store's what a checkpoint had when this member was started.
   */
  private long committed(Node node) {
    var applied = store.applied().appliedIndex();
    try {
      return Math.max(applied, node.getLastCommittedIndex());
    } catch (IllegalStateException e) { // It is shutting down.
      return applied;
    }
  }

  private @Nullable Contradiction firstContradiction(AppendEntriesRequest request, long committed) {
    var files = store.files();
    var log = files.log();
    var index = request.getPrevLogIndex();
    try {
      if (request.getTerm() < term.getAsLong()
          || index < log.minIndex() - 1
          || log.term(index) != request.getPrevLogTerm()) {
        return null; // JRaft refuses it, and the leader goes further back.
      }
      for (var entry : request.getEntriesList()) {
        index++;
        var own = index > committed ? 0 : log.term(index);
        if (own == 0) {
          return null; // There is nothing to contradict.
        }
        if (own != entry.getTerm()) {
          return new Contradiction(index, entry.getTerm(), request.getTerm());
        }
      }
    } catch (IOException e) {
      if (!store.replaced(files)) {
        store.failed(e);
      }
    }
    return null;
  }
}
