package org.ordeal.replication;

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
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Sees a leader whose log contradicts what this member has applied, before JRaft does.
 *
 * <p>In Raft that cannot be: what was applied was committed, and each later leader has it (Ongaro
 * and Ousterhout, "In search of an understandable consensus algorithm", section 5.4.3). It happens
 * where members have forgotten what they had acknowledged: under ASYNC_FLUSH by a loss of power,
 * and on a disk that lies. JRaft 1.4.1 then answers "stored" to what it has not stored ({@code
 * LogManagerImpl.checkAndResolveConflict}: entries up to the applied index count as successful), or
 * cuts nothing and appends all the same, after which its log in memory has holes and the member
 * answers every request with an error until it is restarted.
 *
 * <p>Instead, this refuses the request and tells from which index on the logs differ. JRaft's
 * probing has found the last entry in common by then, so the index is exact.
 */
final class AppliedGuard extends AppendEntriesRequestProcessor {
  private final ReplicaStore store;
  private final LongSupplier term;
  private final LongConsumer contradicted;
  private final AtomicBoolean mending = new AtomicBoolean();

  /**
   * @param term the newest term that this member knows: who is behind it leads no more, and may
   *     contradict
   * @param contradicted told once, until {@link #mended()}, the index of the first entry that
   *     differs; must not wait
   */
  AppliedGuard(
      Executor executor, ReplicaStore store, LongSupplier term, LongConsumer contradicted) {
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
    // Almost always the leader sends what comes after the entries applied.
    if (mending.get() || request.getPrevLogIndex() < store.applied().appliedIndex()) {
      var index = mending.get() ? -1 : firstContradiction(request);
      if (index != 0) {
        if (index > 0 && mending.compareAndSet(false, true)) {
          contradicted.accept(index);
        }
        return RpcFactoryHelper.responseFactory()
            .newResponse(
                AppendEntriesResponse.getDefaultInstance(),
                RaftError.EBUSY,
                "This member gives up entries that its group has forgotten.");
      }
    }
    return super.processRequest0(service, request, done);
  }

  /** 0 where there is none. */
  private long firstContradiction(AppendEntriesRequest request) {
    var log = store.log();
    var applied = store.applied().appliedIndex();
    var index = request.getPrevLogIndex();
    try {
      if (request.getTerm() < term.getAsLong()
          || index < log.minIndex() - 1
          || log.term(index) != request.getPrevLogTerm()) {
        return 0; // JRaft refuses it, and the leader goes further back.
      }
      for (var entry : request.getEntriesList()) {
        index++;
        if (index > applied) {
          return 0;
        }
        if (log.term(index) != entry.getTerm()) {
          return index;
        }
      }
    } catch (IOException e) {
      store.failed(e);
    }
    return 0;
  }
}
