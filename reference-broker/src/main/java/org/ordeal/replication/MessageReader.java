package org.ordeal.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ordeal.store.CommitLog;
import org.ordeal.store.ConsumeQueue;
import org.ordeal.store.KeyIndex;

/**
 * Reads applied messages from the commit log and checks each one before it leaves the house.
 *
 * <p>Thread-safe. Damage is thrown as {@link DamageException}: the bytes of a message that was
 * applied are not what was written.
 */
final class MessageReader {
  /**
   * Units looked at by one fetch, so that a filter that matches nothing does not read a whole
   * queue.
   */
  private static final int MAX_UNITS = 16_000;

  /** Neighbours in a queue that lie so near to each other in the log are read with one call. */
  private static final int MAX_GAP_BYTES = 8 << 10;

  private static final int MAX_READ_BYTES = 1 << 20;

  private final CommitLog log;
  private final AppliedStore store;

  /** What was applied cannot be read back as it was written. */
  static final class DamageException extends IOException {
    private static final long serialVersionUID = 1L;

    DamageException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  MessageReader(CommitLog log, AppliedStore store) {
    this.log = log;
    this.store = store;
  }

  /** See {@link Replica#fetch}. */
  Fetch fetch(
      String topic,
      int queueId,
      long offset,
      int maxMessages,
      int maxBytes,
      Replica.TagFilter filter)
      throws DamageException {
    var queue = store.queue(topic, queueId);
    if (queue == null) {
      return empty(Fetch.Status.NO_SUCH_QUEUE, 0, 0, 0);
    }
    var max = queue.maxOffset();
    var min = queue.minOffset();
    if (offset < min) {
      return empty(Fetch.Status.OFFSET_TOO_SMALL, min, min, max);
    }
    if (offset >= max) {
      return offset == max
          ? empty(Fetch.Status.OFFSET_AT_END, offset, min, max)
          : empty(Fetch.Status.OFFSET_BEYOND_END, max, min, max);
    }
    try {
      return fetchFrom(queue, offset, maxMessages, maxBytes, filter);
    } catch (IOException e) {
      if (offset < queue.minOffset()) { // Deleted while we read.
        return empty(Fetch.Status.OFFSET_TOO_SMALL, queue.minOffset(), queue.minOffset(), max);
      }
      throw new DamageException(
          "Messages from offset %d of queue %d of %s cannot be read: %s"
              .formatted(offset, queueId, topic, e.getMessage()),
          e);
    }
  }

  private static Fetch empty(Fetch.Status status, long next, long min, long max) {
    return new Fetch(status, new byte[0], 0, next, min, max);
  }

  private Fetch fetchFrom(
      ConsumeQueue queue, long offset, int maxMessages, int maxBytes, Replica.TagFilter filter)
      throws IOException {
    var wanted = new ArrayList<Unit>();
    var bytes = 0L;
    var next = offset;
    var end = Math.min(queue.maxOffset(), offset + MAX_UNITS);
    var full = false;
    while (next < end && !full) {
      var units = queue.read(next, (int) Math.min(end - next, Math.clamp(maxMessages, 32, 1024)));
      for (var i = 0; i < units.count(); i++) {
        if (filter.matches(units.tag()[i])) {
          full =
              wanted.size() >= maxMessages
                  || (!wanted.isEmpty() && bytes + units.size()[i] > maxBytes);
          if (full) {
            break;
          }
          wanted.add(new Unit(next, units.position()[i], units.size()[i]));
          bytes += units.size()[i];
        }
        next++;
      }
    }
    var status = wanted.isEmpty() ? Fetch.Status.NO_MATCHED_MESSAGE : Fetch.Status.FOUND;
    return new Fetch(
        status,
        readAll(wanted, Math.toIntExact(bytes)),
        wanted.size(),
        next,
        queue.minOffset(),
        queue.maxOffset());
  }

  /** A message: its offset in the queue, where it lies, its size. */
  private record Unit(long offset, long position, int size) {
    long end() {
      return position + size;
    }
  }

  private byte[] readAll(List<Unit> units, int bytes) throws IOException {
    var result = ByteBuffer.allocate(bytes);
    for (var from = 0; from < units.size(); ) {
      var first = units.get(from);
      var start = first.position - MessageCodec.CRC_BYTES;
      var contiguous = log.contiguousBytes(start);
      var to = from + 1;
      while (to < units.size()
          && units.get(to).position - units.get(to - 1).end() <= MAX_GAP_BYTES
          && units.get(to).end() - start <= Math.min(MAX_READ_BYTES, contiguous)) {
        to++;
      }
      var run = ByteBuffer.allocate(Math.toIntExact(units.get(to - 1).end() - start));
      log.readBytes(start, run);
      for (var unit : units.subList(from, to)) {
        copyChecked(run, start, unit, result);
      }
      from = to;
    }
    return result.array();
  }

  private static void copyChecked(ByteBuffer run, long runStart, Unit unit, ByteBuffer target)
      throws IOException {
    var at = (int) (unit.position - runStart);
    if (!MessageCodec.intact(run, at, unit.size)) {
      throw new IOException(
          "the message at position %d of the commit log does not match its checksum"
              .formatted(unit.position));
    }
    MessageCodec.fillOffsets(run, at, unit.offset, unit.position);
    target.put(run.slice(at, unit.size));
  }

  /** See {@link Replica#messageAt}. */
  byte @Nullable [] messageAt(long position) throws IOException {
    var found = find(position);
    return found == null ? null : found.bytes;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Found(byte[] bytes, MessageCodec.Fields fields) {}

  /**
   * The message that begins at a position, if a queue says so too; anybody can ask for any
   * position.
   */
  private @Nullable Found find(long position) throws IOException {
    var start = position - MessageCodec.CRC_BYTES;
    if (start < log.minPosition() || position >= store.appliedEnd()) {
      return null;
    }
    var there = log.contiguousBytes(start);
    if (there < MessageCodec.CRC_BYTES + 8) {
      return null;
    }
    var head = ByteBuffer.allocate(MessageCodec.CRC_BYTES + 8);
    log.readBytes(start, head);
    var size = head.getInt(MessageCodec.CRC_BYTES);
    var magic = head.getInt(MessageCodec.CRC_BYTES + 4);
    if ((magic != MessageCodec.MAGIC_V1 && magic != MessageCodec.MAGIC_V2)
        || size < 0
        || size > there - MessageCodec.CRC_BYTES) {
      return null;
    }
    var whole = ByteBuffer.allocate(MessageCodec.CRC_BYTES + size);
    log.readBytes(start, whole);
    if (!MessageCodec.intact(whole, MessageCodec.CRC_BYTES, size)) {
      return null;
    }
    var fields = MessageCodec.fields(whole, MessageCodec.CRC_BYTES);
    var queue = store.queue(fields.topic(), fields.queueId());
    var offset = queue == null ? -1 : offsetOf(queue, position);
    if (offset < 0) {
      return null;
    }
    MessageCodec.fillOffsets(whole, MessageCodec.CRC_BYTES, offset, position);
    return new Found(
        Arrays.copyOfRange(whole.array(), MessageCodec.CRC_BYTES, whole.capacity()), fields);
  }

  private static long offsetOf(ConsumeQueue queue, long position) throws IOException {
    var low = queue.minOffset();
    var high = queue.maxOffset() - 1;
    while (low <= high) {
      var middle = (low + high) >>> 1;
      var there = queue.read(middle, 1).position()[0];
      if (there == position) {
        return middle;
      }
      if (there < position) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** See {@link Replica#messagesByKey}. */
  List<byte[]> byKey(String topic, String key, int maxMessages, long beginMillis, long endMillis)
      throws IOException {
    var messages = new ArrayList<byte[]>();
    // More candidates than wanted: some lie outside the time, or share only the hash.
    for (var position : store.keys().find(KeyIndex.hash(topic, key), maxMessages * 4 + 64)) {
      if (messages.size() >= maxMessages) {
        break;
      }
      var found = find(position);
      if (found != null
          && found.fields.topic().equals(topic)
          && found.fields.hasKey(key)
          && found.fields.storeMillis() >= beginMillis
          && found.fields.storeMillis() <= endMillis) {
        messages.add(found.bytes);
      }
    }
    return messages;
  }

  /** The store timestamp of the message at an offset; -1 where there is none. */
  long storeTimeAt(ConsumeQueue queue, long offset) throws IOException {
    if (offset < queue.minOffset() || offset >= queue.maxOffset()) {
      return -1;
    }
    var units = queue.read(offset, 1);
    var bytes = ByteBuffer.allocate(MessageCodec.CRC_BYTES + units.size()[0]);
    log.readBytes(units.position()[0] - MessageCodec.CRC_BYTES, bytes);
    if (!MessageCodec.intact(bytes, MessageCodec.CRC_BYTES, units.size()[0])) {
      throw new DamageException(
          "The message at position %d does not match its checksum.".formatted(units.position()[0]),
          null);
    }
    return MessageCodec.fields(bytes, MessageCodec.CRC_BYTES).storeMillis();
  }

  /** See {@link Replica#offsetByTime}. */
  long offsetByTime(ConsumeQueue queue, long millis) throws IOException {
    var low = queue.minOffset();
    var high = queue.maxOffset();
    while (low < high) {
      var middle = (low + high) >>> 1;
      if (storeTimeAt(queue, middle) < millis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
