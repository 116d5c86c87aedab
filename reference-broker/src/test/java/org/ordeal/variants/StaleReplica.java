package org.ordeal.variants;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.ordeal.replication.ReadBarrier;
import org.ordeal.replication.Replica;
import org.ordeal.replication.RoleView;
import org.ordeal.replication.RoleView.Role;

/**
 * Believes that it leads until it hears of another leader, and never asks anybody before it answers
 * a read: cut off or stopped, it goes on serving what it had while others have moved on.
 */
final class StaleReplica extends ForwardingReplica {
  private volatile RoleView believed;

  StaleReplica(Replica real) {
    super(real);
    believed = real.role();
    real.onRoleChange(view -> believed = believe(view));
  }

  private RoleView believe(RoleView told) {
    var was = believed;
    var deposedByNobody =
        was.role() == Role.LEADER
            && told.failure() == null
            && told.role() != Role.LEADER
            && told.leader() == null;
    return deposedByNobody ? was : told;
  }

  @Override
  public RoleView role() {
    return believed;
  }

  @Override
  public void onRoleChange(Consumer<RoleView> listener) {
    real.onRoleChange(_ -> listener.accept(believed));
  }

  @Override
  public CompletableFuture<ReadBarrier> caughtUp() {
    return believed.leads() ? readBarrier() : real.caughtUp();
  }

  @Override
  public CompletableFuture<ReadBarrier> readBarrier() {
    var view = believed;
    return CompletableFuture.completedFuture(
        view.leads()
            ? new ReadBarrier.Confirmed(real.status().appliedIndex())
            : new ReadBarrier.NotLeader(view.leader()));
  }
}
