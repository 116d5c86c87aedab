package org.ordeal.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.ResponseCode;

/**
 * Serves heartbeats and questions about clients: 34, 35, 38, 46, 203, 204, 328, and what is passed
 * on to a client: 307 and 309.
 */
final class ClientHandler {
  private static final Duration FORWARD_TIME = Duration.ofSeconds(10);

  private final Node node;
  private final Clients clients;

  ClientHandler(Node node, Clients clients) {
    this.node = node;
    this.clients = clients;
  }

  void heartbeat(Exchange exchange) throws BadRequestException {
    var body = Bodies.read(exchange.request().body());
    var id = body.path("clientID").asText("");
    if (id.isEmpty()) {
      throw new BadRequestException("The heartbeat names no clientID.");
    }
    var client =
        new Clients.Client(
            id,
            exchange.peer(),
            exchange.request().language(),
            exchange.request().version(),
            System.nanoTime());
    for (var each : body.path("consumerDataSet")) {
      var group = each.path("groupName").asText();
      node.groups().ensure(group);
      if (node.groups().find(group) == null) {
        throw new BadRequestException(
            ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "subscription group not exist, " + group);
      }
      ensureRetryTopic(group);
      clients.consumer(
          group,
          client,
          new Clients.Manner(
              each.path("consumeType").asText("CONSUME_PASSIVELY"),
              each.path("messageModel").asText("CLUSTERING"),
              each.path("consumeFromWhere").asText("CONSUME_FROM_LAST_OFFSET")),
          subscriptions(each.path("subscriptionDataSet")));
    }
    for (var each : body.path("producerDataSet")) {
      clients.producer(each.path("groupName").asText(), client);
    }
    exchange.reply(Command.success());
  }

  private void ensureRetryTopic(String group) {
    var settings = node.groups().find(group);
    if (settings != null && node.leads()) {
      var _ =
          node.topics()
              .ensure(
                  Topics.simple(
                      Topics.RETRY_PREFIX + group,
                      Math.max(1, settings.retryQueues()),
                      Topics.PERM_READ | Topics.PERM_WRITE));
    }
  }

  private static List<Clients.Subscription> subscriptions(JsonNode set) {
    var subscriptions = new ArrayList<Clients.Subscription>();
    for (var each : set) {
      subscriptions.add(
          new Clients.Subscription(
              each.path("topic").asText(),
              each.path("subString").asText("*"),
              each.path("expressionType").asText("TAG"),
              each.path("subVersion").asLong(0)));
    }
    return subscriptions;
  }

  void unregister(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    fields.required("clientID");
    var producer = fields.text("producerGroup");
    if (producer != null) {
      clients.unregisterProducer(producer, exchange.peer());
    }
    var consumer = fields.text("consumerGroup");
    if (consumer != null) {
      clients.unregisterConsumer(consumer, exchange.peer());
    }
    exchange.reply(Command.success());
  }

  void consumerIds(Exchange exchange) throws BadRequestException {
    var group = exchange.fields().required("consumerGroup");
    var view = clients.consumerGroup(group);
    if (view.isEmpty() || view.get().clients().isEmpty()) {
      exchange.reply(ResponseCode.SYSTEM_ERROR, "no consumer for this group, " + group);
      return;
    }
    var body = Bodies.object();
    var list = body.putArray("consumerIdList");
    view.get().clients().stream().map(Clients.Client::id).distinct().forEach(list::add);
    exchange.reply(Command.success(Bodies.write(body)));
  }

  /** Checks a subscription that a client is about to make. */
  void checkConfig(Exchange exchange) throws BadRequestException {
    var subscription = Bodies.read(exchange.request().body()).path("subscriptionData");
    TagExpression.parse(
        subscription.path("subString").asText("*"),
        subscription.path("expressionType").asText("TAG"));
    exchange.reply(Command.success());
  }

  void consumerConnections(Exchange exchange) throws BadRequestException {
    var group = exchange.fields().required("consumerGroup");
    var found = clients.consumerGroup(group);
    if (found.isEmpty()) {
      exchange.reply(
          ResponseCode.CONSUMER_NOT_ONLINE, "the consumer group[" + group + "] not online");
      return;
    }
    var view = found.get();
    var body = Bodies.object();
    body.set("connectionSet", connections(view.clients()));
    body.put("consumeFromWhere", view.manner().fromWhere());
    body.put("consumeType", view.manner().type());
    body.put("messageModel", view.manner().model());
    var table = body.putObject("subscriptionTable");
    for (var each : view.subscriptions()) {
      var node = table.putObject(each.topic());
      node.put("classFilterMode", false);
      var codes = node.putArray("codeSet");
      node.put("expressionType", each.type());
      node.put("subString", each.expression());
      node.put("subVersion", each.version());
      var tags = node.putArray("tagsSet");
      if (!each.expression().equals("*")) {
        for (var tag : each.expression().split("\\|\\|")) {
          if (!tag.isBlank()) {
            tags.add(tag.strip());
            codes.add(tag.strip().hashCode());
          }
        }
      }
      node.put("topic", each.topic());
    }
    exchange.reply(Command.success(Bodies.write(body)));
  }

  void producerConnections(Exchange exchange) throws BadRequestException {
    var group = exchange.fields().required("producerGroup");
    var found = clients.producerGroup(group);
    if (found.isEmpty()) {
      exchange.reply(ResponseCode.SYSTEM_ERROR, "the producer group[" + group + "] not exist");
      return;
    }
    var body = Bodies.object();
    body.set("connectionSet", connections(found));
    exchange.reply(Command.success(Bodies.write(body)));
  }

  /** ProducerTableInfo. */
  void allProducers(Exchange exchange) {
    var body = Bodies.object();
    var data = body.putObject("data");
    clients
        .producerGroups()
        .forEach(
            (group, members) -> {
              var list = data.putArray(group);
              for (var each : members) {
                list.addObject()
                    .put("clientId", each.id())
                    .put("language", each.language().name())
                    .put(
                        "lastUpdateTimestamp",
                        System.currentTimeMillis()
                            - (System.nanoTime() - each.lastHeard()) / 1_000_000)
                    .put("remoteIP", each.peer().addressText())
                    .put("version", each.version());
              }
            });
    exchange.reply(Command.success(Bodies.write(body)));
  }

  private static com.fasterxml.jackson.databind.node.ArrayNode connections(
      Collection<Clients.Client> clients) {
    var set = Bodies.array();
    for (var each : clients) {
      ObjectNode node = set.addObject();
      node.put("clientAddr", each.peer().addressText());
      node.put("clientId", each.id());
      node.put("language", each.language().name());
      node.put("version", each.version());
    }
    return set;
  }

  /** Passes a request on to the one consumer that it names, and its answer back. */
  void forward(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var group = fields.required("consumerGroup");
    var id = fields.required("clientId");
    var target =
        clients
            .consumerGroup(group)
            .flatMap(
                view -> view.clients().stream().filter(each -> each.id().equals(id)).findAny());
    if (target.isEmpty()) {
      exchange.reply(
          ResponseCode.SYSTEM_ERROR, "The Consumer <" + group + "> <" + id + "> not online");
      return;
    }
    var request =
        Command.request(exchange.request().code(), Map.copyOf(fields.values()))
            .withBody(exchange.request().body());
    var _ =
        target
            .get()
            .peer()
            .ask(request, FORWARD_TIME)
            .whenComplete(
                (answer, failure) ->
                    exchange.reply(
                        failure == null
                            ? answer
                            : Command.answer(
                                ResponseCode.SYSTEM_ERROR,
                                "The consumer " + id + " did not answer: " + failure)));
  }
}
