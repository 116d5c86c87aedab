package org.ordeal.checks.log;

import java.util.Arrays;

/** Longs, as many as come. */
final class LongList {

  private long[] items = new long[16];
  private int size;

  void add(long item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, Math.multiplyExact(size, 2));
    }
    items[size++] = item;
  }

  long get(int i) {
    return items[i];
  }

  int size() {
    return size;
  }
}
