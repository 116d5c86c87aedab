package org.ordeal.replication;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A message as RocketMQ encodes it, and a log entry full of them.
 *
 * <pre>
 *   entry:    | kind = 1 | version | count (2) | zeros (4) | crc32c | message | crc32c | message | ...
 *
 *   message:  0           4       8          12        16     20             28               36
 *             | total size| magic | body CRC | queueId | flag | queue offset | commit log off.| sysFlag
 *             | born time (8) | born host (8, IPv6 20) | store time (8) | store host (8, IPv6 20)
 *             | reconsume times (4) | prepared transaction offset (8) | body length (4) | body
 *             | topic length (1, magic v2: 2) | topic | properties length (2) | properties
 * </pre>
 *
 * In the log the two offsets are zero; who reads a message puts them in. The checksum in front of a
 * message covers all of it with these zeros, so that a message is checked without reading the batch
 * that it came in. The format of the message is that of {@code
 * org.apache.rocketmq.common.message.MessageDecoder}.
 */
final class MessageCodec {
  static final int MAGIC_V1 = 0xDAA320A7;
  static final int MAGIC_V2 = 0xDAA320AB;
  static final int QUEUE_OFFSET_AT = 20;
  static final int COMMIT_LOG_OFFSET_AT = 28;
  static final int SYS_FLAG_BORN_HOST_V6 = 1 << 4;
  static final int SYS_FLAG_STORE_HOST_V6 = 1 << 5;

  /** Bytes before the first message of an entry. */
  static final int ENTRY_HEADER_BYTES = 8;

  /** Bytes of checksum before each message. */
  static final int CRC_BYTES = 4;

  static final int MAX_MESSAGES = 0xFFFF;

  private static final int SYS_FLAG_AT = 36;
  private static final int BORN_HOST_AT = 48;

  /** Thrown for drafts that the format cannot hold; the message is a sentence. */
  static final class IllegalDraftException extends Exception {
    private static final long serialVersionUID = 1L;

    IllegalDraftException(String message) {
      super(message);
    }
  }

  private MessageCodec() {}

  /** Encodes an entry of these messages; the buffer begins with its kind. */
  static ByteBuffer encode(
      List<MessageDraft> drafts, InetSocketAddress storeHost, long storeMillis, int maxEntryBytes)
      throws IllegalDraftException {
    if (drafts.isEmpty() || drafts.size() > MAX_MESSAGES) {
      throw new IllegalDraftException(
          "An append takes 1 to %d messages, not %d.".formatted(MAX_MESSAGES, drafts.size()));
    }
    long size = ENTRY_HEADER_BYTES;
    var topics = new byte[drafts.size()][];
    var properties = new byte[drafts.size()][];
    for (var i = 0; i < drafts.size(); i++) {
      var draft = drafts.get(i);
      topics[i] = draft.topic().getBytes(StandardCharsets.UTF_8);
      properties[i] = draft.properties().getBytes(StandardCharsets.UTF_8);
      check(draft, topics[i], properties[i]);
      size += CRC_BYTES + encodedSize(draft, topics[i], properties[i], storeHost);
    }
    if (size > maxEntryBytes) {
      throw new IllegalDraftException(
          "The messages take %d bytes together; at most %d are allowed."
              .formatted(size, maxEntryBytes));
    }
    var target = ByteBuffer.allocate((int) size);
    target
        .put((byte) Command.KIND_MESSAGES)
        .put((byte) 1)
        .putShort((short) drafts.size())
        .putInt(0);
    for (var i = 0; i < drafts.size(); i++) {
      put(target, drafts.get(i), topics[i], properties[i], storeHost, storeMillis);
    }
    return target.flip();
  }

  private static void check(MessageDraft draft, byte[] topic, byte[] properties)
      throws IllegalDraftException {
    if (topic.length == 0 || topic.length > MessageDraft.MAX_TOPIC_BYTES) {
      throw new IllegalDraftException(
          "The topic's name has %d bytes; 1 to %d are allowed."
              .formatted(topic.length, MessageDraft.MAX_TOPIC_BYTES));
    }
    if (properties.length > MessageDraft.MAX_PROPERTIES_BYTES) {
      throw new IllegalDraftException(
          "The properties have %d bytes; at most %d are allowed."
              .formatted(properties.length, MessageDraft.MAX_PROPERTIES_BYTES));
    }
    if (draft.queueId() < 0) {
      throw new IllegalDraftException("There is no queue " + draft.queueId() + ".");
    }
  }

  private static int encodedSize(
      MessageDraft draft, byte[] topic, byte[] properties, InetSocketAddress storeHost) {
    return 4
        + 4
        + 4
        + 4
        + 4
        + 8
        + 8
        + 4
        + 8
        + hostSize(draft.bornHost())
        + 8
        + hostSize(storeHost)
        + 4
        + 8
        + 4
        + draft.body().length
        + (isLong(topic) ? 2 : 1)
        + topic.length
        + 2
        + properties.length;
  }

  private static boolean isLong(byte[] topic) {
    return topic.length > Byte.MAX_VALUE;
  }

  private static int hostSize(InetSocketAddress host) {
    return host.getAddress().getAddress().length + 4;
  }

  private static void put(
      ByteBuffer target,
      MessageDraft draft,
      byte[] topic,
      byte[] properties,
      InetSocketAddress storeHost,
      long storeMillis) {
    var size = encodedSize(draft, topic, properties, storeHost);
    var crcAt = target.position();
    var start = crcAt + CRC_BYTES;
    target.putInt(0);
    target.putInt(size).putInt(isLong(topic) ? MAGIC_V2 : MAGIC_V1).putInt(bodyCrc(draft.body()));
    target.putInt(draft.queueId()).putInt(draft.flag()).putLong(0).putLong(0);
    target.putInt(sysFlag(draft, storeHost)).putLong(draft.bornTimestampMillis());
    putHost(target, draft.bornHost());
    target.putLong(storeMillis);
    putHost(target, storeHost);
    target.putInt(draft.reconsumeTimes()).putLong(draft.preparedTransactionOffset());
    target.putInt(draft.body().length).put(draft.body());
    if (isLong(topic)) {
      target.putShort((short) topic.length);
    } else {
      target.put((byte) topic.length);
    }
    target.put(topic).putShort((short) properties.length).put(properties);
    target.putInt(crcAt, crc(target, start, size));
  }

  private static int sysFlag(MessageDraft draft, InetSocketAddress storeHost) {
    var flag = draft.sysFlag() & ~(SYS_FLAG_BORN_HOST_V6 | SYS_FLAG_STORE_HOST_V6);
    if (hostSize(draft.bornHost()) > 8) {
      flag |= SYS_FLAG_BORN_HOST_V6;
    }
    return hostSize(storeHost) > 8 ? flag | SYS_FLAG_STORE_HOST_V6 : flag;
  }

  private static void putHost(ByteBuffer target, InetSocketAddress host) {
    target.put(host.getAddress().getAddress()).putInt(host.getPort());
  }

  private static int bodyCrc(byte[] body) {
    var crc = new CRC32();
    crc.update(body);
    return (int) crc.getValue() & 0x7FFFFFFF;
  }

  private static int crc(ByteBuffer buffer, int start, int size) {
    var crc = new CRC32C();
    crc.update(buffer.slice(start, size));
    return (int) crc.getValue();
  }

  /** Whether the message at {@code start}, with its checksum before it, is what was written. */
  static boolean intact(ByteBuffer buffer, int start, int size) {
    return size >= BORN_HOST_AT
        && buffer.getInt(start) == size
        && buffer.getInt(start - CRC_BYTES) == crc(buffer, start, size);
  }

  /** Puts the offsets into the message at {@code start}. */
  static void fillOffsets(ByteBuffer buffer, int start, long queueOffset, long commitLogOffset) {
    buffer.putLong(start + QUEUE_OFFSET_AT, queueOffset);
    buffer.putLong(start + COMMIT_LOG_OFFSET_AT, commitLogOffset);
  }

  /**
   * What the store wants to know of an encoded message.
   *
   * @param properties the encoded properties
   */
  record Fields(String topic, int queueId, long storeMillis, String properties) {

    /** The value of a property, or null. */
    @Nullable String property(String name) {
      for (var at = 0; at < properties.length(); ) {
        var end = properties.indexOf('\u0002', at);
        end = end < 0 ? properties.length() : end;
        if (properties.startsWith(name, at)
            && at + name.length() < end
            && properties.charAt(at + name.length()) == '\u0001') {
          return properties.substring(at + name.length() + 1, end);
        }
        at = end + 1;
      }
      return null;
    }

    /** The hash by which consumers filter: of the tag, 0 without one. */
    long tagHash() {
      var tag = property("TAGS");
      return tag == null || tag.isEmpty() ? 0 : tag.hashCode();
    }

    /** Whether this is one of the keys, or the unique one. */
    boolean hasKey(String key) {
      if (key.equals(property("UNIQ_KEY"))) {
        return true;
      }
      var keys = property("KEYS");
      return keys != null && List.of(keys.split(" ")).contains(key);
    }
  }

  /** Reads the fields of the message at {@code start}. */
  static Fields fields(ByteBuffer buffer, int start) {
    var sysFlag = buffer.getInt(start + SYS_FLAG_AT);
    var at = BORN_HOST_AT + ((sysFlag & SYS_FLAG_BORN_HOST_V6) != 0 ? 20 : 8);
    var storeMillis = buffer.getLong(start + at);
    at += 8 + ((sysFlag & SYS_FLAG_STORE_HOST_V6) != 0 ? 20 : 8) + 4 + 8;
    at += 4 + buffer.getInt(start + at);
    int topicLength;
    if (buffer.getInt(start + 4) == MAGIC_V2) {
      topicLength = buffer.getShort(start + at);
      at += 2;
    } else {
      topicLength = buffer.get(start + at);
      at += 1;
    }
    var topic = text(buffer, start + at, topicLength);
    at += topicLength;
    var properties = text(buffer, start + at + 2, buffer.getShort(start + at));
    return new Fields(topic, buffer.getInt(start + 12), storeMillis, properties);
  }

  private static String text(ByteBuffer buffer, int start, int length) {
    var bytes = new byte[length];
    buffer.get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
