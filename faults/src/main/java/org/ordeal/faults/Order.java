package org.ordeal.faults;

import java.util.List;
import java.util.Map;

/**
 * What one injection shall do.
 *
 * @param id unique within a run, letters, digits and hyphens; names toxics and files
 * @param target one of the fault's targets
 * @param nodes the nodes it shall hit, in the order that {@link Fault#choose} or an earlier {@link
 *     Injection#nodes} gave them; empty where the moment decides
 * @param attributes values for some of the fault's attributes; the rest have their defaults
 * @param seed decides what is open still
 */
public record Order(
    String id, String target, List<String> nodes, Map<String, Object> attributes, long seed) {

  public Order {
    nodes = List.copyOf(nodes);
    attributes = Map.copyOf(attributes);
  }
}
