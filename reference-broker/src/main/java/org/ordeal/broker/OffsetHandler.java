package org.ordeal.broker;

import java.util.Map;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.ConsumerOffset;

/** Serves offsets: of consumers (14, 15, 43), and of queues (29, 30, 31, 32). */
final class OffsetHandler {
  private final Node node;
  private final OffsetCommits commits;

  OffsetHandler(Node node, OffsetCommits commits) {
    this.node = node;
    this.commits = commits;
  }

  void queryConsumer(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var group = fields.required("consumerGroup");
    var topic = fields.required("topic");
    int queueId = fields.number("queueId");
    boolean zero = !"false".equals(fields.text("setZeroIfNotFound"));
    node.readAsLeader(
        exchange,
        () -> {
          long offset = node.replica().consumerOffset(group, topic, queueId);
          if (offset >= 0) {
            return offset(offset);
          }
          // As Apache's: a new group whose queue still has its first message starts there,
          // wherever it says that it wants to start.
          if (zero
              && node.replica().minOffset(topic, queueId) == 0
              && node.replica().maxOffset(topic, queueId) > 0) {
            return offset(0);
          }
          return Command.answer(
              ResponseCode.QUERY_NOT_FOUND, "Not found, maybe this group consumer boot first");
        });
  }

  void updateConsumer(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var group = fields.required("consumerGroup");
    var topic = fields.required("topic");
    int queueId = fields.number("queueId");
    long offset = fields.large("commitOffset");
    if (!node.leads()) {
      exchange.reply(Outcomes.notLeader(node.replica().role()));
      return;
    }
    if (offset < 0 || queueId < 0) {
      exchange.reply(
          Outcomes.refused(ResponseCode.INVALID_PARAMETER, "An offset or queue below 0."));
      return;
    }
    if (node.topics().find(topic) == null) {
      exchange.reply(
          Outcomes.refused(ResponseCode.TOPIC_NOT_EXIST, "Topic " + topic + " not exist!"));
      return;
    }
    var committed = new ConsumerOffset(group, topic, queueId, offset);
    if (holds(committed)) {
      // By what this member has: a deposed leader must not take for done what others have undone.
      node.confirm(
          exchange,
          () -> {
            if (holds(committed)) {
              exchange.reply(Command.success());
            } else {
              commit(exchange, committed);
            }
          });
    } else {
      commit(exchange, committed);
    }
  }

  private boolean holds(ConsumerOffset offset) {
    return node.replica().consumerOffset(offset.group(), offset.topic(), offset.queueId())
        == offset.offset();
  }

  private void commit(Exchange exchange, ConsumerOffset offset) {
    var _ = commits.commit(offset).thenAccept(outcome -> exchange.reply(Outcomes.answer(outcome)));
  }

  void maxOffset(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var topic = fields.required("topic");
    int queueId = fields.number("queueId");
    node.readCaughtUp(exchange, () -> offset(node.replica().maxOffset(topic, queueId)));
  }

  void minOffset(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var topic = fields.required("topic");
    int queueId = fields.number("queueId");
    node.read(exchange, () -> offset(node.replica().minOffset(topic, queueId)));
  }

  void searchOffset(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var topic = fields.required("topic");
    int queueId = fields.number("queueId");
    long time = fields.large("timestamp");
    node.readCaughtUp(exchange, () -> offset(node.replica().offsetByTime(topic, queueId, time)));
  }

  void earliestStoreTime(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var topic = fields.required("topic");
    int queueId = fields.number("queueId");
    node.read(
        exchange,
        () -> {
          long min = node.replica().minOffset(topic, queueId);
          return Command.success(
              Map.of("timestamp", Long.toString(node.replica().storeTimeAt(topic, queueId, min))));
        });
  }

  /** ConsumerOffsetSerializeWrapper: {"offsetTable":{"topic@group":{"0":12}}}. */
  void allConsumerOffsets(Exchange exchange) {
    node.read(
        exchange,
        () -> {
          var body = Bodies.object();
          body.set(
              "dataVersion",
              Topics.json(node.replica().consumerOffsetVersion(), node.replica().role().term()));
          var table = body.putObject("offsetTable");
          for (var each : node.replica().consumerOffsets()) {
            if (!QueueLocks.isLock(each)) {
              table
                  .withObjectProperty(each.topic() + "@" + each.group())
                  .put(Integer.toString(each.queueId()), each.offset());
            }
          }
          return Command.success(Bodies.write(body));
        });
  }

  private static Command offset(long offset) {
    return Command.success(Map.of("offset", Long.toString(offset)));
  }
}
