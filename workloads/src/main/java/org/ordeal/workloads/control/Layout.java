package org.ordeal.workloads.control;

import java.util.ArrayList;
import java.util.List;

/**
 * The topics of a run, and where they live.
 *
 * @param topics names of the topics
 * @param groups broker names, one for each group of replicas
 * @param queuesPerGroup queues that each topic has in each group
 */
public record Layout(List<String> topics, List<String> groups, int queuesPerGroup) {

  public Layout {
    topics = List.copyOf(topics);
    groups = List.copyOf(groups);
    if (topics.isEmpty() || groups.isEmpty() || queuesPerGroup < 1) {
      throw new IllegalArgumentException(
          "A layout needs at least one topic, one group and one queue, not %s, %s and %d."
              .formatted(topics, groups, queuesPerGroup));
    }
  }

  /** Topics named by the prefix and a number from 0. */
  public static Layout of(String prefix, int topics, List<String> groups, int queuesPerGroup) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < topics; i++) {
      names.add(prefix + i);
    }
    return new Layout(names, groups, queuesPerGroup);
  }

  /** Every queue of every topic in every group, in a fixed order. */
  public List<Queue> queues() {
    List<Queue> queues = new ArrayList<>();
    for (String topic : topics) {
      for (String group : groups) {
        for (int i = 0; i < queuesPerGroup; i++) {
          queues.add(new Queue(topic, group, i));
        }
      }
    }
    return queues;
  }

  /**
   * One queue.
   *
   * @param topic its topic
   * @param group broker name of the group that holds it
   * @param id its number in that group, from 0
   */
  public record Queue(String topic, String group, int id) {

    /** The key that operations on this queue carry in a history, such as {@code t0-broker0-3}. */
    public String key() {
      return topic + "-" + group + "-" + id;
    }
  }
}
