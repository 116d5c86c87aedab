package org.ordeal.broker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.Replica;
import org.ordeal.replication.SubscriptionGroup;

/** The subscription groups: created by an operator, or by the first consumer. Thread-safe. */
final class Groups {
  /** What the broker itself looks at in a group's settings. */
  record Settings(
      boolean consumeEnable, boolean broadcastEnable, int retryQueues, int retryMaxTimes) {
    static final Settings DEFAULT = new Settings(true, true, 1, 16);
  }

  private record Read(String json, Settings settings) {}

  private final Replica replica;
  private final boolean autoCreate;
  private final Map<String, Read> read = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<CommandOutcome>> creating = new ConcurrentHashMap<>();

  Groups(Replica replica, boolean autoCreate) {
    this.replica = replica;
    this.autoCreate = autoCreate;
  }

  /** Settings of a group; null where it does not exist and may not come by itself. */
  @Nullable Settings find(String group) {
    var stored = replica.subscriptionGroups().get(group);
    if (stored == null) {
      return autoCreate || isSystem(group) ? Settings.DEFAULT : null;
    }
    var known = read.get(group);
    if (known == null || !known.json().equals(stored.json())) {
      known = new Read(stored.json(), parse(stored.json()));
      read.put(group, known);
    }
    return known.settings();
  }

  private static boolean isSystem(String group) {
    return group.startsWith("CID_RMQ_SYS_")
        || group.equals("TOOLS_CONSUMER")
        || group.equals("SELF_TEST_C_GROUP");
  }

  private static Settings parse(String json) {
    try {
      var tree = Bodies.read(json.getBytes(StandardCharsets.UTF_8));
      return new Settings(
          tree.path("consumeEnable").asBoolean(true),
          tree.path("consumeBroadcastEnable").asBoolean(true),
          tree.path("retryQueueNums").asInt(1),
          tree.path("retryMaxTimes").asInt(16));
    } catch (BadRequestException e) {
      return Settings.DEFAULT;
    }
  }

  /** Makes a group known that a consumer has brought, where that is allowed. */
  void ensure(String group) {
    if (!autoCreate || replica.subscriptionGroups().containsKey(group) || !replica.role().leads()) {
      return;
    }
    creating.computeIfAbsent(
        group,
        name -> {
          var future = replica.putSubscriptionGroup(new SubscriptionGroup(name, text(name)));
          var _ = future.whenCompleteAsync((_, _) -> creating.remove(name));
          return future;
        });
  }

  private static String text(String group) {
    return Bodies.text(json(group));
  }

  /** SubscriptionGroupConfig with RocketMQ's defaults. */
  static ObjectNode json(String group) {
    var node = Bodies.object();
    node.putObject("attributes");
    return node.put("brokerId", 0)
        .put("consumeBroadcastEnable", true)
        .put("consumeEnable", true)
        .put("consumeFromMinEnable", true)
        .put("consumeMessageOrderly", false)
        .put("consumeTimeoutMinute", 15)
        .put("groupName", group)
        .put("groupSysFlag", 0)
        .put("notifyConsumerIdsChangedEnable", true)
        .put("retryMaxTimes", 16)
        .put("retryQueueNums", 1)
        .put("whichBrokerWhenConsumeSlowly", 1);
  }
}
