package org.ordeal.history;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that should not have happened, with the fewest operations that show it.
 *
 * @param name the anomaly's name, such as {@code lost} or {@code nonmonotonic-offset}
 * @param key the object it happened to, such as a topic-queue
 * @param summary one sentence: what was seen and why it is wrong
 * @param operations the witness, in history order
 * @param details further facts by name (offsets, node names, counts); plain data
 */
public record Anomaly(
    String name,
    @Nullable String key,
    String summary,
    List<Operation> operations,
    Map<String, Object> details) {

  public Anomaly {
    operations = List.copyOf(operations);
    details = Map.copyOf(details);
  }
}
