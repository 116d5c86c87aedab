package org.ordeal.faults.storage;

import java.util.List;
import java.util.Map;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.disk.DiskToxic;

/** {@code disk-stall}: operations wait or hang. A hang ends for a caller that is killed. */
public final class DiskStallFault extends ToxicFault {

  @Override
  public String name() {
    return "disk-stall";
  }

  @Override
  public String description() {
    return "makes operations of disks wait, or hang until it is healed";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(
        Attribute.number(
            "latency_ms", "how long each operation waits; 0: until healed", 0, 0, 600_000),
        operation(
            "which operation waits; pages of memory maps pass, their sync waits",
            "fsync",
            "write",
            "read"),
        PATH);
  }

  @Override
  DiskToxic toxic(String name, Map<String, Object> attributes) {
    return aimed(
        new DiskToxic(
            name,
            DiskToxic.DISK_STALL,
            "both",
            1,
            Map.of("latency", number(attributes, "latency_ms"))),
        attributes);
  }
}
