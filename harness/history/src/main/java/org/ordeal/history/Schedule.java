package org.ordeal.history;

import java.util.List;
import java.util.Map;

/**
 * Which faults are to be injected and when: {@code schedule.json} is the plan, {@code
 * executed.json} what was really done, in the same format, so that it can be replayed.
 *
 * @param seed the seed that everything left open was drawn from
 * @param durationMillis how long the load runs
 * @param faults in order of start
 */
public record Schedule(long seed, long durationMillis, List<Entry> faults) {

  public Schedule {
    faults = List.copyOf(faults);
  }

  /**
   * One planned fault.
   *
   * @param atMillis start, in milliseconds since the start of the load
   * @param durationMillis how long it is in force; 0 for a fault that heals itself (restart)
   * @param fault name of the fault
   * @param target selector or shape, such as {@code leader}, {@code one}, {@code one-way}
   * @param nodes the nodes it hits, where that is decided beforehand; empty where it depends on the
   *     moment (the leader of then)
   * @param attributes the fault's own settings; plain data
   */
  public record Entry(
      long atMillis,
      long durationMillis,
      String fault,
      String target,
      List<String> nodes,
      Map<String, Object> attributes) {

    public Entry {
      nodes = List.copyOf(nodes);
      attributes = Map.copyOf(attributes);
    }
  }
}
