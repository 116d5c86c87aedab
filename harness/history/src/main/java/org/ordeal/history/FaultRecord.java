package org.ordeal.history;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One fault that was injected, and the evidence that it took.
 *
 * @param fault name, such as {@code partition}
 * @param target what was asked for, such as {@code leader} or {@code one-way}
 * @param nodes the nodes that it hit
 * @param attributes the fault's own settings (latency in ms, rate in KB/s); plain data
 * @param startNanos when injection began, in nanoseconds since the start of the run
 * @param endNanos when healing was complete, or null where it never was
 * @param took whether the evidence shows that the fault was in force
 * @param evidence what was seen, one sentence each, with its time
 */
public record FaultRecord(
    String fault,
    String target,
    List<String> nodes,
    Map<String, Object> attributes,
    long startNanos,
    @Nullable Long endNanos,
    boolean took,
    List<Evidence> evidence) {

  public FaultRecord {
    nodes = List.copyOf(nodes);
    attributes = Map.copyOf(attributes);
    evidence = List.copyOf(evidence);
  }

  /**
   * One observation that a fault was, or was no longer, in force.
   *
   * @param timeNanos nanoseconds since the start of the run
   * @param node node or link (written {@code n0->n1}) that was observed
   * @param observation one sentence
   */
  public record Evidence(long timeNanos, String node, String observation) {}
}
