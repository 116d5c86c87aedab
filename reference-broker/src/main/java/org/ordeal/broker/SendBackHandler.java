package org.ordeal.broker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.AppendOutcome;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.MessageDraft;

/** Takes back messages that a consumer could not use (36): to be tried later, or never again. */
final class SendBackHandler {
  /** The first retry waits as long as this level. */
  private static final int FIRST_DELAY_LEVEL = 3;

  private final Node node;
  private final DelayedDelivery delayed;

  SendBackHandler(Node node, DelayedDelivery delayed) {
    this.node = node;
    this.delayed = delayed;
  }

  void takeBack(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var group = fields.required("group");
    long offset = fields.large("offset");
    int level = fields.number("delayLevel", 0);
    int most = fields.number("maxReconsumeTimes", -1);
    if (!node.leads()) {
      exchange.reply(Outcomes.notLeader(node.replica().role()));
      return;
    }
    var settings = node.groups().find(group);
    if (settings == null) {
      throw new BadRequestException(
          ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
          Outcomes.NOT_STORED + "subscription group not exist, " + group);
    }
    if (settings.retryQueues() <= 0) {
      exchange.reply(Command.success());
      return;
    }
    int limit = most >= 0 ? most : settings.retryMaxTimes();
    node.read(
        exchange,
        () -> {
          var bytes = node.replica().messageAt(offset);
          if (bytes == null) {
            return Outcomes.refused(
                ResponseCode.SYSTEM_ERROR, "look message by offset failed, " + offset);
          }
          var message = StoredMessage.decode(bytes);
          boolean dead = message.reconsumeTimes() >= limit || level < 0;
          var target = (dead ? Topics.DEAD_LETTER_PREFIX : Topics.RETRY_PREFIX) + group;
          int queues = dead ? 1 : settings.retryQueues();
          var draft = draft(message, target, queues, dead ? 0 : level);
          var _ =
              node.topics()
                  .ensure(Topics.simple(target, queues, Topics.PERM_READ | Topics.PERM_WRITE))
                  .thenAccept(outcome -> append(exchange, outcome, draft));
          return null;
        });
  }

  private MessageDraft draft(StoredMessage message, String target, int queues, int level)
      throws BadRequestException {
    var properties = new LinkedHashMap<>(message.properties());
    properties.putIfAbsent(MessageProperties.RETRY_TOPIC, message.topic());
    properties.putIfAbsent(MessageProperties.ORIGIN_MESSAGE_ID, message.messageId());
    properties.remove(MessageProperties.DELAY);
    var topic = target;
    int queueId = ThreadLocalRandom.current().nextInt(queues);
    if (target.startsWith(Topics.DEAD_LETTER_PREFIX)) {
      properties.putIfAbsent(MessageProperties.DLQ_ORIGIN_TOPIC, message.topic());
      properties.putIfAbsent(MessageProperties.DLQ_ORIGIN_MESSAGE_ID, message.messageId());
    } else {
      int wait = level > 0 ? level : FIRST_DELAY_LEVEL + message.reconsumeTimes();
      properties.put(MessageProperties.DELAY, Integer.toString(wait));
      var place = delayed.divert(target, queueId, properties);
      if (place != null) {
        topic = place.topic();
        queueId = place.queueId();
      }
    }
    return new MessageDraft(
        topic,
        queueId,
        message.flag(),
        message.sysFlag() & ~(StoredMessage.BORN_HOST_V6 | StoredMessage.STORE_HOST_V6),
        message.bornTimestamp(),
        message.bornHost(),
        message.reconsumeTimes() + 1,
        0,
        message.body(),
        MessageProperties.encode(properties));
  }

  private void append(Exchange exchange, CommandOutcome topic, MessageDraft draft) {
    if (!(topic instanceof CommandOutcome.Done)) {
      exchange.reply(
          Outcomes.refused(
              ResponseCode.SYSTEM_BUSY,
              "The topic " + draft.topic() + " could not be created: " + topic));
      return;
    }
    var _ =
        node.replica()
            .append(List.of(draft))
            .thenAccept(
                outcome ->
                    exchange.reply(
                        switch (outcome) {
                          case AppendOutcome.Appended _ -> Command.success();
                          case AppendOutcome.NotStored not -> Outcomes.answer(not);
                          case AppendOutcome.Unknown unknown -> Outcomes.answer(unknown);
                        }));
  }
}
