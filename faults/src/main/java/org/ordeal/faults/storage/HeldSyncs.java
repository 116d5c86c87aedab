package org.ordeal.faults.storage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.DiskToxic;
import org.ordeal.faults.disk.ToxicEvidence;

/**
 * Disks on which no sync completes until this is closed: what is durable on them stands still. A
 * sync ends without effect when its caller is killed. For use by one thread.
 */
final class HeldSyncs implements AutoCloseable {
  private final DiskControl disks;
  private final String toxic;
  private final List<String> holding = new ArrayList<>();

  private HeldSyncs(DiskControl disks, String toxic) {
    this.disks = disks;
    this.toxic = toxic;
  }

  /**
   * Holds the syncs of these disks, each from when this returns at the latest.
   *
   * @param id of the order on whose behalf they are held
   * @throws DiskException if one cannot hold them; then none does
   */
  static HeldSyncs on(DiskControl disks, List<String> names, String id) throws DiskException {
    HeldSyncs held = new HeldSyncs(disks, "held-syncs-" + id);
    DiskToxic hang =
        new DiskToxic(
            held.toxic,
            DiskToxic.DISK_STALL,
            "upstream",
            1,
            Map.of("operations", List.of("fsync")));
    try {
      for (String name : names) {
        disks.addToxic(name, hang);
        held.holding.add(name);
      }
    } catch (DiskException e) {
      try {
        held.close();
      } catch (DiskException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    return held;
  }

  /** How many syncs each disk holds, or has held until their caller was killed. */
  Map<String, Long> counts() throws DiskException {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String name : holding) {
      ToxicEvidence evidence = disks.evidence(name, toxic);
      counts.put(name, evidence.hits() + evidence.waiting());
    }
    return counts;
  }

  @Override
  public void close() throws DiskException {
    for (String name : List.copyOf(holding)) {
      disks.removeToxic(name, toxic);
      holding.remove(name);
    }
  }
}
