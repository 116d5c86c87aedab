package org.ordeal.replication;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.core.ReplicatorType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a leader replicate again to peers that JRaft has given up.
 *
 * <p>A leader that cannot reach a peer when it is elected notes it and tries again every half
 * election time-out ({@code ReplicatorGroupImpl.failureReplicators}). When it begins to hand
 * leadership over it drops these notes ({@code NodeImpl.onLeaderStop}), and where the successor
 * does not take over in time it goes on leading without them: from then on nobody sends anything to
 * such a peer, which knows no leader and lags behind until another leader is elected (JRaft 1.4.1).
 *
 * <p>JRaft has no call for it, so this reaches for two of its fields; a version without them fails
 * when this class is loaded.
 */
final class ForgottenPeers {
  private static final Logger LOG = LoggerFactory.getLogger(ForgottenPeers.class);
  private static final VarHandle REPLICATORS = field("replicatorGroup", ReplicatorGroup.class);
  private static final VarHandle WRITE_LOCK = field("writeLock", Lock.class);

  private ForgottenPeers() {}

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.privateLookupIn(NodeImpl.class, MethodHandles.lookup())
          .findVarHandle(NodeImpl.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Begins to replicate to each peer that is left out, if this node leads. Waits for JRaft's lock
   * of the node, and for connections to peers; JRaft itself goes on trying those that it cannot
   * reach.
   */
  static void takeUp(NodeImpl node) {
    var replicators = (ReplicatorGroup) REPLICATORS.get(node);
    var lock = (Lock) WRITE_LOCK.get(node);
    lock.lock();
    try {
      if (!node.isLeader()) {
        return;
      }
      for (var peer : node.listPeers()) {
        if (!peer.equals(node.getNodeId().getPeerId()) && !replicators.contains(peer)) {
          var reached = replicators.addReplicator(peer, ReplicatorType.Follower, false);
          LOG.info(
              "Replicates to {} again after a hand-over that failed{}.",
              peer,
              reached ? "" : ", as soon as it can be reached");
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
