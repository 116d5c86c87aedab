package org.ordeal.replication;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Topics, subscription groups and consumer offsets: the tables that the log carries beside
 * messages.
 *
 * <p>One thread applies; any reads. Topics and groups are replaced as a whole by each change, which
 * is rare; offsets change all the time, one by one.
 */
final class Tables {
  private record OffsetKey(String group, String topic, int queueId) {}

  private volatile Map<String, TopicConfig> topics = Map.of();
  private volatile Map<String, SubscriptionGroup> groups = Map.of();
  private final Map<OffsetKey, Long> offsets = new ConcurrentHashMap<>();
  private volatile DataVersion topicVersion = DataVersion.INITIAL;
  private volatile DataVersion groupVersion = DataVersion.INITIAL;
  private volatile DataVersion offsetVersion = DataVersion.INITIAL;

  Map<String, TopicConfig> topics() {
    return topics;
  }

  Map<String, SubscriptionGroup> groups() {
    return groups;
  }

  DataVersion topicVersion() {
    return topicVersion;
  }

  DataVersion groupVersion() {
    return groupVersion;
  }

  DataVersion offsetVersion() {
    return offsetVersion;
  }

  long offset(String group, String topic, int queueId) {
    return offsets.getOrDefault(new OffsetKey(group, topic, queueId), -1L);
  }

  List<ConsumerOffset> offsets() {
    var all = new ArrayList<ConsumerOffset>();
    offsets.forEach(
        (key, offset) -> all.add(new ConsumerOffset(key.group, key.topic, key.queueId, offset)));
    return all;
  }

  void apply(Command command) {
    var time = command.timeMillis();
    switch (command) {
      case Command.PutTopic(var _, var topic) -> {
        topics = with(topics, topic.topicName(), topic);
        topicVersion = next(topicVersion, time);
      }
      case Command.DeleteTopic(var _, var topic) -> {
        topics = without(topics, topic);
        offsets.keySet().removeIf(key -> key.topic.equals(topic));
        topicVersion = next(topicVersion, time);
        offsetVersion = next(offsetVersion, time);
      }
      case Command.PutGroup(var _, var group) -> {
        groups = with(groups, group.groupName(), group);
        groupVersion = next(groupVersion, time);
      }
      case Command.DeleteGroup(var _, var group, var withOffsets) -> {
        groups = without(groups, group);
        groupVersion = next(groupVersion, time);
        if (withOffsets) {
          offsets.keySet().removeIf(key -> key.group.equals(group));
          offsetVersion = next(offsetVersion, time);
        }
      }
      case Command.CommitOffsets(var _, var committed) -> {
        for (var one : committed) {
          offsets.put(new OffsetKey(one.group(), one.topic(), one.queueId()), one.offset());
        }
        offsetVersion = next(offsetVersion, time);
      }
    }
  }

  private static DataVersion next(DataVersion version, long timeMillis) {
    return new DataVersion(version.stateVersion(), timeMillis, version.counter() + 1);
  }

  private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
    var copy = new TreeMap<>(map);
    copy.put(key, value);
    return Map.copyOf(copy);
  }

  private static <V> Map<String, V> without(Map<String, V> map, String key) {
    var copy = new TreeMap<>(map);
    copy.remove(key);
    return Map.copyOf(copy);
  }

  /** Writes everything; call on the applying thread. */
  void write(DataOutputStream out) throws IOException {
    out.writeInt(topics.size());
    for (var topic : new TreeMap<>(topics).values()) {
      Command.writeTopic(out, topic);
    }
    out.writeInt(groups.size());
    for (var group : new TreeMap<>(groups).values()) {
      Command.writeGroup(out, group);
    }
    Command.writeOffsets(out, offsets());
    for (var version : List.of(topicVersion, groupVersion, offsetVersion)) {
      out.writeLong(version.stateVersion());
      out.writeLong(version.timestampMillis());
      out.writeLong(version.counter());
    }
  }

  /** Replaces everything by what {@link #write} has written. */
  void read(DataInputStream in) throws IOException {
    var readTopics = new TreeMap<String, TopicConfig>();
    for (var left = in.readInt(); left > 0; left--) {
      var topic = Command.readTopic(in);
      readTopics.put(topic.topicName(), topic);
    }
    var readGroups = new TreeMap<String, SubscriptionGroup>();
    for (var left = in.readInt(); left > 0; left--) {
      var group = Command.readGroup(in);
      readGroups.put(group.groupName(), group);
    }
    offsets.clear();
    for (var one : Command.readOffsets(in)) {
      offsets.put(new OffsetKey(one.group(), one.topic(), one.queueId()), one.offset());
    }
    topics = Map.copyOf(readTopics);
    groups = Map.copyOf(readGroups);
    topicVersion = readVersion(in);
    groupVersion = readVersion(in);
    offsetVersion = readVersion(in);
  }

  private static DataVersion readVersion(DataInputStream in) throws IOException {
    var state = in.readLong();
    var time = in.readLong();
    return new DataVersion(state, time, in.readLong());
  }
}
