package org.ordeal.broker;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.Fields;
import org.ordeal.remoting.RequestCode;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.AppendOutcome;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.MessageDraft;
import org.ordeal.replication.TopicConfig;

/** Takes messages: 10, 310 and 320. */
final class SendHandler {
  private static final int COMPRESSED = 1;
  private static final int MULTI_TAGS = 2;
  private static final int TRANSACTION_BITS = 12;

  private final Node node;
  private final DelayedDelivery delayed;

  SendHandler(Node node, DelayedDelivery delayed) {
    this.node = node;
    this.delayed = delayed;
  }

  /** The header of a send, whichever of its two spellings came. */
  private record Header(
      String group,
      String topic,
      String defaultTopic,
      int defaultQueues,
      int queueId,
      int sysFlag,
      long bornTimestamp,
      int flag,
      String properties,
      int reconsumeTimes,
      int maxReconsumeTimes,
      boolean batch) {

    static Header read(Command request) throws BadRequestException {
      var fields = Fields.of(request);
      boolean brief = request.code() != RequestCode.SEND_MESSAGE;
      return new Header(
          fields.text(brief ? "a" : "producerGroup", ""),
          fields.required(brief ? "b" : "topic"),
          fields.text(brief ? "c" : "defaultTopic", Topics.AUTO_CREATE_KEY),
          fields.number(brief ? "d" : "defaultTopicQueueNums", 4),
          fields.number(brief ? "e" : "queueId"),
          fields.number(brief ? "f" : "sysFlag", 0),
          fields.large(brief ? "g" : "bornTimestamp", 0),
          fields.number(brief ? "h" : "flag", 0),
          fields.text(brief ? "i" : "properties", ""),
          fields.number(brief ? "j" : "reconsumeTimes", 0),
          fields.number(brief ? "l" : "maxReconsumeTimes", -1),
          fields.flag(brief ? "m" : "batch") || request.code() == RequestCode.SEND_BATCH_MESSAGE);
    }
  }

  /** Takes the messages of a request. Refusals prove that nothing was stored. */
  void send(Exchange exchange) {
    try {
      var header = Header.read(exchange.request());
      if (!node.leads()) {
        refuse(exchange, Outcomes.notLeader(node.replica().role()));
        return;
      }
      if ((node.settings().permission() & Topics.PERM_WRITE) == 0) {
        throw new BadRequestException(
            ResponseCode.NO_PERMISSION,
            "the broker[" + node.settings().host() + "] sending message is forbidden");
      }
      var objection = node.topics().objection(header.topic());
      if (objection != null) {
        throw new BadRequestException(ResponseCode.SYSTEM_ERROR, objection);
      }
      if (!node.topics().forClients(header.topic())) {
        throw new BadRequestException(
            ResponseCode.NO_PERMISSION,
            "Sending message to topic[" + header.topic() + "] is forbidden.");
      }
      var topic = node.topics().find(header.topic());
      if (topic != null) {
        append(exchange, header, topic);
      } else {
        create(exchange, header);
      }
    } catch (BadRequestException e) {
      refuse(exchange, Outcomes.refused(e.code(), e.sentence()));
    }
  }

  private void refuse(Exchange exchange, Command answer) {
    node.counters().putRefused.increment();
    exchange.reply(answer);
  }

  private void create(Exchange exchange, Header header) throws BadRequestException {
    var config = missing(header);
    if (config == null) {
      throw new BadRequestException(
          ResponseCode.TOPIC_NOT_EXIST,
          "topic[" + header.topic() + "] not exist, apply first please!");
    }
    var _ =
        node.topics()
            .ensure(config)
            .thenAccept(
                outcome -> {
                  if (!(outcome instanceof CommandOutcome.Done)) {
                    // Nothing of the message itself was tried, whatever became of the topic.
                    refuse(
                        exchange,
                        Outcomes.refused(
                            ResponseCode.SYSTEM_BUSY,
                            "The topic " + header.topic() + " could not be created: " + outcome));
                    return;
                  }
                  try {
                    var topic = node.topics().find(header.topic());
                    append(exchange, header, topic == null ? config : topic);
                  } catch (BadRequestException e) {
                    refuse(exchange, Outcomes.refused(e.code(), e.sentence()));
                  }
                });
  }

  /** The topic that a send to an unknown name makes, null where it may not. */
  private @Nullable TopicConfig missing(Header header) {
    if (header.topic().startsWith(Topics.RETRY_PREFIX)) {
      return Topics.simple(header.topic(), 1, Topics.PERM_READ | Topics.PERM_WRITE);
    }
    var pattern = node.topics().find(header.defaultTopic());
    if (pattern == null || (pattern.perm() & Topics.PERM_INHERIT) == 0) {
      return null;
    }
    if (header.defaultTopic().equals(Topics.AUTO_CREATE_KEY)
        && !node.settings().autoCreateTopic()) {
      return null;
    }
    int queues = Math.max(1, Math.min(header.defaultQueues(), pattern.writeQueueNums()));
    return Topics.simple(header.topic(), queues, pattern.perm() & ~Topics.PERM_INHERIT);
  }

  private void append(Exchange exchange, Header header, TopicConfig topic)
      throws BadRequestException {
    if ((topic.perm() & Topics.PERM_WRITE) == 0) {
      throw new BadRequestException(
          ResponseCode.NO_PERMISSION,
          "the topic[" + header.topic() + "] sending message is forbidden");
    }
    if (header.queueId() >= Math.max(topic.writeQueueNums(), topic.readQueueNums())) {
      throw new BadRequestException(
          ResponseCode.SYSTEM_ERROR,
          "request queueId["
              + header.queueId()
              + "] is illegal, topic "
              + header.topic()
              + " has "
              + topic.writeQueueNums()
              + " queues to write");
    }
    var request = exchange.request();
    var body = request.body() == null ? new byte[0] : request.body();
    int queueId =
        header.queueId() >= 0
            ? header.queueId()
            : ThreadLocalRandom.current().nextInt(topic.writeQueueNums());
    List<MessageDraft> drafts;
    var properties = MessageProperties.decode(header.properties());
    if (header.batch()) {
      drafts = batch(exchange, header, topic, queueId, body, properties);
    } else {
      var draft = draft(exchange, header, topic, queueId, body, properties);
      drafts = List.of(draft);
    }
    int size = body.length;
    long begun = System.nanoTime();
    var _ =
        node.replica()
            .append(drafts)
            .thenAccept(
                outcome -> {
                  if (outcome instanceof AppendOutcome.Appended) {
                    node.counters().putLatencies.record(System.nanoTime() - begun);
                  }
                  answer(exchange, outcome, queueId, properties, size);
                });
  }

  private MessageDraft draft(
      Exchange exchange,
      Header header,
      TopicConfig topic,
      int queueId,
      byte[] body,
      Map<String, String> properties)
      throws BadRequestException {
    checkBody(body, header.sysFlag());
    stamp(properties);
    var target = topic.topicName();
    int targetQueue = queueId;
    if (target.startsWith(Topics.RETRY_PREFIX)) {
      var group = target.substring(Topics.RETRY_PREFIX.length());
      var settings = node.groups().find(group);
      if (settings == null) {
        throw new BadRequestException(
            ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "subscription group not exist, " + group);
      }
      int most =
          header.maxReconsumeTimes() >= 0 ? header.maxReconsumeTimes() : settings.retryMaxTimes();
      if (header.reconsumeTimes() > most) {
        target = Topics.DEAD_LETTER_PREFIX + group;
        targetQueue = 0;
        properties.remove(MessageProperties.DELAY);
        // The dead-letter topic needs no permission of its own to be written; it is made on the
        // way.
        var _ =
            node.topics().ensure(Topics.simple(target, 1, Topics.PERM_READ | Topics.PERM_WRITE));
      }
    }
    int sysFlag = sysFlag(header, topic);
    boolean half = Boolean.parseBoolean(properties.get(MessageProperties.TRANSACTION_PREPARED));
    if (half && !(header.reconsumeTimes() > 0 && properties.containsKey(MessageProperties.DELAY))) {
      if (node.settings().transactions().refused()) {
        throw new BadRequestException(
            ResponseCode.NO_PERMISSION,
            "the broker[" + node.settings().host() + "] sending transaction message is forbidden");
      }
      properties.remove(MessageProperties.DELAY);
      properties.put(MessageProperties.REAL_TOPIC, target);
      properties.put(MessageProperties.REAL_QUEUE_ID, Integer.toString(targetQueue));
      target = Topics.HALF;
      targetQueue = 0;
      sysFlag &= ~TRANSACTION_BITS;
    } else {
      for (var timer : MessageProperties.TIMERS) {
        if (properties.containsKey(timer)) {
          throw new BadRequestException(
              ResponseCode.MESSAGE_ILLEGAL,
              "Delivery at an exact time (" + timer + ") is not served here; delay levels are.");
        }
      }
      var diverted = delayed.divert(target, targetQueue, properties);
      if (diverted != null) {
        target = diverted.topic();
        targetQueue = diverted.queueId();
      }
    }
    return new MessageDraft(
        target,
        targetQueue,
        header.flag(),
        sysFlag,
        header.bornTimestamp(),
        exchange.peer().address(),
        header.reconsumeTimes(),
        0,
        body,
        encode(properties));
  }

  private static int sysFlag(Header header, TopicConfig topic) {
    return "MULTI_TAG".equals(topic.topicFilterType())
        ? header.sysFlag() | MULTI_TAGS
        : header.sysFlag();
  }

  private void checkBody(byte[] body, int sysFlag) throws BadRequestException {
    // The client checks the size before it compresses, which makes random bytes a little larger.
    int most =
        node.settings().storage().maxMessageBytes()
            + ((sysFlag & COMPRESSED) == 0 ? 0 : BrokerSettings.COMPRESSION_SLACK_BYTES);
    if (body.length > most) {
      throw new BadRequestException(
          ResponseCode.MESSAGE_ILLEGAL,
          "the message is illegal: its body has "
              + body.length
              + " bytes, at most "
              + most
              + " are taken (maxMessageSize)");
    }
  }

  private static String encode(Map<String, String> properties) throws BadRequestException {
    var text = MessageProperties.encode(properties);
    int bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (bytes > MessageDraft.MAX_PROPERTIES_BYTES) {
      throw new BadRequestException(
          ResponseCode.MESSAGE_ILLEGAL,
          "the message is illegal: its properties have "
              + bytes
              + " bytes, at most "
              + MessageDraft.MAX_PROPERTIES_BYTES
              + " are taken");
    }
    return text;
  }

  private void stamp(Map<String, String> properties) {
    properties.put(MessageProperties.MSG_REGION, MessageProperties.REGION);
    properties.put(MessageProperties.TRACE_ON, "true");
    properties.put(MessageProperties.CLUSTER, node.settings().cluster());
  }

  private List<MessageDraft> batch(
      Exchange exchange,
      Header header,
      TopicConfig topic,
      int queueId,
      byte[] body,
      Map<String, String> common)
      throws BadRequestException {
    if (topic.topicName().startsWith(Topics.RETRY_PREFIX)) {
      throw new BadRequestException(
          ResponseCode.MESSAGE_ILLEGAL,
          "batch request does not support retry group " + topic.topicName());
    }
    checkBody(body, header.sysFlag());
    stamp(common);
    var inner = MessageBatch.read(body);
    var drafts = new java.util.ArrayList<MessageDraft>(inner.size());
    for (var each : inner) {
      var properties = MessageProperties.decode(each.properties());
      common.forEach(
          (name, value) -> {
            if (!name.equals(MessageProperties.UNIQ_KEY)) {
              properties.putIfAbsent(name, value);
            }
          });
      if (properties.containsKey(MessageProperties.DELAY)
          || Boolean.parseBoolean(properties.get(MessageProperties.TRANSACTION_PREPARED))) {
        throw new BadRequestException(
            ResponseCode.MESSAGE_ILLEGAL,
            "A batch takes no delayed and no transactional messages.");
      }
      drafts.add(
          new MessageDraft(
              topic.topicName(),
              queueId,
              each.flag(),
              sysFlag(header, topic),
              header.bornTimestamp(),
              exchange.peer().address(),
              header.reconsumeTimes(),
              0,
              each.body(),
              encode(properties)));
    }
    return drafts;
  }

  private void answer(
      Exchange exchange,
      AppendOutcome outcome,
      int queueId,
      Map<String, String> properties,
      int bytes) {
    switch (outcome) {
      case AppendOutcome.Appended(var positions, _) -> {
        node.counters().putMessages.add(positions.size());
        node.counters().putBytes.add(bytes);
        var fields = new TreeMap<String, String>();
        fields.put(
            "msgId",
            positions.stream()
                .map(each -> node.messageId(each.commitLogOffset()))
                .collect(Collectors.joining(",")));
        fields.put("queueId", Integer.toString(queueId));
        fields.put("queueOffset", Long.toString(positions.get(0).queueOffset()));
        var unique = properties.get(MessageProperties.UNIQ_KEY);
        if (unique != null) {
          fields.put("transactionId", unique);
        }
        fields.put(MessageProperties.MSG_REGION, MessageProperties.REGION);
        fields.put(MessageProperties.TRACE_ON, "true");
        exchange.reply(Command.success(fields));
      }
      case AppendOutcome.NotStored not -> refuse(exchange, Outcomes.answer(not));
      case AppendOutcome.Unknown unknown -> {
        node.counters().putUnknown.increment();
        exchange.reply(Outcomes.answer(unknown));
      }
    }
  }

  /** Appends one message and tells nobody but the caller. */
  CompletableFuture<AppendOutcome> append(MessageDraft draft) {
    return node.replica().append(List.of(draft));
  }
}
