package org.ordeal.replication;

import com.alipay.sofa.jraft.Node;
import java.util.concurrent.TimeUnit;

/**
 * The election that a new group begins with. One founder, always the same, stands for it soon:
 * there is no leader whose silence would have to be waited for, only the others' start. It asks for
 * pre-votes more often, no more, so that founders who elected another one are not disturbed (Raft
 * leaves the time-out to each server: Ongaro and Ousterhout 2014, section 5.2).
 */
final class FirstElection {
  private static final int TIMEOUT_MILLIS = 60;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);

  private FirstElection() {}

  /** Returns at once; the usual times are put back when there is a leader, or after a while. */
  static void hasten(Node node) {
    var usual = node.getOptions().getElectionTimeoutMs();
    var usualDelay = node.getRaftOptions().getMaxElectionDelayMs();
    setTimeout(node, TIMEOUT_MILLIS, TIMEOUT_MILLIS);
    Thread.ofVirtual()
        .name("first-election")
        .start(
            () -> {
              try {
                awaitLeader(node);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                setTimeout(node, usual, usualDelay);
              }
            });
  }

  private static void awaitLeader(Node node) throws InterruptedException {
    var until = System.nanoTime() + MOST_NANOS;
    while (node.getLeaderId() == null && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(TIMEOUT_MILLIS / 3);
    }
  }

  private static void setTimeout(Node node, int millis, int mostDelayMillis) {
    node.getRaftOptions().setMaxElectionDelayMs(mostDelayMillis);
    node.resetElectionTimeoutMs(millis);
  }
}
