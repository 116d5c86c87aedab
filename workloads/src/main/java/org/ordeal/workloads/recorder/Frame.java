package org.ordeal.workloads.recorder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/** Encodes one event of a history as the bytes of a frame, and back. */
final class Frame {

  static final int HEADER_BYTES = 8;
  private static final int FIXED_BYTES = 33;
  private static final int CRC_AT = 8;
  private static final int PROCESS_AT = 12;
  private static final List<OperationType> TYPES =
      List.of(OperationType.INVOKE, OperationType.OK, OperationType.FAIL, OperationType.INFO);

  private Frame() {}

  /** A decoded frame: an operation (its index is not known yet) and when it was due. */
  record Event(Operation operation, long intendedNanos) {}

  /**
   * Encodes an event; bytes 0 to 7, the header, stay free, and the length is a multiple of 8.
   *
   * @throws IllegalArgumentException if the value is no plain data
   */
  static byte[] encode(
      long time,
      long intended,
      int process,
      OperationType type,
      String f,
      @Nullable Object value,
      @Nullable String key,
      @Nullable String node,
      @Nullable String error) {
    Writer out = new Writer();
    out.buffer.position(FIXED_BYTES);
    out.string(f);
    out.string(key);
    out.string(node);
    out.string(error);
    out.value(value);
    int end = out.buffer.position();
    int length = (end + 7) & ~7;
    out.reserve(length - end);
    byte[] bytes = Arrays.copyOf(out.buffer.array(), length);
    ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(PROCESS_AT, process);
    frame.putLong(16, time);
    frame.putLong(24, intended);
    frame.put(32, (byte) TYPES.indexOf(type));
    frame.putInt(CRC_AT, crc(bytes, 0, length));
    return bytes;
  }

  /**
   * Decodes a frame, or returns null where its content is not what was written.
   *
   * @param bytes the whole frame
   */
  static @Nullable Event decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < FIXED_BYTES || in.getInt(CRC_AT) != crc(bytes, 0, bytes.length)) {
      return null;
    }
    in.position(FIXED_BYTES);
    Reader reader = new Reader(in);
    String f = reader.string();
    String key = reader.string();
    String node = reader.string();
    String error = reader.string();
    Object value = reader.value();
    return new Event(
        new Operation(
            -1,
            in.getLong(16),
            in.getInt(PROCESS_AT),
            TYPES.get(in.get(32)),
            f == null ? "" : f,
            value,
            key,
            node,
            error),
        in.getLong(24));
  }

  private static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from + PROCESS_AT, to - from - PROCESS_AT);
    return (int) crc.getValue();
  }

  /**
   * The check that the header of the frame at this position carries: a hash (the finalizer of
   * SplitMix64), never 0.
   */
  static int check(int incarnation, int segment, long position) {
    long z = ((long) incarnation << 48) ^ ((long) segment << 32) ^ position;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return (int) (z ^ (z >>> 31)) | 1;
  }

  /** Grows as needed; one per frame, so that producers share nothing. */
  private static final class Writer {
    ByteBuffer buffer = ByteBuffer.allocate(192).order(ByteOrder.LITTLE_ENDIAN);

    void reserve(int bytes) {
      if (buffer.remaining() < bytes) {
        int position = buffer.position();
        byte[] grown = Arrays.copyOf(buffer.array(), Math.max(position + bytes, position * 2));
        buffer = ByteBuffer.wrap(grown).order(ByteOrder.LITTLE_ENDIAN).position(position);
      }
    }

    void string(@Nullable String text) {
      if (text == null) {
        reserve(4);
        buffer.putInt(-1);
        return;
      }
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      reserve(4 + utf8.length);
      buffer.putInt(utf8.length).put(utf8);
    }

    void value(@Nullable Object value) {
      reserve(9);
      switch (value) {
        case null -> buffer.put((byte) 0);
        case Boolean truth -> buffer.put((byte) (truth ? 2 : 1));
        case Integer number -> buffer.put((byte) 3).putLong(number);
        case Long number -> buffer.put((byte) 3).putLong(number);
        case Double number -> buffer.put((byte) 4).putDouble(number);
        case String text -> {
          buffer.put((byte) 5);
          string(text);
        }
        case List<?> list -> {
          buffer.put((byte) 6).putInt(list.size());
          list.forEach(this::value);
        }
        case Map<?, ?> map -> {
          buffer.put((byte) 7).putInt(map.size());
          map.forEach(
              (name, entry) -> {
                string(String.valueOf(name));
                value(entry);
              });
        }
        default ->
            throw new IllegalArgumentException(
                "A history holds plain data only, not a " + value.getClass().getName() + ".");
      }
    }
  }

  private record Reader(ByteBuffer in) {

    @Nullable String string() {
      int length = in.getInt();
      if (length < 0) {
        return null;
      }
      byte[] utf8 = new byte[length];
      in.get(utf8);
      return new String(utf8, StandardCharsets.UTF_8);
    }

    @Nullable Object value() {
      byte kind = in.get();
      return switch (kind) {
        case 0 -> null;
        case 1 -> false;
        case 2 -> true;
        case 3 -> in.getLong();
        case 4 -> in.getDouble();
        case 5 -> string();
        case 6 -> {
          int size = in.getInt();
          List<@Nullable Object> list = new ArrayList<>(size);
          for (int i = 0; i < size; i++) {
            list.add(value());
          }
          yield list;
        }
        case 7 -> {
          int size = in.getInt();
          Map<String, @Nullable Object> map = LinkedHashMap.newLinkedHashMap(size);
          for (int i = 0; i < size; i++) {
            map.put(String.valueOf(string()), value());
          }
          yield map;
        }
        default -> throw new IllegalStateException("unknown kind of value " + kind);
      };
    }
  }
}
