package org.ordeal.faults.disk;

import java.util.List;

/**
 * What a {@link Corruption} damaged.
 *
 * @param nanos {@link System#nanoTime()} when it was done
 * @param damages one entry a place; empty if no file matched, so that nothing was damaged
 */
public record CorruptionReport(long nanos, List<Damage> damages) {
  public CorruptionReport {
    damages = List.copyOf(damages);
  }

  /**
   * One damaged place.
   *
   * @param path file within the disk
   * @param offset first byte that differs
   * @param length bytes that differ
   * @param description what was done, in words
   */
  public record Damage(String path, long offset, long length, String description) {}
}
