package org.ordeal.replication;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The applied state at one index, as a file: where each queue ends, and the tables.
 *
 * <pre>
 *   | magic | crc32c | index (8) | term (8) | log position after it (8) | peers | queues: count, each topic, queueId,
 *   | directory, min, max | tables |
 * </pre>
 *
 * @param index the last entry applied, 0 for the empty state
 * @param endPosition position in the commit log after that entry
 * @param configuration the group's members as of the index, as JRaft writes them; empty where not
 *     known
 * @param tables written by {@link Tables#write}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StateImage(
    long index,
    long term,
    long endPosition,
    String configuration,
    List<QueueImage> queues,
    byte[] tables) {
  private static final int MAGIC = 0x4F524453;

  /** One queue: its unit files' directory, and the bounds of what they hold. */
  record QueueImage(String topic, int queueId, String directory, long min, long max) {}

  StateImage withConfiguration(String known) {
    return new StateImage(index, term, endPosition, known, queues, tables);
  }

  /**
   * The same state, seen as that of a later index of which the entries between hold nothing to
   * apply.
   */
  StateImage at(long laterIndex, long laterTerm) {
    return new StateImage(laterIndex, laterTerm, endPosition, configuration, queues, tables);
  }

  byte[] encode() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(0);
      out.writeLong(index);
      out.writeLong(term);
      out.writeLong(endPosition);
      Command.writeText(out, configuration);
      out.writeInt(queues.size());
      for (var queue : queues) {
        Command.writeText(out, queue.topic());
        out.writeInt(queue.queueId());
        Command.writeText(out, queue.directory());
        out.writeLong(queue.min());
        out.writeLong(queue.max());
      }
      out.writeInt(tables.length);
      out.write(tables);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail so.
    }
    var whole = ByteBuffer.wrap(bytes.toByteArray());
    return whole.putInt(4, crc(whole.array())).array();
  }

  private static int crc(byte[] whole) {
    var crc = new CRC32C();
    crc.update(whole, 8, whole.length - 8);
    return (int) crc.getValue();
  }

  /** Null where the bytes are not a whole image. */
  static @Nullable StateImage decode(byte[] content) throws IOException {
    if (content.length < 32
        || ByteBuffer.wrap(content).getInt(0) != MAGIC
        || ByteBuffer.wrap(content).getInt(4) != crc(content)) {
      return null;
    }
    var in = new DataInputStream(new ByteArrayInputStream(content, 8, content.length - 8));
    var index = in.readLong();
    var term = in.readLong();
    var end = in.readLong();
    var configuration = Command.readText(in);
    var queues = new ArrayList<QueueImage>();
    for (var left = in.readInt(); left > 0; left--) {
      var topic = Command.readText(in);
      var queueId = in.readInt();
      var directory = Command.readText(in);
      var min = in.readLong();
      queues.add(new QueueImage(topic, queueId, directory, min, in.readLong()));
    }
    var tables = new byte[in.readInt()];
    in.readFully(tables);
    return new StateImage(index, term, end, configuration, queues, tables);
  }
}
