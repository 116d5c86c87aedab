package org.ordeal.replication;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.ordeal.replication.CommittedGuard.Contradiction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes back to the last entry in common with a leader that lacks what was committed, so that this
 * member can follow it; what is given up is kept aside ({@link GivenUp}).
 */
final class Retreat {
  private static final Logger LOG = LoggerFactory.getLogger(Retreat.class);

  private final String self;
  private final ReplicaStore store;
  private final RoleBoard roles;
  private final Executor housekeeper;

  Retreat(String self, ReplicaStore store, RoleBoard roles, Executor housekeeper) {
    this.self = self;
    this.store = store;
    this.roles = roles;
    this.housekeeper = housekeeper;
  }

  /** Returns at once. */
  void begin(RaftGroup group, Contradiction first) {
    LOG.error(
        "The group has forgotten what it had acknowledged: its leader has another entry {} than this member ({}), who knows it to be committed.",
        first.index(),
        self);
    Thread.startVirtualThread(
        () -> {
          try {
            group.restart(() -> giveUpFrom(group.term(), first));
          } catch (IOException | RuntimeException e) {
            roles.failed("It cannot follow a group that has forgotten entries: " + e.getMessage());
          }
        });
  }

  /** On the housekeeper's thread, so that no checkpoint of what is given up comes after. */
  private void giveUpFrom(long term, Contradiction first) throws IOException {
    requireSound();
    // JRaft does not run any more: what is true now stays true.
    if (term != first.leaderTerm() || store.log().term(first.index()) == first.entryTerm()) {
      LOG.warn("The leader of term {} leads no more: nothing is given up.", first.leaderTerm());
      return;
    }
    var given = new CompletableFuture<Path>();
    housekeeper.execute(
        () -> {
          try {
            given.complete(store.giveUpFrom(first.index(), first.leaderTerm()));
          } catch (IOException | RuntimeException | Error e) {
            given.completeExceptionally(e);
          }
        });
    try {
      LOG.error(
          "This member ({}) follows its leader and has given up its own entries from {} on; they are kept in {}.",
          self,
          first.index(),
          given.get());
    } catch (ExecutionException e) {
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    requireSound();
  }

  /** A member that has failed is not started again: it may have forgotten its vote. */
  private void requireSound() throws IOException {
    var failure = roles.view().failure();
    if (failure != null) {
      throw new IOException(failure);
    }
  }
}
