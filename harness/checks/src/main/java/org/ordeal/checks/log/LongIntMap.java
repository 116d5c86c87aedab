package org.ordeal.checks.log;

import java.util.Arrays;

/** From long to int, open addressing with linear probing: 12 bytes a slot, half of them used. */
final class LongIntMap {

  static final int ABSENT = -1;
  private long[] keys = new long[1 << 10];
  private int[] values = filled(1 << 10);
  private int size;

  private static int[] filled(int slots) {
    int[] values = new int[slots];
    Arrays.fill(values, ABSENT);
    return values;
  }

  private static int slot(long key, int slots) {
    long z = key * 0x9e3779b97f4a7c15L;
    return (int) (z >>> 33) & (slots - 1);
  }

  /** The value of a key, or {@link #ABSENT}. */
  int get(long key) {
    int i = slot(key, keys.length);
    while (values[i] != ABSENT) {
      if (keys[i] == key) {
        return values[i];
      }
      i = (i + 1) & (keys.length - 1);
    }
    return ABSENT;
  }

  /** Adds a key that is absent. */
  void put(long key, int value) {
    if (++size * 2 > keys.length) {
      long[] oldKeys = keys;
      int[] oldValues = values;
      keys = new long[oldKeys.length * 2];
      values = filled(keys.length);
      for (int i = 0; i < oldKeys.length; i++) {
        if (oldValues[i] != ABSENT) {
          insert(oldKeys[i], oldValues[i]);
        }
      }
    }
    insert(key, value);
  }

  private void insert(long key, int value) {
    int i = slot(key, keys.length);
    while (values[i] != ABSENT) {
      i = (i + 1) & (keys.length - 1);
    }
    keys[i] = key;
    values[i] = value;
  }
}
