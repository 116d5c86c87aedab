package org.ordeal.faults.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the canary saw: whether a cut on these disks keeps what was forced and drops what was not.
 *
 * @param disks the disk; or all that were cut at once
 * @param trusted whether every observation was as it must be; without it no verdict on durability
 *     may be given
 * @param observations what was written, forced, cut and found, one sentence each with its time
 */
public record DiskCanary(List<String> disks, boolean trusted, List<Observation> observations) {

  /** How often a trial is made again that was slower than write-back by age. */
  private static final int AGAIN = 3;

  public DiskCanary {
    disks = List.copyOf(disks);
    observations = List.copyOf(observations);
  }

  /** One observation; {@code nanos} is {@link System#nanoTime()}. */
  public record Observation(long nanos, boolean expected, String sentence) {}

  static DiskCanary of(List<String> disks, List<Observation> seen) {
    return new DiskCanary(disks, seen.stream().allMatch(Observation::expected), seen);
  }

  /**
   * Tries each disk, and then all of them at once. On each, pages are written through a memory map
   * and through write, forced and not, and a file is made that nobody syncs; half a second later
   * the power is cut, and what is left is looked at, on the disk and in its backing directory. If
   * there are several, all are then cut while all are written to, in which no write may succeed
   * that began after a write to another disk had failed.
   *
   * <p>To be called before anything of worth is on the disks: the cuts drop all unsynced data.
   *
   * @return one for each disk in the order given, and where there are several one for all
   * @throws DiskException if the daemon fails, a disk can not be written, or the thread is
   *     interrupted
   */
  public static List<DiskCanary> prove(DiskControl control, List<String> disks)
      throws DiskException {
    List<DiskCanary> proofs = new ArrayList<>();
    List<CanaryTrial> trials = new ArrayList<>();
    try {
      for (String disk : disks) {
        trials.add(CanaryTrial.begin(control.disk(disk).options()));
      }
      TimeUnit.MILLISECONDS.sleep(CanaryTrial.WATCHED_MILLIS);
      for (CanaryTrial trial : trials) {
        proofs.add(settled(control, trial));
      }
      if (disks.size() > 1) {
        proofs.add(SharedCutTrial.run(control, disks));
      }
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      throw new DiskException("The canary could not write on disks " + disks + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DiskException("The canary was interrupted.", e);
    } finally {
      trials.forEach(CanaryTrial::close);
    }
    return proofs;
  }

  /** Ends a trial, and makes it again if the machine stood still: that says nothing of the disk. */
  private static DiskCanary settled(DiskControl control, CanaryTrial first)
      throws IOException, InterruptedException {
    DiskCanary proof = first.end(control);
    boolean again = first.provesNothing();
    for (int i = 0; again && i < AGAIN; i++) {
      try (CanaryTrial next = CanaryTrial.begin(first.options())) {
        TimeUnit.MILLISECONDS.sleep(CanaryTrial.WATCHED_MILLIS);
        proof = next.end(control);
        again = next.provesNothing();
      }
    }
    return proof;
  }
}
