package org.ordeal.replication;

/**
 * A consumer group's settings.
 *
 * @param json RocketMQ's {@code SubscriptionGroupConfig} as JSON: kept and replicated, not looked
 *     into
 */
public record SubscriptionGroup(String groupName, String json) {}
