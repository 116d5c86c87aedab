package org.ordeal.broker;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.Fields;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.ConsumerOffset;
import org.ordeal.replication.Fetch;
import org.ordeal.replication.ReadBarrier;
import org.ordeal.replication.Replica.TagFilter;

/**
 * Gives messages out: 11 and 361. A pull at the end of its queue waits ({@link HeldPulls}) when its
 * client allows that.
 *
 * <p>Found messages are committed and are given out by every member. A leader says "nothing there"
 * only after it has confirmed that it leads.
 */
final class PullHandler {
  private static final int COMMIT_OFFSET = 1;
  private static final int SUSPEND = 2;
  private static final int SUBSCRIPTION = 4;
  private static final long MAX_HOLD_MILLIS = 60_000;

  private final Node node;
  private final Clients clients;
  private final OffsetCommits commits;
  private final HeldPulls held;

  PullHandler(Node node, Clients clients, OffsetCommits commits) {
    this.node = node;
    this.clients = clients;
    this.commits = commits;
    this.held = new HeldPulls(node.loops(), this::again);
    node.replica()
        .onArrival((topic, queueId, maxOffset, _) -> held.arrived(topic, queueId, maxOffset));
  }

  HeldPulls held() {
    return held;
  }

  /** One pull, as long as it is not answered. */
  record Pull(
      Exchange exchange,
      String group,
      String topic,
      int queueId,
      long offset,
      int maxMessages,
      int maxBytes,
      TagFilter filter,
      long holdMillis) {}

  void pull(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    int sysFlag = fields.number("sysFlag", 0);
    var group = fields.required("consumerGroup");
    var topicName = fields.required("topic");
    int queueId = fields.number("queueId");
    long offset = fields.large("queueOffset");
    check(group, topicName, queueId);
    var filter = filter(fields, sysFlag, group, topicName);
    if ((sysFlag & COMMIT_OFFSET) != 0 && node.leads()) {
      long commit = fields.large("commitOffset", -1);
      if (commit > node.replica().consumerOffset(group, topicName, queueId)) {
        var _ = commits.commit(new ConsumerOffset(group, topicName, queueId, commit));
      }
    }
    var polling = node.settings().polling();
    long hold = 0;
    if ((sysFlag & SUSPEND) != 0) {
      hold =
          polling.longPolling()
              ? Math.clamp(fields.large("suspendTimeoutMillis", 0), 0, MAX_HOLD_MILLIS)
              : polling.shortPolling().toMillis();
    }
    int wantedBytes = fields.number("maxMsgBytes", Integer.MAX_VALUE);
    var pull =
        new Pull(
            exchange,
            group,
            topicName,
            queueId,
            offset,
            Math.clamp(fields.number("maxMsgNums"), 1, polling.maxMessages()),
            Math.clamp(wantedBytes <= 0 ? Integer.MAX_VALUE : wantedBytes, 1, polling.maxBytes()),
            filter,
            hold);
    serve(pull, false);
  }

  private void check(String group, String topicName, int queueId) throws BadRequestException {
    if ((node.settings().permission() & Topics.PERM_READ) == 0) {
      throw new BadRequestException(
          ResponseCode.NO_PERMISSION,
          "the broker[" + node.settings().host() + "] pulling message is forbidden");
    }
    var settings = node.groups().find(group);
    if (settings == null) {
      throw new BadRequestException(
          ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
          "subscription group [" + group + "] does not exist");
    }
    if (!settings.consumeEnable()) {
      throw new BadRequestException(
          ResponseCode.NO_PERMISSION, "subscription group no permission, " + group);
    }
    var topic = node.topics().find(topicName);
    if (topic == null) {
      throw new BadRequestException(
          ResponseCode.TOPIC_NOT_EXIST, "topic[" + topicName + "] not exist, apply first please!");
    }
    if ((topic.perm() & Topics.PERM_READ) == 0) {
      throw new BadRequestException(
          ResponseCode.NO_PERMISSION, "the topic[" + topicName + "] pulling message is forbidden");
    }
    if (queueId < 0 || queueId >= topic.readQueueNums()) {
      throw new BadRequestException(
          ResponseCode.INVALID_PARAMETER,
          "queueId["
              + queueId
              + "] is illegal, topic:["
              + topicName
              + "] topicConfig.readQueueNums:["
              + topic.readQueueNums()
              + "]");
    }
  }

  private TagFilter filter(Fields fields, int sysFlag, String group, String topic)
      throws BadRequestException {
    if ((sysFlag & SUBSCRIPTION) != 0) {
      return TagExpression.parse(fields.text("subscription"), fields.text("expressionType"));
    }
    var subscription = clients.subscription(group, topic);
    if (subscription.isEmpty()) {
      throw new BadRequestException(
          ResponseCode.SUBSCRIPTION_NOT_EXIST, "the consumer's subscription not exist");
    }
    if (subscription.get().version() < fields.large("subVersion", 0)) {
      throw new BadRequestException(
          ResponseCode.SUBSCRIPTION_NOT_LATEST, "the consumer's subscription not latest");
    }
    return TagExpression.parse(subscription.get().expression(), subscription.get().type());
  }

  private void again(Pull pull) {
    serve(pull, true);
  }

  private void serve(Pull pull, boolean last) {
    try {
      node.readers().execute(() -> look(pull, false, last));
    } catch (RejectedExecutionException e) {
      pull.exchange().reply(ResponseCode.SYSTEM_BUSY, "Too many reads wait: try again.");
    }
  }

  /**
   * Looks for messages.
   *
   * @param confirmed whether leadership was confirmed since the pull was taken up
   * @param last whether the pull has waited already
   */
  private void look(Pull pull, boolean confirmed, boolean last) {
    Node.answer(
        pull.exchange(),
        () -> {
          boolean leading = node.leads();
          var found =
              node.replica()
                  .fetch(
                      pull.topic(),
                      pull.queueId(),
                      pull.offset(),
                      pull.maxMessages(),
                      pull.maxBytes(),
                      pull.filter());
          if (found.status() == Fetch.Status.FOUND
              || found.status() == Fetch.Status.NO_MATCHED_MESSAGE
              || found.status() == Fetch.Status.DAMAGED) {
            return answer(pull, found, leading);
          }
          if (leading && !confirmed) {
            confirm(pull, last);
            return null;
          }
          if (confirmed && !leading) {
            return Outcomes.notLeader(node.replica().role());
          }
          boolean atEnd =
              found.status() == Fetch.Status.OFFSET_AT_END
                  || (found.status() == Fetch.Status.NO_SUCH_QUEUE && pull.offset() == 0);
          if (atEnd && !last && pull.holdMillis() > 0) {
            node.counters().pullsHeld.increment();
            held.hold(pull);
            // A message may have come between the look and the hold.
            held.arrived(
                pull.topic(),
                pull.queueId(),
                node.replica().maxOffset(pull.topic(), pull.queueId()));
            return null;
          }
          return answer(pull, found, leading);
        });
  }

  private void confirm(Pull pull, boolean last) {
    var _ =
        node.barrier()
            .thenAccept(
                barrier -> {
                  switch (barrier) {
                    case ReadBarrier.Confirmed _ -> {
                      try {
                        node.readers().execute(() -> look(pull, true, last));
                      } catch (RejectedExecutionException e) {
                        pull.exchange()
                            .reply(ResponseCode.SYSTEM_BUSY, "Too many reads wait: try again.");
                      }
                    }
                    case ReadBarrier.NotLeader _ ->
                        pull.exchange().reply(Outcomes.notLeader(node.replica().role()));
                    case ReadBarrier.Failed(var reason) ->
                        pull.exchange()
                            .reply(
                                ResponseCode.SYSTEM_ERROR,
                                "Leadership could not be confirmed, so that nothing is there"
                                    + " cannot be said: "
                                    + reason);
                  }
                });
  }

  private Command answer(Pull pull, Fetch found, boolean leading) {
    int code =
        switch (found.status()) {
          case FOUND -> ResponseCode.SUCCESS;
          case NO_MATCHED_MESSAGE -> ResponseCode.PULL_RETRY_IMMEDIATELY;
          case OFFSET_AT_END -> ResponseCode.PULL_NOT_FOUND;
          // A follower that lags must not make a consumer go back: it is sent to the leader.
          case OFFSET_BEYOND_END ->
              leading ? ResponseCode.PULL_OFFSET_MOVED : ResponseCode.PULL_RETRY_IMMEDIATELY;
          case OFFSET_TOO_SMALL -> ResponseCode.PULL_OFFSET_MOVED;
          case NO_SUCH_QUEUE ->
              pull.offset() == 0
                  ? ResponseCode.PULL_NOT_FOUND
                  : leading ? ResponseCode.PULL_OFFSET_MOVED : ResponseCode.PULL_RETRY_IMMEDIATELY;
          case DAMAGED -> ResponseCode.SYSTEM_ERROR;
        };
    boolean sentToLeader =
        !leading
            && code == ResponseCode.PULL_RETRY_IMMEDIATELY
            && found.status() != Fetch.Status.NO_MATCHED_MESSAGE;
    long next = sentToLeader ? pull.offset() : found.nextOffset();
    var fields = new HashMap<String, String>();
    fields.put("nextBeginOffset", Long.toString(next));
    fields.put("minOffset", Long.toString(found.minOffset()));
    fields.put("maxOffset", Long.toString(found.maxOffset()));
    fields.put("suggestWhichBrokerId", "0");
    fields.put("topicSysFlag", "0");
    fields.put("groupSysFlag", "0");
    var answer = Command.success(Map.copyOf(fields)).withCode(code);
    if (code == ResponseCode.SUCCESS) {
      if (!pull.exchange().peer().isReading()) {
        // The client does not read what it has asked for before: do not pile up more.
        return answer
            .withCode(ResponseCode.PULL_RETRY_IMMEDIATELY)
            .withFields(withNext(fields, pull.offset()));
      }
      node.counters().gotMessages.add(found.count());
      node.counters().gotBytes.add(found.messages().length);
      return answer.withBody(found.messages());
    }
    if (found.status() == Fetch.Status.DAMAGED) {
      return Command.answer(
          code,
          "The message's bytes on this node's disk are damaged: "
              + Objects.requireNonNullElse(node.replica().role().failure(), "see its log"));
    }
    return answer;
  }

  private static Map<String, String> withNext(Map<String, String> fields, long offset) {
    var copy = new HashMap<>(fields);
    copy.put("nextBeginOffset", Long.toString(offset));
    return copy;
  }
}
