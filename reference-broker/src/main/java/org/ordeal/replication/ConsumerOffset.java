package org.ordeal.replication;

/** How far a group has consumed a queue: {@code offset} is the next one that it wants. */
public record ConsumerOffset(String group, String topic, int queueId, long offset) {}
