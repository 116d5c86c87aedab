package org.ordeal.broker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.ConsumerOffset;

/** Serves the numbers that operators look at: 26, 28, 202, 208, 300, 303, 317, 343. */
final class StatsHandler {
  private final Node node;
  private final Clients clients;

  StatsHandler(Node node, Clients clients) {
    this.node = node;
    this.clients = clients;
  }

  /** KVTable of the whole broker. */
  void runtime(Exchange exchange) {
    node.read(
        exchange,
        () -> {
          var body = Bodies.object();
          var table = body.putObject("table");
          new TreeMap<>(runtime()).forEach(table::put);
          return Command.success(Bodies.write(body));
        });
  }

  private Map<String, String> runtime() {
    var counters = node.counters();
    var status = node.replica().status();
    var role = node.replica().role();
    var info = new LinkedHashMap<String, String>();
    info.put("brokerVersion", Integer.toString(Command.VERSION));
    info.put("brokerVersionDesc", "V5_1_0");
    info.put("bootTimestamp", Long.toString(counters.startedMillis));
    info.put("brokerActive", Boolean.toString(role.leads()));
    info.put("runtime", runtime(System.currentTimeMillis() - counters.startedMillis));
    info.put("putTps", rate(counters.putRate()));
    info.put("getTransferredTps", rate(counters.gotRate()));
    info.put("getFoundTps", rate(counters.gotRate()));
    info.put("getMissTps", rate(0));
    info.put("getTotalTps", rate(counters.gotRate()));
    info.put("msgPutTotalTodayNow", Long.toString(counters.putMessages.sum()));
    info.put("msgGetTotalTodayNow", Long.toString(counters.gotMessages.sum()));
    info.put("putMessageTimesTotal", Long.toString(counters.putMessages.sum()));
    info.put("putMessageSizeTotal", Long.toString(counters.putBytes.sum()));
    info.put(
        "putMessageFailedTimes",
        Long.toString(counters.putRefused.sum() + counters.putUnknown.sum()));
    long put = counters.putMessages.sum();
    info.put(
        "putMessageAverageSize",
        Double.toString(put == 0 ? 0 : (double) counters.putBytes.sum() / put));
    for (var zero : ZEROES) {
      info.put(zero, "0");
    }
    info.put("timerEnqueueTps", "0.0");
    info.put("timerDequeueTps", "0.0");
    info.put("sendThreadPoolQueueCapacity", "10000");
    info.put("pullThreadPoolQueueCapacity", "100000");
    info.put("litePullThreadPoolQueueCapacity", "100000");
    info.put("queryThreadPoolQueueCapacity", "20000");
    info.put("EndTransactionThreadPoolQueueCapacity", "100000");
    var latencies = counters.putLatencies;
    info.put("putLatency99", String.format(Locale.ROOT, "%.2f", latencies.percentileMillis(0.99)));
    info.put(
        "putLatency999", String.format(Locale.ROOT, "%.2f", latencies.percentileMillis(0.999)));
    info.put("putMessageDistributeTime", latencies.distribution());
    info.put("commitLogMinOffset", Long.toString(status.minCommitLogOffset()));
    info.put("commitLogMaxOffset", Long.toString(status.maxCommitLogOffset()));
    info.put(
        "remainHowManyDataToFlush",
        Math.max(0, status.maxCommitLogOffset() - status.stableCommitLogOffset()) + " B");
    var ratio = Double.toString(Math.round(status.diskUsedRatio() * 100) / 100.0);
    info.put("commitLogDiskRatio", ratio);
    info.put("commitLogDiskRatio_" + node.settings().commitLog(), ratio);
    info.put("consumeQueueDiskRatio", ratio);
    var disk = node.settings().root().toFile();
    info.put("commitLogDirCapacity", capacity(disk));
    info.put("earliestMessageTimeStamp", Long.toString(earliest()));
    info.put("ordealNode", node.settings().self());
    info.put("ordealRole", role.role().name());
    info.put("ordealTerm", Long.toString(role.term()));
    info.put("ordealLeader", role.leader() == null ? "" : role.leader());
    info.put("ordealCommittedIndex", Long.toString(status.committedIndex()));
    info.put("ordealAppliedIndex", Long.toString(status.appliedIndex()));
    info.put("ordealFailure", role.failure() == null ? "" : role.failure());
    return info;
  }

  /** What Apache's broker tells and what is always 0 here. */
  private static final List<String> ZEROES =
      List.of(
          "EndTransactionQueueSize",
          "dispatchBehindBytes",
          "dispatchMaxBuffer",
          "getMessageEntireTimeMax",
          "litePullThreadPoolQueueHeadWaitTimeMills",
          "litePullThreadPoolQueueSize",
          "msgGetTotalTodayMorning",
          "msgGetTotalYesterdayMorning",
          "msgPutTotalTodayMorning",
          "msgPutTotalYesterdayMorning",
          "pageCacheLockTimeMills",
          "pullThreadPoolQueueHeadWaitTimeMills",
          "pullThreadPoolQueueSize",
          "putMessageEntireTimeMax",
          "queryThreadPoolQueueHeadWaitTimeMills",
          "queryThreadPoolQueueSize",
          "remainTransientStoreBufferNumbs",
          "sendThreadPoolQueueHeadWaitTimeMills",
          "sendThreadPoolQueueSize",
          "startAcceptSendRequestTimeStamp",
          "timerCongestNum",
          "timerOffsetBehind",
          "timerReadBehind");

  private static String rate(double value) {
    return value + " " + value + " " + value;
  }

  private static String runtime(long millis) {
    long seconds = millis / 1000;
    return "[ %d days, %d hours, %d minutes, %d seconds ]"
        .formatted(seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
  }

  private static String capacity(File disk) {
    return String.format(
        Locale.ROOT,
        "Total : %.1f GiB, Free : %.1f GiB.",
        disk.getTotalSpace() / 0x1p30,
        disk.getFreeSpace() / 0x1p30);
  }

  private long earliest() {
    long earliest = Long.MAX_VALUE;
    for (var topic : node.replica().topics().values()) {
      for (int i = 0; i < topic.readQueueNums(); i++) {
        long time =
            node.replica()
                .storeTimeAt(topic.topicName(), i, node.replica().minOffset(topic.topicName(), i));
        if (time >= 0) {
          earliest = Math.min(earliest, time);
        }
      }
    }
    return earliest == Long.MAX_VALUE ? -1 : earliest;
  }

  /** The settings in force, as a property file. */
  void configuration(Exchange exchange) {
    var text = new StringBuilder();
    var effective = new TreeMap<>(node.settings().effective());
    // As Apache's broker does, what the role decides is told as it is now; the term is our own.
    var role = node.replica().role();
    effective.put("brokerRole", role.leads() ? "SYNC_MASTER" : "SLAVE");
    effective.put("brokerId", Long.toString(node.brokerId()));
    effective.put("term", Long.toString(role.term()));
    effective.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    exchange.reply(
        Command.success(Map.of("version", "0"))
            .withBody(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  /** TopicStatsTable. */
  void topicStats(Exchange exchange) throws BadRequestException {
    var name = exchange.fields().required("topic");
    node.readAsWhatever(
        exchange,
        () -> {
          var topic = node.topics().find(name);
          if (topic == null) {
            return Command.answer(ResponseCode.TOPIC_NOT_EXIST, "topic[" + name + "] not exist");
          }
          var table = new LinkedHashMap<ObjectNode, ObjectNode>();
          for (int i = 0; i < Math.max(topic.readQueueNums(), topic.writeQueueNums()); i++) {
            long max = node.replica().maxOffset(name, i);
            long last = max > 0 ? node.replica().storeTimeAt(name, i, max - 1) : 0;
            table.put(
                queue(name, i),
                Bodies.object()
                    .put("lastUpdateTimestamp", Math.max(0, last))
                    .put("maxOffset", max)
                    .put("minOffset", node.replica().minOffset(name, i)));
          }
          var body = Bodies.object();
          Bodies.putObjectKeyed(body, "offsetTable", table);
          body.put("topicPutTps", 0.0);
          return Command.success(Bodies.write(body));
        });
  }

  private ObjectNode queue(String topic, int queueId) {
    return Bodies.object()
        .put("brokerName", node.settings().brokerName())
        .put("queueId", queueId)
        .put("topic", topic);
  }

  /** ConsumeStats of a group. */
  void consumeStats(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var group = fields.required("consumerGroup");
    var topic = fields.text("topic");
    node.readAsWhatever(
        exchange,
        () ->
            Command.success(
                Bodies.write(
                    consumeStats(group, topic == null || topic.isBlank() ? null : topic))));
  }

  private ObjectNode consumeStats(String group, @Nullable String only) {
    var topics = new TreeSet<String>();
    if (only != null) {
      topics.add(only);
    } else {
      topics.addAll(topicsOf(group));
    }
    var table = new LinkedHashMap<ObjectNode, ObjectNode>();
    for (var name : topics) {
      var topic = node.topics().find(name);
      if (topic == null) {
        continue;
      }
      for (int i = 0; i < topic.readQueueNums(); i++) {
        long broker = node.replica().maxOffset(name, i);
        long consumer = Math.max(0, node.replica().consumerOffset(group, name, i));
        long last = consumer > 0 ? node.replica().storeTimeAt(name, i, consumer - 1) : 0;
        table.put(
            queue(name, i),
            Bodies.object()
                .put("brokerOffset", broker)
                .put("consumerOffset", consumer)
                .put("lastTimestamp", Math.max(0, last))
                .put("pullOffset", consumer));
      }
    }
    var body = Bodies.object();
    body.put("consumeTps", 0.0);
    Bodies.putObjectKeyed(body, "offsetTable", table);
    return body;
  }

  private Set<String> topicsOf(String group) {
    var topics = new TreeSet<String>();
    for (var each : offsets()) {
      if (each.group().equals(group)) {
        topics.add(each.topic());
      }
    }
    return topics;
  }

  private List<ConsumerOffset> offsets() {
    return node.replica().consumerOffsets().stream()
        .filter(each -> !QueueLocks.isLock(each) && !each.group().equals(DelayedDelivery.GROUP))
        .toList();
  }

  /** GroupList: who consumes a topic. */
  void groupsOfTopic(Exchange exchange) throws BadRequestException {
    var topic = exchange.fields().required("topic");
    var groups = new TreeSet<>(clients.groupsOf(topic));
    for (var each : offsets()) {
      if (each.topic().equals(topic)) {
        groups.add(each.group());
      }
    }
    var body = Bodies.object();
    var list = body.putArray("groupList");
    groups.forEach(list::add);
    exchange.reply(Command.success(Bodies.write(body)));
  }

  /** TopicList: what a group consumes. */
  void topicsOfGroup(Exchange exchange) throws BadRequestException {
    var group = exchange.fields().required("group");
    var topics = topicsOf(group);
    clients
        .consumerGroup(group)
        .ifPresent(view -> view.subscriptions().forEach(each -> topics.add(each.topic())));
    var body = Bodies.object();
    var list = body.putArray("topicList");
    topics.forEach(list::add);
    exchange.reply(Command.success(Bodies.write(body)));
  }

  /** ConsumeStatsList of all groups. */
  void allConsumeStats(Exchange exchange) throws BadRequestException {
    boolean ordered = exchange.fields().flag("isOrder");
    node.readAsWhatever(
        exchange,
        () -> {
          var body = Bodies.object();
          body.put("brokerAddr", node.settings().address());
          var list = body.putArray("consumeStatsList");
          long total = 0;
          var groups = new TreeSet<String>(node.replica().subscriptionGroups().keySet());
          offsets().forEach(each -> groups.add(each.group()));
          for (var group : groups) {
            var stats = Bodies.array();
            for (var name : topicsOf(group)) {
              var topic = node.topics().find(name);
              if (topic != null && (!ordered || topic.order())) {
                stats.add(consumeStats(group, name));
                for (int i = 0; i < topic.readQueueNums(); i++) {
                  total +=
                      node.replica().maxOffset(name, i)
                          - Math.max(0, node.replica().consumerOffset(group, name, i));
                }
              }
            }
            if (!stats.isEmpty()) {
              list.addObject().set(group, stats);
            }
          }
          body.put("totalDiff", total);
          body.put("totalInflightDiff", 0);
          return Command.success(Bodies.write(body));
        });
  }

  /** QueryConsumeTimeSpanBody. */
  void timeSpan(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var name = fields.required("topic");
    var group = fields.required("group");
    node.readAsWhatever(
        exchange,
        () -> {
          var topic = node.topics().find(name);
          if (topic == null) {
            return Command.answer(ResponseCode.TOPIC_NOT_EXIST, "topic[" + name + "] not exist");
          }
          var body = Bodies.object();
          var list = body.putArray("consumeTimeSpanSet");
          for (int i = 0; i < topic.writeQueueNums(); i++) {
            var replica = node.replica();
            long max = replica.maxOffset(name, i);
            long consumed = replica.consumerOffset(group, name, i);
            long consumedTime = consumed > 0 ? replica.storeTimeAt(name, i, consumed - 1) : -1;
            long oldestTime = replica.storeTimeAt(name, i, replica.minOffset(name, i));
            long reached = consumedTime >= 0 ? consumedTime : oldestTime;
            var span = list.addObject();
            span.set("messageQueue", queue(name, i));
            span.put("minTimeStamp", oldestTime);
            span.put("maxTimeStamp", max > 0 ? replica.storeTimeAt(name, i, max - 1) : -1);
            span.put("consumeTimeStamp", reached);
            span.put(
                "delayTime",
                consumed >= max || reached < 0 ? 0 : System.currentTimeMillis() - reached);
          }
          return Command.success(Bodies.write(body));
        });
  }
}
