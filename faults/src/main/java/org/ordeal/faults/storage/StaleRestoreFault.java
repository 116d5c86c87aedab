package org.ordeal.faults.storage;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.disk.Corruption;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;

/** {@code stale-restore}: files are rolled back to what they were when the fault began. */
public final class StaleRestoreFault extends DamageFault {

  @Override
  public String name() {
    return "stale-restore";
  }

  @Override
  public String description() {
    return "remembers files of nodes, and when it is healed kills the nodes, rolls the files back and starts them";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(PATH);
  }

  @Override
  String prepare(DiskControl disks, String disk, Map<String, Object> attributes)
      throws DiskException {
    return disks.snapshot(disk, word(attributes, PATH.name()));
  }

  @Override
  Corruption corruption(Map<String, Object> attributes, @Nullable String prepared, long seed) {
    return new Corruption.StaleRestore(
        java.util.Objects.requireNonNull(prepared, "a snapshot was taken"));
  }
}
