package org.ordeal.broker;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.EventLoops;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.ReadBarrier;
import org.ordeal.replication.Replica;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all handlers of one broker share.
 *
 * @param readers runs what reads files; refuses when too much waits
 * @param storeHost what messages carry as store host, resolved
 */
record Node(
    BrokerSettings settings,
    Replica replica,
    Topics topics,
    Groups groups,
    BrokerCounters counters,
    Executor readers,
    EventLoops loops,
    InetSocketAddress storeHost) {

  private static final Logger log = LoggerFactory.getLogger(Node.class);

  /** Computes an answer; null when the answer is given later by other means. */
  @FunctionalInterface
  interface Answering {
    @Nullable Command answer() throws BadRequestException;
  }

  /** RocketMQ's message id of what begins at an offset of the commit log here. */
  String messageId(long commitLogOffset) {
    return StoredMessage.messageId(storeHost, commitLogOffset);
  }

  boolean leads() {
    return replica.role().leads();
  }

  /** The id under which this member is registered: 0 as leader, its number + 1 otherwise. */
  long brokerId() {
    return leads() ? 0 : settings.number() + 1L;
  }

  /** Answers from a reading thread, since the answer needs files. */
  void read(Exchange exchange, Answering answering) {
    try {
      readers.execute(() -> answer(exchange, answering));
    } catch (RejectedExecutionException e) {
      exchange.reply(
          ResponseCode.SYSTEM_BUSY, Outcomes.NOT_STORED + "Too many reads wait: try again.");
    }
  }

  /** Answers, or tells why not. */
  static void answer(Exchange exchange, Answering answering) {
    try {
      var answer = answering.answer();
      if (answer != null) {
        exchange.reply(answer);
      }
    } catch (BadRequestException e) {
      exchange.reply(e.code(), e.sentence());
    } catch (RuntimeException e) {
      log.error("Request {} of {} failed here.", exchange.request().code(), exchange.peer(), e);
      exchange.reply(
          ResponseCode.SYSTEM_ERROR, Outcomes.UNKNOWN + "The broker failed while serving: " + e);
    }
  }

  /** Answers as the leader, after leadership has been confirmed; refuses otherwise. */
  void readAsLeader(Exchange exchange, Answering answering) {
    if (!leads()) {
      exchange.reply(Outcomes.notLeader(replica.role()));
      return;
    }
    confirm(exchange, () -> read(exchange, answering));
  }

  /**
   * Answers as the leader where this member leads, confirmed; as a follower, from what it has,
   * where it follows.
   */
  void readAsWhatever(Exchange exchange, Answering answering) {
    if (leads()) {
      confirm(exchange, () -> read(exchange, answering));
    } else {
      read(exchange, answering);
    }
  }

  /**
   * Answers whatever the role, with all that was committed before the request: a client that takes
   * this member for the leader still must not be told less than it knows. Refuses where no leader
   * can be asked.
   */
  void readCaughtUp(Exchange exchange, Answering answering) {
    confirm(exchange, guarded(replica.caughtUp()), () -> read(exchange, answering));
  }

  /** Runs the action once leadership is confirmed; answers with an error otherwise. */
  void confirm(Exchange exchange, Runnable action) {
    confirm(exchange, barrier(), action);
  }

  private void confirm(Exchange exchange, CompletableFuture<ReadBarrier> asked, Runnable action) {
    var _ =
        asked.thenAccept(
            barrier -> {
              switch (barrier) {
                case ReadBarrier.Confirmed _ -> action.run();
                case ReadBarrier.NotLeader _ -> exchange.reply(Outcomes.notLeader(replica.role()));
                case ReadBarrier.Failed(var reason) ->
                    exchange.reply(
                        ResponseCode.SYSTEM_ERROR,
                        "Leadership could not be confirmed, so nothing is told: " + reason);
              }
            });
  }

  CompletableFuture<ReadBarrier> barrier() {
    return guarded(replica.readBarrier());
  }

  private static CompletableFuture<ReadBarrier> guarded(CompletableFuture<ReadBarrier> asked) {
    return asked.exceptionally(failure -> new ReadBarrier.Failed(String.valueOf(failure)));
  }
}
