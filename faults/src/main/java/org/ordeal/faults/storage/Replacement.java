package org.ordeal.faults.storage;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.PowerLoss;

/**
 * What an operator does with nodes whose disks failed: a node whose sync failed takes no further
 * part until somebody restarts it. For use by one thread.
 */
final class Replacement {

  /** What is done to the nodes when the disks are mended. */
  enum After {
    /** Nothing: the disk works again, and that is all. */
    NOTHING,
    /** They are killed and started on what they wrote. */
    RESTART,
    /** As a machine with a new disk: killed, what is not durable is dropped, started. */
    REBOOT;

    /** As {@link #ATTRIBUTE} says it. */
    static After of(Map<String, Object> attributes) {
      return valueOf(String.valueOf(attributes.get(ATTRIBUTE.name())).toUpperCase(Locale.ROOT));
    }
  }

  /** What a user says of it. */
  static final Attribute ATTRIBUTE =
      Attribute.word(
          "after",
          "what an operator does when the disk is mended: reboot (what is not durable is gone), restart, nothing",
          "reboot",
          "restart",
          "nothing");

  private final After after;
  private final Outage outage;
  private final DiskControl disks;
  private final PowerLoss cut;
  private boolean down;

  /**
   * @param outage of the nodes that are hit
   * @param nodes their names
   * @param seed of the cut
   */
  Replacement(After after, Outage outage, DiskControl disks, List<String> nodes, long seed) {
    this.after = after;
    this.outage = outage;
    this.disks = disks;
    this.cut = new PowerLoss(nodes, 0, 0, 0, seed);
  }

  /**
   * Takes the nodes down, once. To be called while the disk still fails, so that no late sync makes
   * durable what a sync before it failed to: what a node acknowledged in spite of it is then
   * missing.
   *
   * @return whether every node that had to go is gone
   */
  boolean goDown() throws FaultException, InterruptedException {
    if (after == After.NOTHING || down) {
      return true;
    }
    try {
      boolean gone = outage.kill();
      if (after == After.REBOOT) {
        outage.cut(disks, cut);
      }
      down = true;
      return gone;
    } catch (DiskException e) {
      throw new FaultException("The disk could not be replaced: " + e.getMessage(), e);
    }
  }

  /** Starts the nodes that were taken down, on disks that work. */
  void end() throws FaultException, InterruptedException {
    if (down) {
      outage.end("a disk that works");
    }
  }
}
