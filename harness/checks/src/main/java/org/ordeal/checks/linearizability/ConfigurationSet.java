package org.ordeal.checks.linearizability;

import java.util.Arrays;

/**
 * A set of configurations without dominated ones: of two with the same state and the same
 * operations, one that used no more crashed operations than the other makes it superfluous. Entries
 * are numbered as they come; one that became superfluous is dead. Not thread-safe.
 */
final class ConfigurationSet {

  private static final int DEAD = -1;
  private static final int FIRST_CAPACITY = 4;

  /** What an array can hold. */
  private static final int MOST_LONGS = 1 << 30;

  private final int words;
  private final UsageVectors usages;
  private final Limits limits;
  private int[] states = new int[FIRST_CAPACITY];
  private int[] usage = new int[FIRST_CAPACITY];
  private int[] hashes = new int[FIRST_CAPACITY];
  private int[] chain = new int[FIRST_CAPACITY];
  private long[] bits;
  private int[] buckets = new int[FIRST_CAPACITY * 2];
  private int count;
  private int dead;
  private long taken;

  ConfigurationSet(int words, UsageVectors usages, Limits limits) {
    this.words = words;
    this.usages = usages;
    this.limits = limits;
    this.bits = new long[FIRST_CAPACITY * words];
  }

  void release() {
    limits.give(taken);
    taken = 0;
  }

  int count() {
    return count;
  }

  boolean isEmpty() {
    return count == dead;
  }

  boolean alive(int index) {
    return usage[index] != DEAD;
  }

  int state(int index) {
    return states[index];
  }

  int usage(int index) {
    return usage[index];
  }

  void copyWords(int index, long[] target) {
    System.arraycopy(bits, index * words, target, 0, words);
  }

  void clear() {
    if (count * 4 < buckets.length) {
      for (int i = 0; i < count; i++) {
        buckets[hashes[i] & (buckets.length - 1)] = 0;
      }
    } else {
      Arrays.fill(buckets, 0);
    }
    count = 0;
    dead = 0;
  }

  /** Adds a configuration unless one that is as good is there; drops those that it betters. */
  void add(int state, long[] set, int used) {
    long mixed = state * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < words; i++) {
      mixed = (mixed ^ set[i]) * 0xD6E8FEB86659FD93L;
      mixed ^= mixed >>> 32;
    }
    int hash = (int) (mixed ^ (mixed >>> 29));
    int bucket = hash & (buckets.length - 1);
    for (int i = buckets[bucket] - 1; i >= 0; i = chain[i]) {
      if (hashes[i] != hash || states[i] != state || usage[i] == DEAD || !sameBits(i, set)) {
        continue;
      }
      if (usages.within(usage[i], used)) {
        return;
      }
      if (usages.within(used, usage[i])) {
        usage[i] = DEAD;
        dead++;
      }
    }
    if (count == states.length) {
      grow();
      bucket = hash & (buckets.length - 1);
    }
    states[count] = state;
    usage[count] = used;
    hashes[count] = hash;
    System.arraycopy(set, 0, bits, count * words, words);
    chain[count] = buckets[bucket] - 1;
    buckets[bucket] = ++count;
  }

  private boolean sameBits(int index, long[] set) {
    int at = index * words;
    for (int i = 0; i < words; i++) {
      if (bits[at + i] != set[i]) {
        return false;
      }
    }
    return true;
  }

  private void grow() {
    if (states.length >= MOST_LONGS / (2 * words)) {
      throw new Limits.Exceeded(
          "there are more than " + states.length + " configurations at one moment");
    }
    int capacity = states.length * 2;
    long bytes = (long) states.length * (24 + 8L * words);
    limits.take(bytes);
    taken += bytes;
    states = Arrays.copyOf(states, capacity);
    usage = Arrays.copyOf(usage, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
    chain = Arrays.copyOf(chain, capacity);
    bits = Arrays.copyOf(bits, capacity * words);
    buckets = new int[capacity * 2];
    for (int i = 0; i < count; i++) {
      int bucket = hashes[i] & (buckets.length - 1);
      chain[i] = buckets[bucket] - 1;
      buckets[bucket] = i + 1;
    }
  }
}
