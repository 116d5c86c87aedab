package org.ordeal.runner;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ordeal.history.OperationType;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.RoleView;

/**
 * Asks every broker for its role, again and again, and writes down each change: who led when. Ends
 * with {@link #close}.
 */
final class RoleWatch implements AutoCloseable {

  private static final long INTERVAL_MILLIS = 500;

  private final Cluster cluster;
  private final NemesisJournal journal;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Map<String, String> last = new HashMap<>();
  private final Map<String, String> leaders = new HashMap<>();
  private final Thread thread;
  private final AtomicInteger leaderChanges = new AtomicInteger();

  RoleWatch(Cluster cluster, NemesisJournal journal) {
    this.cluster = cluster;
    this.journal = journal;
    this.thread = Thread.ofVirtual().name("roles").start(this::watch);
  }

  /** How often a group was seen to be led by another node than before. */
  int leaderChanges() {
    return leaderChanges.get();
  }

  private void watch() {
    try {
      do {
        List<RoleView> views;
        try {
          views = cluster.roles();
        } catch (RuntimeException failed) {
          journal.write(
              OperationType.FAIL, "role", null, null, String.valueOf(failed.getMessage()));
          return;
        }
        views.forEach(this::note);
      } while (!stop.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void note(RoleView view) {
    String role = view.role().label();
    String seen = role + " " + view.term();
    if (seen.equals(last.put(view.node(), seen))) {
      return;
    }
    Map<String, Object> value = new TreeMap<>();
    value.put("node", view.node());
    value.put("group", view.group());
    value.put("role", role);
    view.term().ifPresent(term -> value.put("term", term));
    journal.write(OperationType.INFO, "role", value, view.node(), null);
    if (view.role() == RoleView.Role.LEADER) {
      String before = leaders.put(view.group(), view.node());
      if (before != null && !before.equals(view.node())) {
        leaderChanges.incrementAndGet();
      }
    }
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
