package org.ordeal.replication;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.LeaderChangeContext;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state machine that JRaft drives: applies entries to the store, on one thread. */
final class ReplicaMachine extends StateMachineAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaMachine.class);

  /** Units in memory past which they are moved to files, about 5 MiB. */
  private static final int MAX_PENDING_UNITS = 200_000;

  private final ReplicaStore store;
  private final RoleBoard roles;
  private final Executor housekeeper;
  private final Runnable leadResumed;
  private volatile boolean checkpointWanted;
  private long lastLed;

  /**
   * A machine without entries yet.
   *
   * @param leadResumed called by the applying thread when this member goes on leading after a
   *     hand-over that failed; must not wait
   */
  ReplicaMachine(ReplicaStore store, RoleBoard roles, Executor housekeeper, Runnable leadResumed) {
    this.store = store;
    this.roles = roles;
    this.housekeeper = housekeeper;
    this.leadResumed = leadResumed;
  }

  /** Has a checkpoint made after the next entries. */
  void wantCheckpoint() {
    checkpointWanted = true;
  }

  @Override
  public void onApply(Iterator entries) {
    while (entries.hasNext()) {
      var done = (PendingAppend) entries.done();
      try {
        var positions =
            store.apply(
                entries.getIndex(), entries.getTerm(), entries.getData(), housekeeper::execute);
        if (done != null) {
          done.applied(positions);
        }
      } catch (IOException | RuntimeException e) {
        halt(entries, e);
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        halt(entries, e);
        return;
      }
      entries.next();
    }
    afterBatch();
  }

  private void halt(Iterator entries, Exception cause) {
    LOG.error("The entry {} cannot be applied.", entries.getIndex(), cause);
    entries.setErrorAndRollback(
        1,
        new Status(RaftError.ESTATEMACHINE, "An entry cannot be applied: %s", cause.getMessage()));
  }

  private void afterBatch() {
    if (checkpointWanted || store.applied().pendingUnits() > MAX_PENDING_UNITS) {
      checkpointWanted = false;
      var image = store.applied().image();
      housekeeper.execute(() -> store.checkpoint(image));
    }
  }

  @Override
  public void onSnapshotSave(SnapshotWriter writer, Closure done) {
    var meta = writer.getCurrentMeta();
    var image = store.applied().image().at(meta.getLastIncludedIndex(), meta.getLastIncludedTerm());
    housekeeper.execute(
        () ->
            done.run(
                store.checkpoint(image)
                    ? Status.OK()
                    : new Status(RaftError.EBUSY, "The checkpoint failed.")));
  }

  @Override
  public boolean onSnapshotLoad(SnapshotReader reader) {
    var meta = reader.load();
    try {
      var own = store.log().term(meta.getLastIncludedIndex());
      if (meta.getLastIncludedIndex() <= store.applied().appliedIndex()) {
        if (own == 0 || own == meta.getLastIncludedTerm()) {
          return true; // The start: the store has opened it itself.
        }
        LOG.error(
            "The group has forgotten what it had acknowledged: this member's entries up to {} are replaced by the leader's snapshot.",
            store.applied().appliedIndex());
      }
      store.install(
          Path.of(reader.getPath()), meta.getLastIncludedIndex(), meta.getLastIncludedTerm());
      return true;
    } catch (IOException e) {
      LOG.error("The snapshot {} cannot be installed.", meta.getLastIncludedIndex(), e);
      store.failed(e);
      return false;
    }
  }

  @Override
  public void onLeaderStart(long term) {
    roles.leads(term);
    if (term == lastLed) { // A term is won only once.
      leadResumed.run();
    }
    lastLed = term;
  }

  @Override
  public void onLeaderStop(Status status) {
    LOG.info("No leader any more: {}", status.getErrorMsg());
    roles.leadsNoMore();
  }

  @Override
  public void onStartFollowing(LeaderChangeContext context) {
    roles.follows(context.getLeaderId(), context.getTerm());
  }

  @Override
  public void onStopFollowing(LeaderChangeContext context) {
    roles.followsNobody(context.getTerm());
  }

  @Override
  public void onError(@Nullable RaftException error) {
    roles.failed(error == null ? "JRaft has failed." : describe(error));
  }

  private static String describe(RaftException error) {
    return "JRaft has halted this member: " + error.getStatus().getErrorMsg();
  }
}
