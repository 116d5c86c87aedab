package org.ordeal.faults.disk;

import java.util.List;

/**
 * A power cut over one or several disks of a daemon, at one instant.
 *
 * @param disks names of the disks that it hits
 * @param keepData probability, 0 to 1, with which each unsynced 4 KiB page has reached the platter
 *     all the same
 * @param torn probability, 0 to 1, with which such a page is torn: only a part of its 512-byte
 *     sectors arrived
 * @param keepMetadata share of unsynced metadata that has been committed all the same: with
 *     probability {@code keepMetadata} a part drawn from the seed (a prefix of the journal on an
 *     ext4-like disk, some directories on a strict one)
 * @param seed decides which; the same seed over the same unsynced state keeps the same part
 */
public record PowerLoss(
    List<String> disks, double keepData, double torn, double keepMetadata, long seed) {
  public PowerLoss {
    disks = List.copyOf(disks);
    for (double p : new double[] {keepData, torn, keepMetadata}) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException(
            "keepData, torn and keepMetadata are 0 to 1, but " + p + " was given.");
      }
    }
  }

  /** Everything that was not synced is gone. */
  public static PowerLoss of(List<String> disks) {
    return new PowerLoss(disks, 0, 0, 0, 0);
  }

  /** A random part of what was not synced is kept; some of its pages are torn. */
  public static PowerLoss keeping(List<String> disks, double keep, long seed) {
    return new PowerLoss(disks, keep, 0.25, keep, seed);
  }
}
