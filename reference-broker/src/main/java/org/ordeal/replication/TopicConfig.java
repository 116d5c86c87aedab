package org.ordeal.replication;

import java.util.Map;

/**
 * A topic, with RocketMQ's fields.
 *
 * @param readQueueNums queues that consumers see
 * @param writeQueueNums queues that producers see
 * @param perm RocketMQ's bits: 4 read, 2 write, 1 inherit
 * @param topicFilterType {@code SINGLE_TAG} or {@code MULTI_TAG}
 * @param attributes RocketMQ 5's attributes
 */
public record TopicConfig(
    String topicName,
    int readQueueNums,
    int writeQueueNums,
    int perm,
    String topicFilterType,
    int topicSysFlag,
    boolean order,
    Map<String, String> attributes) {
  public TopicConfig {
    attributes = Map.copyOf(attributes);
  }
}
