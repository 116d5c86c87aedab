package org.ordeal.checks.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything known of each value, by number, in parallel arrays. Values of the form {@code
 * "process.sequence"} and whole numbers are kept as one long; others as they are.
 */
final class ValueTable {

  /** Bits of {@link #flags}. */
  static final int SENT = 1;

  static final int ACKNOWLEDGED = 1 << 1;
  static final int WEAKER = 1 << 2;
  static final int FAILED = 1 << 3;
  static final int INFO = 1 << 4;
  static final int CONSUMED = 1 << 5;
  static final int DRAINED = 1 << 6;
  static final int IN_FILES = 1 << 7;
  static final int DUPLICATE = 1 << 8;
  static final int SENT_TWICE = 1 << 9;
  static final int NONE = -1;

  private static final byte DOTTED = 0;
  private static final byte WHOLE = 1;
  private static final byte OTHER = 2;

  private final LongIntMap dotted = new LongIntMap();
  private final LongIntMap whole = new LongIntMap();
  private final Map<Object, Integer> other = new HashMap<>();
  private final List<Object> others = new ArrayList<>();
  private int size;

  private byte[] kind = new byte[1024];
  private long[] key = new long[1024];
  short[] flags = new short[1024];

  /** Number of the queue it was sent to. */
  int[] queue = new int[1024];

  /** Position of its invocation. */
  int[] sentAt = new int[1024];

  /** Position of its completion. */
  int[] endedAt = new int[1024];

  /** Offset that its acknowledgement named. */
  long[] ackOffset = new long[1024];

  /** Largest offset acknowledged in its queue before it was invoked. */
  long[] after = new long[1024];

  /** Where a read first saw it. */
  long[] seenOffset = new long[1024];

  int[] seenQueue = new int[1024];

  /** Position of that read. */
  int[] seenAt = new int[1024];

  /** First round of drains that returned it. */
  byte[] round = new byte[1024];

  /** Last round of drains that returned it. */
  byte[] lastRound = new byte[1024];

  int size() {
    return size;
  }

  /** The number of a value, given to it now if it is new. */
  int number(Object value) {
    byte itsKind = OTHER;
    long itsKey = 0;
    if (value instanceof Long number) {
      itsKind = WHOLE;
      itsKey = number;
    } else if (value instanceof String text) {
      itsKey = parse(text);
      itsKind = itsKey >= 0 ? DOTTED : OTHER;
    }
    int found =
        switch (itsKind) {
          case DOTTED -> dotted.get(itsKey);
          case WHOLE -> whole.get(itsKey);
          default -> other.getOrDefault(value, LongIntMap.ABSENT);
        };
    if (found != LongIntMap.ABSENT) {
      return found;
    }
    int number = add(itsKind, itsKey);
    switch (itsKind) {
      case DOTTED -> dotted.put(itsKey, number);
      case WHOLE -> whole.put(itsKey, number);
      default -> {
        key[number] = others.size();
        others.add(value);
        other.put(value, number);
      }
    }
    return number;
  }

  /** {@code "process.sequence"} as one long, or -1 where the text is anything else. */
  private static long parse(String text) {
    int dot = text.indexOf('.');
    if (dot < 1 || dot > 9 || text.length() - dot < 2 || text.length() - dot > 10) {
      return -1;
    }
    long left = digits(text, 0, dot);
    long right = digits(text, dot + 1, text.length());
    return left < 0 || right < 0 ? -1 : left << 32 | right;
  }

  private static long digits(String text, int from, int to) {
    if (text.charAt(from) == '0' && to > from + 1) {
      return -1;
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private int add(byte itsKind, long itsKey) {
    if (size == key.length) {
      int slots = Math.multiplyExact(size, 2);
      kind = Arrays.copyOf(kind, slots);
      key = Arrays.copyOf(key, slots);
      flags = Arrays.copyOf(flags, slots);
      queue = Arrays.copyOf(queue, slots);
      sentAt = Arrays.copyOf(sentAt, slots);
      endedAt = Arrays.copyOf(endedAt, slots);
      ackOffset = Arrays.copyOf(ackOffset, slots);
      after = Arrays.copyOf(after, slots);
      seenOffset = Arrays.copyOf(seenOffset, slots);
      seenQueue = Arrays.copyOf(seenQueue, slots);
      seenAt = Arrays.copyOf(seenAt, slots);
      round = Arrays.copyOf(round, slots);
      lastRound = Arrays.copyOf(lastRound, slots);
    }
    int number = size++;
    kind[number] = itsKind;
    key[number] = itsKey;
    queue[number] = NONE;
    sentAt[number] = NONE;
    endedAt[number] = NONE;
    ackOffset[number] = NONE;
    after[number] = NONE;
    seenOffset[number] = NONE;
    seenQueue[number] = NONE;
    seenAt[number] = NONE;
    round[number] = Byte.MAX_VALUE;
    lastRound[number] = NONE;
    return number;
  }

  /** The value with this number. */
  Object value(int number) {
    return switch (kind[number]) {
      case DOTTED -> (key[number] >>> 32) + "." + (key[number] & 0xffff_ffffL);
      case WHOLE -> key[number];
      default -> others.get((int) key[number]);
    };
  }

  boolean has(int number, int flag) {
    return (flags[number] & flag) != 0;
  }

  /** Whether a read or a drain returned it. */
  boolean seen(int number) {
    return (flags[number] & (CONSUMED | DRAINED)) != 0;
  }

  void set(int number, int flag) {
    flags[number] |= (short) flag;
  }

  /** Bytes that the table takes, roughly. */
  long bytes() {
    return key.length * 60L + size * 24L + others.size() * 150L;
  }
}
