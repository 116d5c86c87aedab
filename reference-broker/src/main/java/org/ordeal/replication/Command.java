package org.ordeal.replication;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A change of the replicated tables, as one entry of the log: kind (1), version (1), leader's time
 * (8), fields. Text is a length (4) and UTF-8.
 */
sealed interface Command {
  int KIND_MESSAGES = 1;
  int KIND_PUT_TOPIC = 2;
  int KIND_DELETE_TOPIC = 3;
  int KIND_PUT_GROUP = 4;
  int KIND_DELETE_GROUP = 5;
  int KIND_OFFSETS = 6;

  /** Milliseconds since 1970 by the clock of the leader that proposed it. */
  long timeMillis();

  record PutTopic(long timeMillis, TopicConfig topic) implements Command {}

  record DeleteTopic(long timeMillis, String topic) implements Command {}

  record PutGroup(long timeMillis, SubscriptionGroup group) implements Command {}

  record DeleteGroup(long timeMillis, String group, boolean withOffsets) implements Command {}

  record CommitOffsets(long timeMillis, List<ConsumerOffset> offsets) implements Command {}

  /** The entry's bytes. */
  default ByteBuffer encode() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(kind());
      out.writeByte(1);
      out.writeLong(timeMillis());
      switch (this) {
        case PutTopic(var _, var topic) -> writeTopic(out, topic);
        case DeleteTopic(var _, var topic) -> writeText(out, topic);
        case PutGroup(var _, var group) -> writeGroup(out, group);
        case DeleteGroup(var _, var group, var withOffsets) -> {
          writeText(out, group);
          out.writeBoolean(withOffsets);
        }
        case CommitOffsets(var _, var offsets) -> writeOffsets(out, offsets);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail so.
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private int kind() {
    return switch (this) {
      case PutTopic _ -> KIND_PUT_TOPIC;
      case DeleteTopic _ -> KIND_DELETE_TOPIC;
      case PutGroup _ -> KIND_PUT_GROUP;
      case DeleteGroup _ -> KIND_DELETE_GROUP;
      case CommitOffsets _ -> KIND_OFFSETS;
    };
  }

  /** Reads an entry that is not of kind messages. */
  static Command decode(ByteBuffer entry) throws IOException {
    var bytes = new byte[entry.remaining()];
    entry.duplicate().get(bytes);
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    var kind = in.readByte();
    var version = in.readByte();
    if (version != 1) {
      throw new IOException(
          "The log has an entry of version %d, which this build does not know.".formatted(version));
    }
    var time = in.readLong();
    return switch (kind) {
      case KIND_PUT_TOPIC -> new PutTopic(time, readTopic(in));
      case KIND_DELETE_TOPIC -> new DeleteTopic(time, readText(in));
      case KIND_PUT_GROUP -> new PutGroup(time, readGroup(in));
      case KIND_DELETE_GROUP -> new DeleteGroup(time, readText(in), in.readBoolean());
      case KIND_OFFSETS -> new CommitOffsets(time, readOffsets(in));
      default ->
          throw new IOException(
              "The log has an entry of kind %d, which this build does not know.".formatted(kind));
    };
  }

  static void writeText(DataOutputStream out, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String readText(DataInputStream in) throws IOException {
    var bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static void writeTopic(DataOutputStream out, TopicConfig topic) throws IOException {
    writeText(out, topic.topicName());
    out.writeInt(topic.readQueueNums());
    out.writeInt(topic.writeQueueNums());
    out.writeInt(topic.perm());
    writeText(out, topic.topicFilterType());
    out.writeInt(topic.topicSysFlag());
    out.writeBoolean(topic.order());
    out.writeInt(topic.attributes().size());
    for (var attribute : new TreeMap<>(topic.attributes()).entrySet()) {
      writeText(out, attribute.getKey());
      writeText(out, attribute.getValue());
    }
  }

  static TopicConfig readTopic(DataInputStream in) throws IOException {
    var name = readText(in);
    var readQueues = in.readInt();
    var writeQueues = in.readInt();
    var perm = in.readInt();
    var filterType = readText(in);
    var sysFlag = in.readInt();
    var order = in.readBoolean();
    var attributes = new TreeMap<String, String>();
    for (var left = in.readInt(); left > 0; left--) {
      var key = readText(in);
      attributes.put(key, readText(in));
    }
    return new TopicConfig(
        name, readQueues, writeQueues, perm, filterType, sysFlag, order, attributes);
  }

  static void writeGroup(DataOutputStream out, SubscriptionGroup group) throws IOException {
    writeText(out, group.groupName());
    writeText(out, group.json());
  }

  static SubscriptionGroup readGroup(DataInputStream in) throws IOException {
    var name = readText(in);
    return new SubscriptionGroup(name, readText(in));
  }

  static void writeOffsets(DataOutputStream out, List<ConsumerOffset> offsets) throws IOException {
    out.writeInt(offsets.size());
    for (var offset : offsets) {
      writeText(out, offset.group());
      writeText(out, offset.topic());
      out.writeInt(offset.queueId());
      out.writeLong(offset.offset());
    }
  }

  static List<ConsumerOffset> readOffsets(DataInputStream in) throws IOException {
    var offsets = new ArrayList<ConsumerOffset>();
    for (var left = in.readInt(); left > 0; left--) {
      var group = readText(in);
      var topic = readText(in);
      var queueId = in.readInt();
      offsets.add(new ConsumerOffset(group, topic, queueId, in.readLong()));
    }
    return offsets;
  }
}
