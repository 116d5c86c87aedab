package org.ordeal.faults;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who wants a node to stay as it is, so that of two faults which both took it down, healing the
 * first leaves it down. Thread-safe.
 */
public final class Holds {

  private final Map<String, Set<String>> holders = new HashMap<>();

  /**
   * Notes that an injection wants a node to stay so.
   *
   * @param node name of the node
   * @param condition what it shall stay, such as {@code down} or {@code paused}
   * @param injection id of the injection's order
   */
  public synchronized void hold(String node, String condition, String injection) {
    holders.computeIfAbsent(key(node, condition), any -> new HashSet<>()).add(injection);
  }

  /**
   * Takes the note back.
   *
   * @return whether nobody else wants the node to stay so
   */
  public synchronized boolean release(String node, String condition, String injection) {
    Set<String> others = holders.getOrDefault(key(node, condition), new HashSet<>());
    others.remove(injection);
    if (others.isEmpty()) {
      holders.remove(key(node, condition));
    }
    return others.isEmpty();
  }

  private static String key(String node, String condition) {
    return condition + " " + node;
  }
}
