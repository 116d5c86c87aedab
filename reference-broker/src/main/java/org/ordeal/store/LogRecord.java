package org.ordeal.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One record of the commit log, which is one entry of the Raft log.
 *
 * <pre>
 *   0        4        8        12       16               24               32               40               48
 *   +--------+--------+--------+--------+----------------+----------------+----------------+----------------+---------
 *   | magic  | size   | crc32c | type   | index          | term           | position       | stable         | payload
 *   +--------+--------+--------+--------+----------------+----------------+----------------+----------------+---------
 * </pre>
 *
 * Big-endian. {@code size} counts the whole record. The checksum covers everything but itself and
 * the magic. {@code position} is the record's own address in the commit log: a block that the disk
 * put elsewhere is seen. {@code stable} is the position below which everything had been forced when
 * this record was written: it tells a torn tail (may be cut) from damage to what had been
 * acknowledged (must not be, see {@link CommitLog}).
 *
 * @param type what the payload is; the commit log does not look
 * @param index the Raft index
 * @param term the Raft term
 * @param payload from position to limit; not to be changed by anybody
 */
public record LogRecord(int type, long index, long term, ByteBuffer payload) {

  /** Bytes before the payload. */
  public static final int HEADER_BYTES = 48;

  /** The largest payload: a batch of the largest messages, with room for headers. */
  public static final int MAX_PAYLOAD_BYTES = 32 << 20;

  static final int MAGIC = 0x4F52444C; // ORDL
  private static final int SIZE_AT = 4;
  private static final int CRC_AT = 8;
  private static final int COVERED_FROM = 12;

  /** Size of the whole record in bytes. */
  public int size() {
    return HEADER_BYTES + payload.remaining();
  }

  /** Puts the record at the buffer's position. */
  void encode(ByteBuffer target, long position, long stable) {
    var start = target.position();
    var size = size();
    target.putInt(MAGIC).putInt(size).putInt(0).putInt(type);
    target.putLong(index).putLong(term).putLong(position).putLong(stable);
    target.put(payload.duplicate());
    target.putInt(start + CRC_AT, checksum(target, start, size));
  }

  private static int checksum(ByteBuffer buffer, int start, int size) {
    var crc = new CRC32C();
    crc.update(buffer.slice(start + SIZE_AT, 4));
    crc.update(buffer.slice(start + COVERED_FROM, size - COVERED_FROM));
    return (int) crc.getValue();
  }

  /** The fields before the payload. */
  record Header(int size, int type, long index, long term, long position, long stable) {

    /** Reads at the buffer's position without moving it; null where this cannot be a header. */
    static @org.jspecify.annotations.Nullable Header read(ByteBuffer buffer) {
      var at = buffer.position();
      var size = buffer.getInt(at + SIZE_AT);
      if (buffer.getInt(at) != MAGIC
          || size < HEADER_BYTES
          || size > HEADER_BYTES + MAX_PAYLOAD_BYTES) {
        return null;
      }
      return new Header(
          size,
          buffer.getInt(at + COVERED_FROM),
          buffer.getLong(at + 16),
          buffer.getLong(at + 24),
          buffer.getLong(at + 32),
          buffer.getLong(at + 40));
    }
  }

  /** Whether the whole record of this size at {@code start} matches its checksum. */
  static boolean intact(ByteBuffer buffer, int start, int size) {
    return buffer.getInt(start + CRC_AT) == checksum(buffer, start, size);
  }
}
