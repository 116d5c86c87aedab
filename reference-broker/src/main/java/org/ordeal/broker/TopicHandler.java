package org.ordeal.broker;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.SubscriptionGroup;
import org.ordeal.replication.TopicConfig;

/** Creates, deletes and shows topics (17, 21, 215, 305, 351) and groups (200, 201, 207, 352). */
final class TopicHandler {
  private static final int MAX_QUEUES = 65_536;

  private final Node node;
  private final Runnable changed;

  /**
   * @param changed called when topics have changed
   */
  TopicHandler(Node node, Runnable changed) {
    this.node = node;
    this.changed = changed;
  }

  void put(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var name = fields.required("topic");
    var objection = node.topics().objection(name);
    if (objection != null) {
      throw new BadRequestException(
          ResponseCode.INVALID_PARAMETER, Outcomes.NOT_STORED + objection);
    }
    if (node.topics().isBuiltIn(name)) {
      throw new BadRequestException(
          ResponseCode.INVALID_PARAMETER,
          Outcomes.NOT_STORED + "The topic[" + name + "] is conflict with system topic.");
    }
    int read = fields.number("readQueueNums", node.settings().defaultQueues());
    int write = fields.number("writeQueueNums", node.settings().defaultQueues());
    int perm = fields.number("perm", Topics.PERM_READ | Topics.PERM_WRITE);
    if (read < 1 || write < 1 || read > MAX_QUEUES || write > MAX_QUEUES || perm < 0 || perm > 7) {
      throw new BadRequestException(
          ResponseCode.INVALID_PARAMETER,
          Outcomes.NOT_STORED
              + "A topic has 1 to "
              + MAX_QUEUES
              + " queues and a permission from 0 to 7.");
    }
    var topic =
        new TopicConfig(
            name,
            read,
            write,
            perm,
            fields.text("topicFilterType", "SINGLE_TAG"),
            fields.number("topicSysFlag", 0),
            fields.flag("order"),
            attributes(name, fields.text("attributes", "")));
    if (!node.leads()) {
      exchange.reply(Outcomes.notLeader(node.replica().role()));
      return;
    }
    var _ =
        node.replica()
            .putTopic(topic)
            .thenAccept(
                outcome -> {
                  changed.run();
                  exchange.reply(Outcomes.answer(outcome));
                });
  }

  /** {@code +key=value,-key} on top of what the topic has. */
  private Map<String, String> attributes(String name, String text) throws BadRequestException {
    var known = node.topics().find(name);
    var attributes = new HashMap<>(known == null ? Map.<String, String>of() : known.attributes());
    for (var each : text.split(",")) {
      if (each.isBlank()) {
        continue;
      }
      int equals = each.indexOf('=');
      if (each.startsWith("+") && equals > 1) {
        attributes.put(each.substring(1, equals), each.substring(equals + 1));
      } else if (each.startsWith("-") && equals < 0) {
        attributes.remove(each.substring(1));
      } else {
        throw new BadRequestException(
            ResponseCode.INVALID_PARAMETER,
            Outcomes.NOT_STORED + "The attribute \"" + each + "\" is neither +key=value nor -key.");
      }
    }
    var type = attributes.getOrDefault("message.type", "NORMAL");
    if (!"SimpleCQ".equals(attributes.getOrDefault("queue.type", "SimpleCQ"))
        || "COMPACTION".equals(attributes.get("cleanup.policy"))
        || !Set.of("UNSPECIFIED", "NORMAL", "FIFO", "DELAY", "TRANSACTION", "MIXED")
            .contains(type)) {
      throw new BadRequestException(
          ResponseCode.INVALID_PARAMETER,
          Outcomes.NOT_STORED + "Batch queues and compaction are not served here.");
    }
    return attributes;
  }

  void delete(Exchange exchange) throws BadRequestException {
    var name = exchange.fields().required("topic");
    if (node.topics().isBuiltIn(name)) {
      throw new BadRequestException(
          ResponseCode.INVALID_PARAMETER,
          Outcomes.NOT_STORED + "The topic[" + name + "] is conflict with system topic.");
    }
    if (!node.leads()) {
      exchange.reply(Outcomes.notLeader(node.replica().role()));
      return;
    }
    var _ =
        node.replica()
            .deleteTopic(name)
            .thenAccept(
                outcome -> {
                  changed.run();
                  exchange.reply(Outcomes.answer(outcome));
                });
  }

  /** One topic: TopicConfigAndQueueMapping. */
  void show(Exchange exchange) throws BadRequestException {
    var name = exchange.fields().required("topic");
    var topic = node.topics().find(name);
    if (topic == null) {
      exchange.reply(ResponseCode.TOPIC_NOT_EXIST, "No topic in this broker. topic: " + name);
      return;
    }
    exchange.reply(Command.success(Bodies.write(Topics.json(topic))));
  }

  /** All topics: TopicConfigSerializeWrapper. */
  void showAll(Exchange exchange) {
    var body = Bodies.object();
    body.set(
        "dataVersion", Topics.json(node.replica().topicVersion(), node.replica().role().term()));
    var table = body.putObject("topicConfigTable");
    node.topics().all().forEach((name, topic) -> table.set(name, Topics.json(topic)));
    exchange.reply(Command.success(Bodies.write(body)));
  }

  /** The topics that every broker has. */
  void systemTopics(Exchange exchange) {
    var body = Bodies.object();
    var list = body.putArray("topicList");
    node.topics().builtInNames().forEach(list::add);
    exchange.reply(Command.success(Bodies.write(body)));
  }

  void putGroup(Exchange exchange) throws BadRequestException {
    var body = Bodies.read(exchange.request().body());
    putGroups(exchange, List.of(group(body)));
  }

  /** Several groups at once: {"groupConfigList":[..]}. */
  void putGroupList(Exchange exchange) throws BadRequestException {
    var groups = new java.util.ArrayList<SubscriptionGroup>();
    for (var each : Bodies.read(exchange.request().body()).path("groupConfigList")) {
      groups.add(group(each));
    }
    putGroups(exchange, groups);
  }

  private static SubscriptionGroup group(com.fasterxml.jackson.databind.JsonNode body)
      throws BadRequestException {
    var name = body.path("groupName").asText("");
    if (name.isBlank() || name.length() > 255) {
      throw new BadRequestException(
          ResponseCode.INVALID_PARAMETER,
          Outcomes.NOT_STORED + "A group's name has 1 to 255 characters.");
    }
    return new SubscriptionGroup(name, Bodies.text(body));
  }

  private void putGroups(Exchange exchange, List<SubscriptionGroup> groups) {
    if (!node.leads()) {
      exchange.reply(Outcomes.notLeader(node.replica().role()));
      return;
    }
    var all =
        java.util.concurrent.CompletableFuture.<CommandOutcome>completedFuture(
            new CommandOutcome.Done());
    for (var group : groups) {
      all =
          all.thenCompose(
              before ->
                  before instanceof CommandOutcome.Done
                      ? node.replica().putSubscriptionGroup(group)
                      : java.util.concurrent.CompletableFuture.completedFuture(before));
    }
    var _ = all.thenAccept(outcome -> exchange.reply(Outcomes.answer(outcome)));
  }

  void deleteGroup(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var name = fields.required("groupName");
    if (!node.leads()) {
      exchange.reply(Outcomes.notLeader(node.replica().role()));
      return;
    }
    var _ =
        node.replica()
            .deleteSubscriptionGroup(name, fields.flag("cleanOffset"))
            .thenAccept(outcome -> exchange.reply(Outcomes.answer(outcome)));
  }

  void showGroup(Exchange exchange) throws BadRequestException {
    var name = exchange.fields().required("group");
    var stored = node.replica().subscriptionGroups().get(name);
    if (stored != null) {
      exchange.reply(Command.success(stored.json().getBytes(StandardCharsets.UTF_8)));
    } else if (node.groups().find(name) != null) {
      exchange.reply(Command.success(Bodies.write(Groups.json(name))));
    } else {
      exchange.reply(
          ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "No group in this broker. group: " + name);
    }
  }

  /** All groups: SubscriptionGroupWrapper. */
  void showAllGroups(Exchange exchange) throws BadRequestException {
    var body = Bodies.object();
    body.set(
        "dataVersion",
        Topics.json(node.replica().subscriptionGroupVersion(), node.replica().role().term()));
    body.putObject("forbiddenTable");
    var table = body.putObject("subscriptionGroupTable");
    for (var each : new TreeMap<>(node.replica().subscriptionGroups()).values()) {
      table.set(each.groupName(), Bodies.readAny(each.json().getBytes(StandardCharsets.UTF_8)));
    }
    exchange.reply(Command.success(Bodies.write(body)));
  }
}
