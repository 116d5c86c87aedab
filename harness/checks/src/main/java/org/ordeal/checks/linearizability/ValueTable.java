package org.ordeal.checks.linearizability;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives each distinct value of a history a number, from 0 for {@code null}, without gaps. Values
 * are kept as bytes in pages, so that millions of them cost little more than their text. Not
 * thread-safe while values are added.
 */
final class ValueTable {

  /** The number of {@code null}. */
  static final int NULL = 0;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final int PAGE_BYTES = 1 << 16;
  private static final int FIRST_PAGE_BYTES = 1 << 10;

  private static final byte TAG_NULL = 0;
  private static final byte TAG_STRING = 1;
  private static final byte TAG_LONG = 2;
  private static final byte TAG_DOUBLE = 3;
  private static final byte TAG_FALSE = 4;
  private static final byte TAG_TRUE = 5;
  private static final byte TAG_LIST = 6;
  private static final byte TAG_MAP = 7;

  private byte[][] pages = new byte[4][];
  private int pageCount;
  private int pageUsed;

  /** By number: page in the upper half, offset in the lower. */
  private long[] where = new long[16];

  private int[] length = new int[16];
  private int size;
  private int[] buckets = new int[32];
  private byte[] scratch = new byte[64];
  private int scratchLength;

  ValueTable() {
    idOf(null);
  }

  /** How many distinct values there are, {@code null} included. */
  int size() {
    return size;
  }

  /** The number of a value, a new one if it was not seen before. */
  int idOf(@Nullable Object value) {
    scratchLength = 0;
    encode(value);
    int hash = hash(scratch, 0, scratchLength);
    int mask = buckets.length - 1;
    int slot = hash & mask;
    while (buckets[slot] != 0) {
      int id = buckets[slot] - 1;
      if (length[id] == scratchLength) {
        byte[] page = pages[(int) (where[id] >>> 32)];
        int at = (int) where[id];
        if (Arrays.equals(page, at, at + scratchLength, scratch, 0, scratchLength)) {
          return id;
        }
      }
      slot = (slot + 1) & mask;
    }
    return add(slot);
  }

  private int add(int slot) {
    if (size == where.length) {
      where = Arrays.copyOf(where, size * 2);
      length = Arrays.copyOf(length, size * 2);
    }
    if (pageCount == 0 || pageUsed + scratchLength > pages[pageCount - 1].length) {
      if (pageCount == pages.length) {
        pages = Arrays.copyOf(pages, pageCount * 2);
      }
      int bytes = pageCount == 0 ? FIRST_PAGE_BYTES : PAGE_BYTES;
      pages[pageCount++] = new byte[Math.max(bytes, scratchLength)];
      pageUsed = 0;
    }
    byte[] page = pages[pageCount - 1];
    int at = pageUsed;
    pageUsed += scratchLength;
    System.arraycopy(scratch, 0, page, at, scratchLength);
    int id = size++;
    where[id] = ((long) (pageCount - 1) << 32) | at;
    length[id] = scratchLength;
    buckets[slot] = id + 1;
    if (size * 2 > buckets.length) {
      rehash();
    }
    return id;
  }

  private void rehash() {
    int[] wider = new int[buckets.length * 2];
    int mask = wider.length - 1;
    for (int id = 0; id < size; id++) {
      int at = (int) where[id];
      int slot = hash(pages[(int) (where[id] >>> 32)], at, length[id]) & mask;
      while (wider[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      wider[slot] = id + 1;
    }
    buckets = wider;
  }

  private static int hash(byte[] bytes, int from, int length) {
    long hash = length * 0x9E3779B97F4A7C15L;
    int at = from;
    int end = from + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = (hash ^ (long) EIGHT_BYTES.get(bytes, at)) * 0xD6E8FEB86659FD93L;
      hash ^= hash >>> 32;
    }
    for (; at < end; at++) {
      hash = (hash ^ (bytes[at] & 0xff)) * 0x100000001B3L;
    }
    hash ^= hash >>> 32;
    hash *= 0xD6E8FEB86659FD93L;
    return (int) (hash ^ (hash >>> 32));
  }

  /** The value with a number. */
  @Nullable Object value(int id) {
    byte[] page = pages[(int) (where[id] >>> 32)];
    return new Decoder(page, (int) where[id]).value();
  }

  private void encode(@Nullable Object value) {
    switch (value) {
      case null -> put(TAG_NULL);
      case String text -> encode(text);
      case Long number -> {
        put(TAG_LONG);
        putLong(number);
      }
      case Integer number -> {
        put(TAG_LONG);
        putLong(number);
      }
      case Double number -> {
        put(TAG_DOUBLE);
        putLong(Double.doubleToLongBits(number + 0.0)); // Minus zero is zero.
      }
      case Boolean flag -> put(flag ? TAG_TRUE : TAG_FALSE);
      case List<?> list -> {
        put(TAG_LIST);
        putLong(list.size());
        list.forEach(this::encode);
      }
      case Map<?, ?> map -> {
        put(TAG_MAP);
        putLong(map.size());
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((key, element) -> sorted.put(String.valueOf(key), element));
        sorted.forEach(
            (key, element) -> {
              encode(key);
              encode(element);
            });
      }
      default ->
          throw new IllegalArgumentException(
              "a value of " + value.getClass() + " is no plain data");
    }
  }

  private void encode(String text) {
    int chars = text.length();
    int start = scratchLength;
    put(TAG_STRING);
    putLong(chars);
    room(chars);
    byte[] target = scratch;
    int at = scratchLength;
    int all = 0;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      all |= c;
      target[at + i] = (byte) c;
    }
    scratchLength = at + chars;
    if (all >= 0x80) {
      scratchLength = start;
      encodeWide(text);
    }
  }

  /**
   * A text that is not ASCII; its negative length tells it apart. By hand, since a charset would
   * make one of all halves of surrogate pairs.
   */
  private void encodeWide(String text) {
    int bytes = Math.multiplyExact(text.length(), Character.BYTES);
    put(TAG_STRING);
    putLong(-1L - bytes);
    room(bytes);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      scratch[scratchLength++] = (byte) (c >>> 8);
      scratch[scratchLength++] = (byte) c;
    }
  }

  private void room(int bytes) {
    if (scratch.length - scratchLength < bytes) {
      scratch = Arrays.copyOf(scratch, Math.max(scratch.length * 2, scratchLength + bytes));
    }
  }

  private void put(byte b) {
    room(1);
    scratch[scratchLength++] = b;
  }

  /** A number in as few bytes as it needs, the count of them first. */
  private void putLong(long number) {
    for (int i = 0; i < 4; i++) {
      put((byte) (number >>> (8 * i)));
    }
    boolean fits = number == (int) number;
    put((byte) (fits ? 0 : 1));
    for (int i = 4; i < 8 && !fits; i++) {
      put((byte) (number >>> (8 * i)));
    }
  }

  private static final class Decoder {
    private final byte[] page;
    private int at;

    Decoder(byte[] page, int at) {
      this.page = page;
      this.at = at;
    }

    @Nullable Object value() {
      byte tag = page[at++];
      return switch (tag) {
        case TAG_NULL -> null;
        case TAG_STRING -> text();
        case TAG_LONG -> number();
        case TAG_DOUBLE -> Double.longBitsToDouble(number());
        case TAG_FALSE -> false;
        case TAG_TRUE -> true;
        case TAG_LIST -> {
          int count = (int) number();
          List<@Nullable Object> list = new ArrayList<>(count);
          for (int i = 0; i < count; i++) {
            list.add(value());
          }
          yield list;
        }
        default -> {
          int count = (int) number();
          Map<String, @Nullable Object> map = new LinkedHashMap<>();
          for (int i = 0; i < count; i++) {
            String key = String.valueOf(value());
            map.put(key, value());
          }
          yield map;
        }
      };
    }

    private String text() {
      int length = (int) number();
      if (length >= 0) {
        at += length;
        return new String(page, at - length, length, StandardCharsets.ISO_8859_1);
      }
      char[] chars = new char[(-1 - length) / Character.BYTES];
      for (int i = 0; i < chars.length; i++) {
        chars[i] = (char) (((page[at] & 0xff) << 8) | (page[at + 1] & 0xff));
        at += Character.BYTES;
      }
      return new String(chars);
    }

    private long number() {
      long number = 0;
      for (int i = 0; i < 4; i++) {
        number |= (page[at++] & 0xffL) << (8 * i);
      }
      if (page[at++] == 0) {
        return (int) number;
      }
      for (int i = 4; i < 8; i++) {
        number |= (page[at++] & 0xffL) << (8 * i);
      }
      return number;
    }
  }
}
