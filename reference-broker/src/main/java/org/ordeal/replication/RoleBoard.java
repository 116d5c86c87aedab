package org.ordeal.replication;

import com.alipay.sofa.jraft.entity.PeerId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ordeal.replication.RoleView.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who leads, as JRaft has told this member last; tells the listeners in order, under one lock.
 * Thread-safe.
 */
final class RoleBoard {
  private static final Logger LOG = LoggerFactory.getLogger(RoleBoard.class);

  private final Function<PeerId, String> idOf;
  private final List<Consumer<RoleView>> listeners = new CopyOnWriteArrayList<>();
  private volatile RoleView view;

  RoleBoard(String self, Function<PeerId, String> idOf) {
    this.idOf = idOf;
    this.view = new RoleView(Role.FOLLOWER, 0, null, self, null);
  }

  RoleView view() {
    return view;
  }

  synchronized void listen(Consumer<RoleView> listener) {
    listeners.add(listener);
    listener.accept(view);
  }

  void unlisten(Consumer<RoleView> listener) {
    listeners.remove(listener);
  }

  void leads(long term) {
    become(Role.LEADER, term, view.self());
  }

  void leadsNoMore() {
    become(Role.FOLLOWER, view.term(), null);
  }

  void follows(@Nullable PeerId leader, long term) {
    become(Role.FOLLOWER, term, leader == null || leader.isEmpty() ? null : idOf.apply(leader));
  }

  void followsNobody(long term) {
    become(Role.CANDIDATE, Math.max(term, view.term()), null);
  }

  /** For good: a member that has failed comes back by a restart only. */
  synchronized void failed(String why) {
    if (view.failure() != null) {
      return;
    }
    LOG.error("This member ({}) takes no part any more: {}", view.self(), why);
    change(new RoleView(Role.FAILED, view.term(), null, view.self(), why));
  }

  /** The member was asked to stop. */
  synchronized void closed() {
    if (view.failure() == null) {
      change(new RoleView(Role.FAILED, view.term(), null, view.self(), "It was closed."));
    }
  }

  private synchronized void become(Role role, long term, @Nullable String leader) {
    if (view.failure() == null) {
      change(new RoleView(role, term, leader, view.self(), null));
    }
  }

  private void change(RoleView changed) {
    if (changed.equals(view)) {
      return;
    }
    view = changed;
    LOG.info(
        "role node={} role={} term={} leader={}",
        changed.self(),
        changed.role(),
        changed.term(),
        changed.leader());
    for (var listener : listeners) {
      try {
        listener.accept(changed);
      } catch (RuntimeException e) {
        LOG.error("A listener to roles has failed.", e);
      }
    }
  }
}
