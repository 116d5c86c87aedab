package org.ordeal.runner.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A pseudo-random stream that is the same on every machine and can be split by name.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014) with its golden-ratio increment. A named split hashes the name (FNV-1a,
 * 64 bits, over its UTF-16 units) into the seed, so that one more draw in one stream never shifts
 * another. Not safe for use by several threads.
 */
public final class SeededRandom implements RandomGenerator {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private final long origin;
  private long state;

  public SeededRandom(long seed) {
    this.origin = seed;
    this.state = seed;
  }

  /** An independent stream; the same for the same seed and name, whatever was drawn before. */
  public SeededRandom split(String name) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    return new SeededRandom(mix(mix(origin + GOLDEN) ^ hash));
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  /** Uniform in 0 (included) to the bound (excluded), without modulo bias. */
  @Override
  public long nextLong(long bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("The bound of a draw must be positive, not " + bound);
    }
    while (true) {
      long bits = nextLong() >>> 1;
      long value = bits % bound;
      if (bits - value + (bound - 1) >= 0) {
        return value;
      }
    }
  }

  // The interface's own bounded draws may change with the JDK; these may not.

  @Override
  public int nextInt(int bound) {
    return (int) nextLong(bound);
  }

  @Override
  public int nextInt(int origin, int bound) {
    return Math.toIntExact(nextLong(origin, bound));
  }

  @Override
  public long nextLong(long origin, long bound) {
    return origin + nextLong(bound - origin);
  }

  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  @Override
  public boolean nextBoolean() {
    return nextLong() < 0;
  }

  /** Uniform in {@code least} to {@code most}, both included. */
  public long between(long least, long most) {
    return least + nextLong(most - least + 1);
  }

  /** One of the values, each as likely. */
  public <T> T pick(List<T> values) {
    return values.get((int) nextLong(values.size()));
  }

  /** The values in a random order (Fisher and Yates). */
  public <T> List<T> shuffled(List<T> values) {
    List<T> shuffled = new ArrayList<>(values);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      int j = (int) nextLong(i + 1L);
      T other = shuffled.get(j);
      shuffled.set(j, shuffled.get(i));
      shuffled.set(i, other);
    }
    return shuffled;
  }

  private static long mix(long z) {
    long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
