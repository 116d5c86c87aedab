package org.ordeal.workloads.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.apache.rocketmq.common.message.MessageExt;
import org.ordeal.workloads.control.Layout;

/**
 * The bytes of a message: its value, padding and a checksum, so that a message that was altered on
 * its way shows itself.
 *
 * <pre>
 *   "ordeal:" value ":" 8 hexadecimal digits (CRC-32C of the value) ":" padding "=..."
 * </pre>
 */
final class MessageBody {

  private static final String MAGIC = "ordeal:";

  /** What {@link #read} returns for a body that is not as it was written begins with this. */
  static final String CORRUPT = "corrupt:";

  /** What is returned for a message of another queue begins with this. */
  static final String MISPLACED = "misplaced:";

  private MessageBody() {}

  /**
   * The body that carries a value.
   *
   * @param value without colons
   * @param bytes length of the body; longer where the value needs it
   */
  static byte[] of(String value, int bytes) {
    byte[] head =
        (MAGIC + value + ":" + HexFormat.of().toHexDigits(crc(value)) + ":")
            .getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(head, Math.max(bytes, head.length));
    Arrays.fill(body, head.length, body.length, (byte) '=');
    return body;
  }

  /**
   * The value of a message that was pulled from a queue. A broker whose consume queue points to the
   * wrong place in its commit log hands out messages of other queues: {@link #MISPLACED}, the queue
   * that the message says it belongs to, and its value.
   */
  static String read(MessageExt message, Layout.Queue queue) {
    String value = read(message.getBody());
    return message.getQueueId() == queue.id() && queue.topic().equals(message.getTopic())
        ? value
        : MISPLACED + message.getTopic() + "/" + message.getQueueId() + ":" + value;
  }

  /** The value in a body, or {@link #CORRUPT} and a digest of what stands there instead. */
  static String read(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    int end = text.indexOf(':', MAGIC.length());
    if (text.startsWith(MAGIC) && end > 0 && text.length() >= end + 10) {
      String value = text.substring(MAGIC.length(), end);
      boolean padded = text.chars().skip(end + 10L).allMatch(c -> c == '=');
      if (padded && text.startsWith(HexFormat.of().toHexDigits(crc(value)) + ":", end + 1)) {
        return value;
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(body);
    return CORRUPT
        + body.length
        + " bytes, CRC-32C "
        + HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static int crc(String value) {
    CRC32C crc = new CRC32C();
    crc.update(value.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }
}
