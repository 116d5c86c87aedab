package org.ordeal.replication;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ordeal.replication.AppendOutcome.Cause;
import org.ordeal.replication.Identity.Standing;
import org.ordeal.replication.IdentityMessage.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is in the group, and changes of that: by an operator's request, and for a member that has
 * lost its store ({@link Admission}). One change at a time; a change waits on a thread of its own.
 * Thread-safe.
 */
final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final int HANDOVER_SECONDS = 5;
  private static final int CALL_MILLIS = 5_000;
  private static final int BARRIER_SECONDS = 5;
  private static final int CHANGE_SECONDS = 60;

  private final ReplicaConfig config;
  private final RoleBoard roles;
  private final Supplier<CompletableFuture<ReadBarrier>> barrier;
  private final Supplier<@Nullable Node> node;
  private final @Nullable Identity identity;
  private final @Nullable PeerCalls calls;
  private final Runnable nudge;
  private final ReentrantLock changing = new ReentrantLock();

  /**
   * @param node null while this member does not take part
   * @param identity null in a group of one, as {@code calls}
   * @param nudge has an entry appended that changes nothing
   */
  Membership(
      ReplicaConfig config,
      RoleBoard roles,
      Supplier<CompletableFuture<ReadBarrier>> barrier,
      Supplier<@Nullable Node> node,
      @Nullable Identity identity,
      @Nullable PeerCalls calls,
      Runnable nudge) {
    this.config = config;
    this.roles = roles;
    this.barrier = barrier;
    this.node = node;
    this.identity = identity;
    this.calls = calls;
    this.nudge = nudge;
  }

  List<Member> members() {
    var running = node.get();
    if (running == null) {
      return List.of();
    }
    var peers =
        roles.view().leads()
            ? running.listPeers()
            : ((NodeImpl) running).getCurrentConf().listPeers();
    return peers.stream()
        .map(peer -> new Member(RaftGroup.idOf(config, peer), peer.getIp(), peer.getPort()))
        .toList();
  }

  /** Ids of the members that have answered this leader lately; empty elsewhere. */
  List<String> liveFollowers() {
    var running = node.get();
    return running != null && roles.view().leads() && config.members().size() > 1
        ? running.listAlivePeers().stream()
            .map(peer -> RaftGroup.idOf(config, peer))
            .filter(id -> !id.equals(config.self()))
            .toList()
        : List.of();
  }

  private @Nullable PeerId peerOf(String member) {
    return members().stream()
        .filter(known -> known.id().equals(member))
        .map(RaftGroup::peer)
        .findFirst()
        .orElse(null);
  }

  // --- by an operator's request

  CompletableFuture<CommandOutcome> transferLeadership(@Nullable String member) {
    var running = node.get();
    if (running == null || !roles.view().leads()) {
      return CompletableFuture.completedFuture(notLeader());
    }
    var peer = member == null ? PeerId.ANY_PEER : peerOf(member);
    if (peer == null) {
      return CompletableFuture.completedFuture(unknown(member));
    }
    var status = running.transferLeadershipTo(peer);
    if (!status.isOk()) {
      return CompletableFuture.completedFuture(refused(status));
    }
    var done = new CompletableFuture<CommandOutcome>();
    roles.listen(
        view -> {
          if (!view.leads()) {
            done.complete(new CommandOutcome.Done());
          }
        });
    return done.completeOnTimeout(
        new CommandOutcome.Unknown(
            "Leadership did not move within %d s.".formatted(HANDOVER_SECONDS)),
        HANDOVER_SECONDS,
        TimeUnit.SECONDS);
  }

  CompletableFuture<CommandOutcome> add(Member member) {
    return change(
        running -> {
          var peer = RaftGroup.peer(member);
          if (running.listPeers().contains(peer)) {
            return new CommandOutcome.Done();
          }
          var incarnation = incarnationOf(peer);
          var refusal =
              incarnation == null
                  ? "Member %s does not answer: start it first.".formatted(member)
                  : admit(peer, incarnation);
          return refusal == null
              ? changed(running::addPeer, peer, nudge)
              : new CommandOutcome.Refused(Cause.UNAVAILABLE, refusal);
        });
  }

  CompletableFuture<CommandOutcome> remove(String member) {
    return change(
        running -> {
          var peer = peerOf(member);
          return peer == null ? unknown(member) : changed(running::removePeer, peer, () -> {});
        });
  }

  private interface Change {
    CommandOutcome make(Node running) throws InterruptedException;
  }

  private CompletableFuture<CommandOutcome> change(Change change) {
    var outcome = new CompletableFuture<CommandOutcome>();
    Thread.startVirtualThread(
        () -> {
          changing.lock();
          try {
            var running = node.get();
            outcome.complete(
                running == null || !roles.view().leads() ? notLeader() : change.make(running));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.error("A change of membership has failed.", e);
            outcome.complete(new CommandOutcome.Unknown("The change has failed here: " + e));
          } finally {
            changing.unlock();
          }
        });
    return outcome;
  }

  private CommandOutcome notLeader() {
    var leader = roles.view().leader();
    return new CommandOutcome.Refused(
        Cause.NOT_LEADER,
        leader == null ? "No member is known to lead." : "Member %s leads.".formatted(leader));
  }

  private static CommandOutcome unknown(@Nullable String member) {
    return new CommandOutcome.Refused(Cause.ILLEGAL, "The group has no member " + member + ".");
  }

  private static CommandOutcome refused(Status status) {
    var cause = status.getRaftError() == RaftError.EPERM ? Cause.NOT_LEADER : Cause.BUSY;
    return new CommandOutcome.Refused(cause, status.getErrorMsg());
  }

  /**
   * Changes who is a member, and waits until that has ended.
   *
   * <p>Something has to be appended each second while a member is added: JRaft notices that a new
   * member has caught up by its answer to an entry. One that answers before JRaft has begun to wait
   * for that ({@code Replicator.waitForCaughtUp}) is noticed at the next entry, which in an idle
   * group would never come.
   *
   * @param eachSecond run while it has not ended
   */
  static CommandOutcome changed(
      BiConsumer<PeerId, Closure> change, PeerId peer, Runnable eachSecond)
      throws InterruptedException {
    var ended = new CompletableFuture<CommandOutcome>();
    change.accept(peer, status -> ended.complete(outcome(status)));
    for (var second = 0; second < CHANGE_SECONDS; second++) {
      try {
        return ended.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        eachSecond.run();
      } catch (ExecutionException e) {
        throw new IllegalStateException("Nothing completes it exceptionally.", e);
      }
    }
    return new CommandOutcome.Unknown(
        "The change had not ended after %d s.".formatted(CHANGE_SECONDS));
  }

  private static CommandOutcome outcome(Status status) {
    var error = status.getRaftError();
    if (status.isOk()) {
      return new CommandOutcome.Done();
    }
    return error == RaftError.EPERM || error == RaftError.EBUSY || error == RaftError.EINVAL
        ? refused(status)
        : new CommandOutcome.Unknown(status.getErrorMsg());
  }

  // --- members without a store

  /** Null where it does not answer. */
  private @Nullable String incarnationOf(PeerId peer) throws InterruptedException {
    var answer = call(peer, Kind.ASK, "");
    return answer == null || answer.kind() != Kind.KNOWN ? null : answer.incarnation();
  }

  /** Tells a member that it is about to be added; answers why that is refused, or null. */
  private @Nullable String admit(PeerId peer, String incarnation) throws InterruptedException {
    var answer = call(peer, Kind.ADMIT, incarnation);
    if (answer == null) {
      return "It does not answer.";
    }
    return answer.kind() == Kind.MEMBER ? null : answer.sentence();
  }

  private @Nullable IdentityMessage call(PeerId peer, Kind kind, String about)
      throws InterruptedException {
    return calls == null ? null : calls.call(peer, message(kind, about, ""), CALL_MILLIS);
  }

  private IdentityMessage message(Kind kind, String about, String sentence) {
    return new IdentityMessage(
        kind,
        config.group(),
        config.self(),
        identity == null ? "" : identity.incarnation(),
        about,
        sentence);
  }

  private IdentityMessage wait(String sentence) {
    return message(Kind.WAIT, "", sentence);
  }

  /**
   * Answers a member that has no store and asks to be taken in; waits until that is done, or has
   * failed and may be asked for again.
   */
  IdentityMessage takeIn(IdentityMessage request) {
    if (!roles.view().leads()) {
      return wait("does not lead");
    }
    var member =
        config.members().stream()
            .filter(known -> known.id().equals(request.member()))
            .findFirst()
            .orElse(null);
    if (member == null) {
      return wait("leads, and its own settings do not name the member: request 9002 adds it");
    }
    if (!changing.tryLock()) {
      return wait("leads, and is changing the members");
    }
    try {
      return takeIn(RaftGroup.peer(member), request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return wait("is shutting down");
    } catch (RuntimeException e) {
      LOG.error("{} could not be taken in.", request.member(), e);
      return wait("leads, and failed: " + e);
    } finally {
      changing.unlock();
    }
  }

  private IdentityMessage takeIn(PeerId peer, IdentityMessage request) throws InterruptedException {
    var running = node.get();
    // Only who leads now knows for sure whether the member still counts.
    if (running == null || !confirmed()) {
      return wait("does not lead for sure");
    }
    var counts = running.listPeers().contains(peer);
    if (counts && request.about().equals(Standing.JOINING.name())) {
      return message(Kind.MEMBER, "", "");
    }
    if (counts) {
      LOG.warn("{} has lost its store: it is removed from the group.", request.member());
      var removed = changed(running::removePeer, peer, () -> {});
      if (!(removed instanceof CommandOutcome.Done)) {
        return wait("leads, and could not remove it first: " + removed);
      }
    }
    var refusal = admit(peer, request.incarnation());
    if (refusal != null) {
      return wait("leads, and was refused: " + refusal);
    }
    var added = changed(running::addPeer, peer, nudge);
    LOG.info("{} is taken in anew: {}", request.member(), added);
    return added instanceof CommandOutcome.Done
        ? message(Kind.MEMBER, "", "")
        : wait("leads, and could not add it: " + added);
  }

  private boolean confirmed() throws InterruptedException {
    try {
      return barrier.get().get(BARRIER_SECONDS, TimeUnit.SECONDS) instanceof ReadBarrier.Confirmed;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }
}
