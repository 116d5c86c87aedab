package org.ordeal.broker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.ResponseCode;

/**
 * A message as it lies in the commit log, taken apart.
 *
 * <pre>
 *   total int32 | magic int32 | bodyCRC int32 | queueId int32 | flag int32 | queueOffset int64
 *   | physicalOffset int64 | sysFlag int32 | bornTimestamp int64 | bornHost 8 or 20 | storeTimestamp
 *   int64 | storeHost 8 or 20 | reconsumeTimes int32 | preparedTransactionOffset int64
 *   | body int32+bytes | topic int8 (int16 in version 2)+bytes | properties int16+bytes
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // the body is handed on, never compared
record StoredMessage(
    String topic,
    int queueId,
    int flag,
    int sysFlag,
    long queueOffset,
    long commitLogOffset,
    long bornTimestamp,
    InetSocketAddress bornHost,
    long storeTimestamp,
    InetSocketAddress storeHost,
    int reconsumeTimes,
    long preparedTransactionOffset,
    byte[] body,
    Map<String, String> properties) {

  static final int BORN_HOST_V6 = 1 << 4;
  static final int STORE_HOST_V6 = 1 << 5;
  private static final int MAGIC_V2 = -626843477;

  static StoredMessage decode(byte[] encoded) throws BadRequestException {
    return decode(ByteBuffer.wrap(encoded));
  }

  /** Reads one message and leaves the buffer behind it. */
  static StoredMessage decode(ByteBuffer in) throws BadRequestException {
    try {
      int start = in.position();
      int total = in.getInt();
      int magic = in.getInt();
      in.getInt();
      int queueId = in.getInt();
      int flag = in.getInt();
      long queueOffset = in.getLong();
      long physical = in.getLong();
      int sysFlag = in.getInt();
      long born = in.getLong();
      var bornHost = host(in, (sysFlag & BORN_HOST_V6) != 0);
      long stored = in.getLong();
      var storeHost = host(in, (sysFlag & STORE_HOST_V6) != 0);
      int reconsumed = in.getInt();
      long prepared = in.getLong();
      var body = bytes(in, in.getInt());
      var topic = bytes(in, magic == MAGIC_V2 ? in.getShort() : in.get() & 0xFF);
      var properties = bytes(in, in.getShort());
      in.position(start + total);
      return new StoredMessage(
          new String(topic, StandardCharsets.UTF_8),
          queueId,
          flag,
          sysFlag,
          queueOffset,
          physical,
          born,
          bornHost,
          stored,
          storeHost,
          reconsumed,
          prepared,
          body,
          MessageProperties.decode(new String(properties, StandardCharsets.UTF_8)));
    } catch (RuntimeException | UnknownHostException e) {
      throw new BadRequestException(
          ResponseCode.SYSTEM_ERROR, "A stored message cannot be decoded: " + e);
    }
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static InetSocketAddress host(ByteBuffer in, boolean v6) throws UnknownHostException {
    var address = InetAddress.getByAddress(bytes(in, v6 ? 16 : 4));
    return new InetSocketAddress(address, in.getInt() & 0xFFFF);
  }

  /** The same message, encoded, in another topic and queue. */
  static byte[] withPlace(byte[] encoded, String topic, int queueId) {
    var in = ByteBuffer.wrap(encoded);
    int sysFlag = in.getInt(36);
    int at = 48 + ((sysFlag & BORN_HOST_V6) == 0 ? 8 : 20);
    at += 8 + ((sysFlag & STORE_HOST_V6) == 0 ? 8 : 20) + 12;
    at += 4 + in.getInt(at);
    boolean wide = in.getInt(4) == MAGIC_V2;
    int width = wide ? 2 : 1;
    int oldLength = wide ? in.getShort(at) : in.get(at) & 0xFF;
    var name = topic.getBytes(StandardCharsets.UTF_8);
    var out = ByteBuffer.allocate(encoded.length - oldLength + name.length);
    out.put(encoded, 0, at);
    if (wide) {
      out.putShort((short) name.length);
    } else {
      out.put((byte) name.length);
    }
    out.put(name);
    int rest = at + width + oldLength;
    out.put(encoded, rest, encoded.length - rest);
    out.putInt(0, out.capacity());
    out.putInt(12, queueId);
    return out.array();
  }

  /** RocketMQ's message id: the store host and the offset in the commit log, as hex. */
  static String messageId(InetSocketAddress storeHost, long commitLogOffset) {
    var address = storeHost.getAddress().getAddress();
    var buffer = ByteBuffer.allocate(address.length + 12);
    buffer.put(address).putInt(storeHost.getPort()).putLong(commitLogOffset);
    return java.util.HexFormat.of().withUpperCase().formatHex(buffer.array());
  }

  String messageId() {
    return messageId(storeHost, commitLogOffset);
  }
}
