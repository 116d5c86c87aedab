package org.ordeal.faults.storage;

import java.util.List;
import java.util.Map;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.disk.DiskToxic;

/** {@code disk-slow}: reads and writes share a bandwidth. */
public final class DiskSlowFault extends ToxicFault {

  @Override
  public String name() {
    return "disk-slow";
  }

  @Override
  public String description() {
    return "lets disks read and write at a bandwidth";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(
        Attribute.number("rate_kbps", "bandwidth in KB/s", 1_000, 1, 10_000_000),
        operation(
            "which operation shares the bandwidth: reads and writes, or one", "write", "read"),
        PATH);
  }

  @Override
  DiskToxic toxic(String name, Map<String, Object> attributes) {
    return aimed(DiskToxic.slow(name, number(attributes, "rate_kbps")), attributes);
  }
}
