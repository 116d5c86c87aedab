package org.ordeal.broker;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.RequestCode;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.ConsumerOffset;

/** Moves a group's offsets at an operator's wish: 222 by time, 314 from another group. */
final class ResetHandler {
  private static final Duration CLIENT_TIME = Duration.ofSeconds(5);

  private final Node node;
  private final Clients clients;

  ResetHandler(Node node, Clients clients) {
    this.node = node;
    this.clients = clients;
  }

  /**
   * Commits the new offsets, then tells the group's clients, and answers with a ResetOffsetBody.
   */
  void byTime(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var name = fields.required("topic");
    var group = fields.required("group");
    long time = fields.large("timestamp", -1);
    int onlyQueue = fields.number("queueId", -1);
    long exact = fields.large("offset", -1);
    boolean force = fields.flag("isForce");
    var topic = node.topics().find(name);
    if (topic == null) {
      throw new BadRequestException(
          ResponseCode.TOPIC_NOT_EXIST, Outcomes.NOT_STORED + "topic[" + name + "] not exist");
    }
    node.readAsLeader(
        exchange,
        () -> {
          var offsets = new ArrayList<ConsumerOffset>();
          for (int i = 0; i < topic.writeQueueNums(); i++) {
            if (onlyQueue >= 0 && i != onlyQueue) {
              continue;
            }
            long now = node.replica().consumerOffset(group, name, i);
            long wanted =
                exact >= 0
                    ? exact
                    : time < 0
                        ? node.replica().maxOffset(name, i)
                        : node.replica().offsetByTime(name, i, time);
            long target = force || now < 0 || wanted < now ? wanted : now;
            offsets.add(new ConsumerOffset(group, name, i, Math.max(0, target)));
          }
          commit(exchange, group, offsets);
          return null;
        });
  }

  private void commit(Exchange exchange, String group, List<ConsumerOffset> offsets) {
    var _ =
        node.replica()
            .commitOffsets(offsets)
            .thenAccept(
                outcome -> {
                  if (!(outcome instanceof CommandOutcome.Done)) {
                    exchange.reply(Outcomes.answer(outcome));
                    return;
                  }
                  var body = body(offsets);
                  tell(group, offsets, body);
                  exchange.reply(Command.success(body));
                });
  }

  private byte[] body(List<ConsumerOffset> offsets) {
    var table = new LinkedHashMap<ObjectNode, LongNode>();
    for (var each : offsets) {
      table.put(
          Bodies.object()
              .put("brokerName", node.settings().brokerName())
              .put("queueId", each.queueId())
              .put("topic", each.topic()),
          LongNode.valueOf(each.offset()));
    }
    var body = Bodies.object();
    Bodies.putObjectKeyed(body, "offsetTable", table);
    return Bodies.write(body);
  }

  private void tell(String group, List<ConsumerOffset> offsets, byte[] body) {
    if (offsets.isEmpty()) {
      return;
    }
    var request =
        Command.request(
                RequestCode.RESET_CONSUMER_CLIENT_OFFSET,
                Map.of(
                    "topic",
                    offsets.get(0).topic(),
                    "group",
                    group,
                    "timestamp",
                    Long.toString(System.currentTimeMillis())))
            .withBody(body);
    clients
        .consumerGroup(group)
        .ifPresent(view -> view.clients().forEach(each -> each.peer().tell(request)));
  }

  /** Gives one group the offsets of another. */
  void cloneOffsets(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var from = fields.required("srcGroup");
    var to = fields.required("destGroup");
    var only = fields.text("topic", "");
    node.readAsLeader(
        exchange,
        () -> {
          var offsets =
              node.replica().consumerOffsets().stream()
                  .filter(each -> each.group().equals(from))
                  .filter(each -> only.isEmpty() || each.topic().equals(only))
                  .map(each -> new ConsumerOffset(to, each.topic(), each.queueId(), each.offset()))
                  .toList();
          if (offsets.isEmpty()) {
            return Command.success();
          }
          var _ =
              node.replica()
                  .commitOffsets(offsets)
                  .thenAccept(outcome -> exchange.reply(Outcomes.answer(outcome)));
          return null;
        });
  }

  /** The offsets that the group's clients have reached: asked of each of them (223). */
  void clientOffsets(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var topic = fields.required("topic");
    var group = fields.required("group");
    var only = fields.text("clientAddr", "");
    var members = clients.consumerGroup(group).map(Clients.GroupView::clients).orElse(List.of());
    if (members.isEmpty()) {
      exchange.reply(
          ResponseCode.SYSTEM_ERROR,
          "No Any Consumer online in the consumer group: [" + group + "]");
      return;
    }
    var asked =
        members.stream()
            .filter(each -> only.isEmpty() || each.id().equals(only))
            .map(
                each ->
                    each.peer()
                        .ask(
                            Command.request(
                                RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT,
                                Map.of("topic", topic, "group", group)),
                            CLIENT_TIME)
                        .handle(
                            (answer, failure) ->
                                failure == null ? Map.entry(each.id(), answer) : null))
            .toList();
    var _ =
        java.util.concurrent.CompletableFuture.allOf(
                asked.toArray(java.util.concurrent.CompletableFuture[]::new))
            .thenRun(
                () -> {
                  var consumers = Bodies.object();
                  for (var each : asked) {
                    var entry = each.join();
                    if (entry != null && entry.getValue().body() != null) {
                      consumers.putRawValue(
                          entry.getKey(),
                          new com.fasterxml.jackson.databind.util.RawValue(
                              table(
                                  new String(
                                      entry.getValue().body(),
                                      java.nio.charset.StandardCharsets.UTF_8))));
                    }
                  }
                  var body = Bodies.object();
                  body.set("consumerTable", consumers);
                  body.putObject("messageQueueTable");
                  exchange.reply(Command.success(Bodies.write(body)));
                });
  }

  /** The value of messageQueueTable in a client's answer, whose keys are objects. */
  private static String table(String json) {
    int name = json.indexOf("\"messageQueueTable\"");
    int at = name < 0 ? -1 : json.indexOf('{', name);
    int depth = 0;
    for (int i = at; i >= 0 && i < json.length(); i++) {
      if (json.charAt(i) == '{') {
        depth++;
      } else if (json.charAt(i) == '}' && --depth == 0) {
        return json.substring(at, i + 1);
      }
    }
    return "{}";
  }

  /** Offsets that consumers should start from after messages were filtered elsewhere (308). */
  void correction(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var topic = fields.required("topic");
    var compare = fields.required("compareGroup");
    var groups = List.of(fields.text("filterGroups", "").split(","));
    node.read(
        exchange,
        () -> {
          var corrected = Bodies.object();
          for (var each : node.replica().consumerOffsets()) {
            if (each.topic().equals(topic) && groups.contains(each.group())) {
              long other = node.replica().consumerOffset(compare, topic, each.queueId());
              var key = Integer.toString(each.queueId());
              long least = Math.min(each.offset(), other < 0 ? each.offset() : other);
              var known = corrected.path(key);
              corrected.put(
                  key,
                  known instanceof IntNode || known.isNumber()
                      ? Math.min(known.asLong(), least)
                      : least);
            }
          }
          var body = Bodies.object();
          body.set("correctionOffsets", corrected);
          return Command.success(Bodies.write(body));
        });
  }
}
