package org.ordeal.checks.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Multisets of kinds, numbered: how often a configuration used which crashed operations. Not
 * thread-safe.
 */
final class UsageVectors {

  /** The empty multiset. */
  static final int NONE = 0;

  private static final int BYTES_EACH = 120;

  private final List<int[]> vectors = new ArrayList<>();
  private final Map<List<Integer>, Integer> numbers = new HashMap<>();
  private final Map<Long, Integer> sums = new HashMap<>();
  private final Limits limits;
  private long taken;

  UsageVectors(Limits limits) {
    this.limits = limits;
    vectors.add(new int[0]);
    numbers.put(List.of(), NONE);
  }

  void release() {
    limits.give(taken);
    taken = 0;
  }

  /** How often a kind is in a multiset. */
  int count(int vector, int kind) {
    if (vector == NONE) {
      return 0;
    }
    int count = 0;
    for (int member : vectors.get(vector)) {
      if (member == kind) {
        count++;
      }
    }
    return count;
  }

  /** The multiset with one more of a kind. */
  int plus(int vector, int kind) {
    Long request = ((long) vector << 32) | kind;
    Integer known = sums.get(request);
    if (known != null) {
      return known;
    }
    int[] old = vectors.get(vector);
    int[] sum = Arrays.copyOf(old, old.length + 1);
    int at = old.length;
    while (at > 0 && sum[at - 1] > kind) {
      sum[at] = sum[at - 1];
      at--;
    }
    sum[at] = kind;
    List<Integer> members = Arrays.stream(sum).boxed().toList();
    Integer number = numbers.get(members);
    if (number == null) {
      long bytes = BYTES_EACH + 28L * sum.length;
      limits.take(bytes);
      taken += bytes;
      number = vectors.size();
      vectors.add(sum);
      numbers.put(members, number);
    }
    limits.take(BYTES_EACH);
    taken += BYTES_EACH;
    sums.put(request, number);
    return number;
  }

  /** Whether the first multiset lies within the second. */
  boolean within(int small, int large) {
    if (small == large || small == NONE) {
      return true;
    }
    int[] few = vectors.get(small);
    int[] many = vectors.get(large);
    if (few.length >= many.length) {
      return false;
    }
    int at = 0;
    for (int member : few) {
      while (at < many.length && many[at] < member) {
        at++;
      }
      if (at == many.length || many[at] != member) {
        return false;
      }
      at++;
    }
    return true;
  }
}
