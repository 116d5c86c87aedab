package org.ordeal.broker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.Bodies;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.DataVersion;
import org.ordeal.replication.Replica;
import org.ordeal.replication.TopicConfig;

/**
 * The topics of this broker: those that every broker has, and those that were created and
 * replicated. Thread-safe.
 */
final class Topics {
  static final int PERM_INHERIT = 1;
  static final int PERM_WRITE = 2;
  static final int PERM_READ = 4;

  static final String AUTO_CREATE_KEY = "TBW102";
  static final String SCHEDULE = "SCHEDULE_TOPIC_XXXX";
  static final String HALF = "RMQ_SYS_TRANS_HALF_TOPIC";
  static final String HALF_DONE = "RMQ_SYS_TRANS_OP_HALF_TOPIC";
  static final String CHECKED_TOO_OFTEN = "TRANS_CHECK_MAX_TIME_TOPIC";
  static final String RETRY_PREFIX = "%RETRY%";
  static final String DEAD_LETTER_PREFIX = "%DLQ%";

  private static final int MAX_NAME = 127;
  private static final int MAX_GROUP_NAME = 255;
  private static final Pattern NAME = Pattern.compile("^[%|a-zA-Z0-9_-]+$");
  private static final Set<String> NOT_FOR_CLIENTS =
      Set.of(SCHEDULE, HALF, HALF_DONE, CHECKED_TOO_OFTEN, "SELF_TEST_TOPIC", "OFFSET_MOVED_EVENT");

  private final Replica replica;
  private final Map<String, TopicConfig> builtIn;
  private final Map<String, CompletableFuture<CommandOutcome>> creating = new ConcurrentHashMap<>();

  Topics(BrokerSettings settings, Replica replica) {
    this.replica = replica;
    this.builtIn = builtIn(settings);
  }

  private static Map<String, TopicConfig> builtIn(BrokerSettings settings) {
    var topics = new TreeMap<String, TopicConfig>();
    int all = PERM_READ | PERM_WRITE;
    int queues = settings.defaultQueues();
    if (settings.autoCreateTopic()) {
      add(topics, AUTO_CREATE_KEY, queues, all | PERM_INHERIT);
    }
    add(topics, "SELF_TEST_TOPIC", 1, all);
    add(topics, "BenchmarkTest", 1024, all);
    add(topics, settings.cluster(), 16, all | PERM_INHERIT);
    add(topics, settings.brokerName(), 1, all | PERM_INHERIT);
    add(topics, "OFFSET_MOVED_EVENT", 1, all);
    add(topics, SCHEDULE, Math.max(1, settings.delayLevels().size()), all);
    add(topics, HALF, 1, all);
    add(topics, HALF_DONE, 1, all);
    add(topics, CHECKED_TOO_OFTEN, 1, all);
    add(topics, settings.cluster() + "_REPLY_TOPIC", 1, all);
    return Map.copyOf(topics);
  }

  private static void add(Map<String, TopicConfig> topics, String name, int queues, int perm) {
    topics.put(name, simple(name, queues, perm));
  }

  static TopicConfig simple(String name, int queues, int perm) {
    return new TopicConfig(name, queues, queues, perm, "SINGLE_TAG", 0, false, Map.of());
  }

  @Nullable TopicConfig find(String name) {
    var created = replica.topics().get(name);
    return created != null ? created : builtIn.get(name);
  }

  boolean isBuiltIn(String name) {
    return builtIn.containsKey(name);
  }

  Set<String> builtInNames() {
    return builtIn.keySet();
  }

  /** All topics by name. */
  Map<String, TopicConfig> all() {
    var all = new TreeMap<>(builtIn);
    all.putAll(replica.topics());
    return all;
  }

  /** Why a client may not use a name for its topic, null where it may. */
  @Nullable String objection(String name) {
    if (name.isBlank()) {
      return "The specified topic is blank.";
    }
    if (!NAME.matcher(name).matches()) {
      return "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$";
    }
    boolean ofGroup = name.startsWith(RETRY_PREFIX) || name.startsWith(DEAD_LETTER_PREFIX);
    int most = ofGroup ? MAX_GROUP_NAME : MAX_NAME;
    if (name.length() > most) {
      return "The specified topic is longer than topic max length " + most + ".";
    }
    return null;
  }

  /** Whether clients may send to a topic by its name alone. */
  boolean forClients(String name) {
    return !NOT_FOR_CLIENTS.contains(name);
  }

  /** Creates a topic that nobody asked for by name; calls for the same one share one entry. */
  CompletableFuture<CommandOutcome> ensure(TopicConfig topic) {
    if (find(topic.topicName()) != null) {
      return CompletableFuture.completedFuture(new CommandOutcome.Done());
    }
    var mine = new CompletableFuture<CommandOutcome>();
    var running = creating.putIfAbsent(topic.topicName(), mine);
    if (running != null) {
      return running;
    }
    var _ =
        replica
            .putTopic(topic)
            .whenComplete(
                (outcome, failure) -> {
                  creating.remove(topic.topicName());
                  if (failure != null) {
                    mine.complete(new CommandOutcome.Unknown(failure.toString()));
                  } else {
                    mine.complete(outcome);
                  }
                });
    return mine;
  }

  static ObjectNode json(TopicConfig topic) {
    var node = Bodies.object();
    var attributes = node.putObject("attributes");
    topic.attributes().forEach(attributes::put);
    return node.put("order", topic.order())
        .put("perm", topic.perm())
        .put("readQueueNums", topic.readQueueNums())
        .put("topicFilterType", topic.topicFilterType())
        .put("topicName", topic.topicName())
        .put("topicSysFlag", topic.topicSysFlag())
        .put("writeQueueNums", topic.writeQueueNums());
  }

  static ObjectNode json(DataVersion version, long term) {
    return Bodies.object()
        .put("counter", version.counter())
        .put("stateVersion", term)
        .put("timestamp", version.timestampMillis());
  }
}
