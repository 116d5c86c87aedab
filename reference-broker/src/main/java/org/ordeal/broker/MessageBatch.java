package org.ordeal.broker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.ResponseCode;

/**
 * The body of a batch: messages one after another.
 *
 * <pre>
 *   total int32 | magic int32 | bodyCRC int32 | flag int32 | body int32+bytes | properties int16+bytes
 * </pre>
 */
final class MessageBatch {
  private static final int MAX_MESSAGES = 10_000;

  private MessageBatch() {}

  /** One of them. */
  @SuppressWarnings("ArrayRecordComponent") // the body is handed on, never compared
  record Inner(int flag, byte[] body, String properties) {}

  static List<Inner> read(byte[] bytes) throws BadRequestException {
    var messages = new ArrayList<Inner>();
    var in = ByteBuffer.wrap(bytes);
    try {
      while (in.hasRemaining()) {
        int start = in.position();
        int total = in.getInt();
        in.getInt();
        in.getInt();
        int flag = in.getInt();
        var body = new byte[bounded(in, in.getInt())];
        in.get(body);
        var properties = new byte[bounded(in, in.getShort())];
        in.get(properties);
        if (in.position() != start + total || messages.size() >= MAX_MESSAGES) {
          throw new IndexOutOfBoundsException("total " + total);
        }
        messages.add(new Inner(flag, body, new String(properties, StandardCharsets.UTF_8)));
      }
    } catch (RuntimeException e) {
      throw new BadRequestException(
          ResponseCode.MESSAGE_ILLEGAL,
          "The batch cannot be taken apart after " + messages.size() + " messages: " + e);
    }
    if (messages.isEmpty()) {
      throw new BadRequestException(ResponseCode.MESSAGE_ILLEGAL, "The batch is empty.");
    }
    return messages;
  }

  private static int bounded(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new IndexOutOfBoundsException("length " + length);
    }
    return length;
  }
}
