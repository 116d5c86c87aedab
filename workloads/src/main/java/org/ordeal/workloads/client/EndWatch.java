package org.ordeal.workloads.client;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches what the nodes of a group tell of the ends of their queues, until every end is an end:
 * the same on all nodes, and for {@value #STABLE_MILLIS} ms. What stays in doubt is told for each
 * queue of each node, since a node that lags in one queue still has the last word on the others.
 *
 * <p>Not thread-safe while it looks.
 */
final class EndWatch {

  static final int STABLE_MILLIS = 1_000;

  /** Min and max offset of a queue, as one node names them. */
  record Ends(long min, long max) {}

  private record Held(Ends ends, long sinceNanos) {}

  private final Map<String, Map<String, Held>> held = new HashMap<>();
  private final Map<String, String> silent = new HashMap<>();
  private long lookedNanos;

  /**
   * Takes in one look at all nodes.
   *
   * @param nanos when
   * @param told by node, by queue; without the nodes that told nothing
   * @param reasons by node that told nothing: why
   */
  void look(long nanos, Map<String, Map<String, Ends>> told, Map<String, String> reasons) {
    lookedNanos = nanos;
    silent.clear();
    silent.putAll(reasons);
    held.keySet().retainAll(told.keySet());
    told.forEach(
        (node, ends) -> {
          Map<String, Held> before = held.computeIfAbsent(node, any -> new HashMap<>());
          before.keySet().retainAll(ends.keySet());
          ends.forEach(
              (queue, end) ->
                  before.merge(
                      queue,
                      new Held(end, nanos),
                      (old, now) -> old.ends.equals(now.ends) ? old : now));
        });
  }

  /** Whether every queue of every node that was looked at has come to its end. */
  boolean settled() {
    return silent.isEmpty()
        && held.entrySet().stream()
            .allMatch(
                node ->
                    node.getValue().keySet().stream()
                        .allMatch(queue -> doubt(node.getKey(), queue) == null));
  }

  /** Why the end that a node tells of a queue can not be trusted; null where it can be. */
  @Nullable String doubt(String node, String queue) {
    Held own = held.getOrDefault(node, Map.of()).get(queue);
    if (own == null) {
      return silent.getOrDefault(node, "%s did not tell the end of %s.".formatted(node, queue));
    }
    long furthest =
        held.values().stream()
            .map(queues -> queues.get(queue))
            .mapToLong(other -> other == null ? 0 : other.ends.max)
            .max()
            .orElse(0);
    if (own.ends.max < furthest) {
      return "%s ends queue %s at offset %d, another node of its group at %d."
          .formatted(node, queue, own.ends.max, furthest);
    }
    if (lookedNanos - own.sinceNanos < STABLE_MILLIS * 1_000_000L) {
      return "The end of queue %s on %s did not hold still.".formatted(queue, node);
    }
    return null;
  }
}
