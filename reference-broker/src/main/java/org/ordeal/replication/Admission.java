package org.ordeal.replication;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.replication.Identity.Standing;
import org.ordeal.replication.IdentityMessage.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a member whose store is empty comes to take part: as a founder, or taken in by the leader;
 * never by itself.
 *
 * <p><b>Why.</b> Raft takes for granted that a member does not forget. One that has lost its disk
 * would grant a vote twice in a term, and help a member that lags to an election that it must lose;
 * acknowledged messages would be gone. It cannot see its loss in an empty directory, but others
 * can: each remembers the first incarnation it met of every member ({@link Identity}).
 *
 * <pre>
 *   empty store --ASK--> all others
 *      all know this incarnation of it  --------------------> MEMBER: a founder, takes part
 *      one knows another, or none and takes part itself
 *          --TAKE_IN--> the leader: removes it (committed by a majority of the others, which is what
 *                       makes its forgotten votes harmless), then ADMIT --> JOINING: starts JRaft,
 *                       with no members of its own; the leader adds it when it has caught up
 *                       --------------------> MEMBER
 * </pre>
 *
 * <p>To found, all others must have answered: so the first start of a group, and only that, needs
 * every member at the same time. That a founder of an earlier life cannot be taken for a new one:
 * it took part only after all others had written down its incarnation, so while one of them has its
 * store, that one answers with the old incarnation. A majority that has lost its disks gets no
 * leader and waits; what it had acknowledged may be on the others, and only an operator may decide
 * to give that up.
 *
 * <p>The idea that a vote belongs to a store and not to a name is that of Kafka's KIP-853
 * (directory ids); etcd refuses in the same way ("has already been bootstrapped"), though only
 * where it reaches another member.
 */
final class Admission implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  private static final int CALL_MILLIS = 1_000;
  private static final long ASK_PAUSE_MILLIS = 50;
  private static final long JOIN_PAUSE_MILLIS = 500;
  private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Starts JRaft. */
  interface Starting {
    /**
     * @param first the members of its first configuration: the founders, or nobody
     * @param founding whether the group has never run before
     */
    void start(List<Member> first, boolean founding) throws IOException;
  }

  private final ReplicaConfig config;
  private final Identity identity;
  private final PeerCalls calls;
  private final Consumer<String> failed;
  private final List<Member> others;
  private final Set<String> acquainted = new HashSet<>();

  /** Who said that this is no founder; null while nobody did. */
  private volatile @Nullable String refused;

  private @Nullable Starting starting;
  private volatile boolean closed;
  private long lastSaid = System.nanoTime() - SAY_AGAIN_NANOS / 2;

  /**
   * @param failed told when this member cannot take part, with a sentence
   */
  Admission(ReplicaConfig config, Identity identity, PeerCalls calls, Consumer<String> failed) {
    this.config = config;
    this.failed = failed;
    this.identity = identity;
    this.calls = calls;
    this.others =
        config.members().stream().filter(member -> !member.id().equals(config.self())).toList();
  }

  /**
   * Starts JRaft at once where this store may take part, and goes on asking where it may not yet.
   */
  synchronized void begin(Starting how) throws IOException {
    starting = how;
    switch (identity.standing()) {
      case MEMBER -> {
        how.start(config.members(), false);
        return;
      }
      case JOINING -> how.start(List.of(), false);
      case FRESH -> {}
    }
    Thread.ofPlatform().daemon().name("admission").start(this::run);
  }

  private void run() {
    try {
      while (!closed && identity.standing() != Standing.MEMBER) {
        var founder = identity.standing() == Standing.FRESH && mayFound();
        if (closed) {
          return;
        }
        if (founder) {
          found();
        } else if (identity.standing() == Standing.JOINING || refused != null) {
          askToBeTakenIn();
          pause(JOIN_PAUSE_MILLIS);
        } else {
          pause(ASK_PAUSE_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      failed.accept("It cannot take part: " + e.getMessage());
    }
  }

  /** Waits, but not for {@link #close}. An interrupt would close files under JRaft. */
  private synchronized void pause(long millis) throws InterruptedException {
    var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (var left = millis; left > 0 && !closed; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
    }
  }

  private boolean mayFound() throws InterruptedException, IOException {
    for (var other : others) {
      if (acquainted.contains(other.id()) || closed) {
        continue;
      }
      var answer = calls.call(RaftGroup.peer(other), message(Kind.ASK, ""), CALL_MILLIS);
      if (answer == null || answer.kind() != Kind.KNOWN) {
        continue;
      }
      identity.meet(other.id(), answer.incarnation());
      if (answer.about().equals(identity.incarnation())) {
        acquainted.add(other.id());
      } else if (refused == null) {
        refused = other.id();
        LOG.warn(
            "The store of this member ({}) is empty, but {} {}. It does not vote: it asks the leader to take it in anew.",
            config.self(),
            other.id(),
            answer.about().isEmpty()
                ? "takes part in a group that was founded without it"
                : "has known it with another store, which was lost or emptied");
      }
    }
    if (acquainted.size() < others.size() && refused == null) {
      say(
          "waits for %s: at the first start of a group all members must have met."
              .formatted(
                  others.stream().map(Member::id).filter(id -> !acquainted.contains(id)).toList()));
    }
    return acquainted.size() == others.size();
  }

  /** Whether another member has said that this one is no founder. */
  boolean wasRefused() {
    return refused != null;
  }

  private void say(String sentence) {
    if (System.nanoTime() - lastSaid > SAY_AGAIN_NANOS) {
      lastSaid = System.nanoTime();
      LOG.info("This member ({}), whose store is empty, {}", config.self(), sentence);
    }
  }

  private synchronized void found() throws IOException {
    if (closed || starting == null || identity.standing() != Standing.FRESH) {
      return;
    }
    identity.become(Standing.MEMBER);
    LOG.info("All members have met: {} is a founder of {}.", config.self(), config.group());
    starting.start(config.members(), true);
  }

  private void askToBeTakenIn() throws InterruptedException, IOException {
    var reasons = new StringBuilder();
    for (var other : others) {
      var request = message(Kind.TAKE_IN, identity.standing().name());
      var answer = calls.call(RaftGroup.peer(other), request, CALL_MILLIS);
      if (answer != null && answer.kind() == Kind.MEMBER) {
        identity.become(Standing.MEMBER);
        LOG.info("The group has taken {} in.", config.self());
        return;
      }
      reasons
          .append(reasons.isEmpty() ? "" : "; ")
          .append(other.id())
          .append(": ")
          .append(answer == null ? "does not answer" : answer.sentence());
    }
    say("waits to be taken in (" + reasons + ").");
  }

  private IdentityMessage message(Kind kind, String about) {
    return new IdentityMessage(
        kind, config.group(), config.self(), identity.incarnation(), about, "");
  }

  /** Answers who asks. */
  IdentityMessage answer(IdentityMessage asked) {
    try {
      return message(Kind.KNOWN, identity.meet(asked.member(), asked.incarnation()));
    } catch (IOException e) {
      return no("The store cannot be written: " + e.getMessage());
    }
  }

  /** The leader is about to add this member. */
  synchronized IdentityMessage admit(IdentityMessage told) {
    if (!told.about().equals(identity.incarnation())) {
      return no("This is not the store that is meant.");
    }
    if (closed || starting == null) {
      return no("It is starting or shutting down.");
    }
    try {
      if (identity.standing() == Standing.FRESH) {
        identity.become(Standing.JOINING);
        LOG.info("{} is being taken in by {}.", config.self(), told.member());
        starting.start(List.of(), false);
      }
      return message(Kind.MEMBER, "");
    } catch (IOException e) {
      failed.accept("It cannot take part: " + e.getMessage());
      return no("It did not start: " + e.getMessage());
    }
  }

  /** An answer that says why not. */
  IdentityMessage no(String sentence) {
    return new IdentityMessage(
        Kind.WAIT, config.group(), config.self(), identity.incarnation(), "", sentence);
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
