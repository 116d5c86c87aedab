package org.ordeal.nameserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.ordeal.nameserver.Registration.TopicQueues;
import org.ordeal.nameserver.Registration.Version;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Fields;
import org.ordeal.remoting.ResponseCode;

/**
 * Reads REGISTER_BROKER as brokers of all versions send it.
 *
 * <pre>
 *   plain body:      {"topicConfigSerializeWrapper":{"dataVersion":..,"topicConfigTable":..},"filterServerList":[..]}
 *   compressed body: zlib( version | n | topic*n | filter servers | ... ), each an int32 length and
 *                    as many bytes (n: int32 alone); version and filter servers are JSON, a topic is
 *                    "name read write perm filterType attributes"
 *   before 3.0.11:   the topicConfigSerializeWrapper alone
 * </pre>
 */
final class RegistrationReader {
  private static final int V3_0_11 = 37;

  /** A body of this size, unpacked, is more topics than a broker can have. */
  private static final int MAX_UNPACKED_BYTES = 64 << 20;

  private RegistrationReader() {}

  static Registration read(Command request) throws BadRequestException {
    var fields = Fields.of(request);
    checkCrc(request.body(), fields.number("bodyCrc32", 0));
    Content content;
    if (request.body() == null) {
      content = new Content(Version.NONE, Map.of(), List.of());
    } else if (fields.flag("compressed")) {
      content = unpack(request.body());
    } else {
      content = plain(Bodies.read(request.body()), request.version());
    }
    return new Registration(
        fields.required("clusterName"),
        fields.required("brokerName"),
        fields.required("brokerAddr"),
        fields.large("brokerId"),
        fields.text("haServerAddr", ""),
        fields.large("heartbeatTimeoutMillis", Registration.DEFAULT_TIMEOUT_MILLIS),
        fields.flag("enableActingMaster"),
        fields.text("zoneName"),
        content.version,
        content.topics,
        content.filterServers);
  }

  private record Content(
      Version version, Map<String, TopicQueues> topics, List<String> filterServers) {}

  private static void checkCrc(byte @Nullable [] body, int told) throws BadRequestException {
    if (told == 0 || body == null) {
      return;
    }
    var crc = new CRC32();
    crc.update(body);
    if ((int) (crc.getValue() & 0x7FFFFFFF) != told) {
      throw new BadRequestException(ResponseCode.SYSTEM_ERROR, "crc32 not match");
    }
  }

  private static Content plain(ObjectNode body, int version) {
    JsonNode wrapper = version >= V3_0_11 ? body.path("topicConfigSerializeWrapper") : body;
    var topics = new HashMap<String, TopicQueues>();
    for (var topic : wrapper.path("topicConfigTable").properties()) {
      var value = topic.getValue();
      topics.put(
          topic.getKey(),
          new TopicQueues(
              value.path("readQueueNums").asInt(16),
              value.path("writeQueueNums").asInt(16),
              value.path("perm").asInt(6),
              value.path("topicSysFlag").asInt(0)));
    }
    return new Content(
        version(wrapper.path("dataVersion")), topics, texts(body.path("filterServerList")));
  }

  static Version version(JsonNode node) {
    return new Version(
        node.path("stateVersion").asLong(0),
        node.path("timestamp").asLong(0),
        node.path("counter").asLong(0));
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private static Content unpack(byte[] body) throws BadRequestException {
    try (var in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(body)))) {
      int left = MAX_UNPACKED_BYTES;
      var versionBytes = block(in, left);
      left -= versionBytes.length;
      int count = in.readInt();
      var topics = new HashMap<String, TopicQueues>();
      for (int i = 0; i < count; i++) {
        var bytes = block(in, left);
        left -= bytes.length;
        topic(new String(bytes, StandardCharsets.UTF_8), topics);
      }
      var filters = block(in, left);
      return new Content(
          version(Bodies.readAny(versionBytes)), topics, texts(Bodies.readAny(filters)));
    } catch (IOException e) {
      throw new BadRequestException(
          ResponseCode.SYSTEM_ERROR, "The compressed registration cannot be unpacked: " + e);
    }
  }

  private static byte[] block(DataInputStream in, int left) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > left) {
      throw new IOException("a block tells " + length + " bytes where at most " + left + " fit");
    }
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("it ends inside a block");
    }
    return bytes;
  }

  private static void topic(String text, Map<String, TopicQueues> topics) throws IOException {
    var words = text.split(" ", -1);
    if (words.length < 5) {
      throw new IOException("a topic has " + words.length + " words where 5 are needed");
    }
    try {
      topics.put(
          words[0],
          new TopicQueues(
              Integer.parseInt(words[1]),
              Integer.parseInt(words[2]),
              Integer.parseInt(words[3]),
              0));
    } catch (NumberFormatException e) {
      throw new IOException("a topic's numbers cannot be read: " + text, e);
    }
  }
}
