package org.ordeal.faults.storage;

import java.util.List;
import java.util.Map;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.disk.DiskToxic;

/** {@code disk-full}: what needs new space fails with ENOSPC. */
public final class DiskFullFault extends ToxicFault {

  @Override
  public String name() {
    return "disk-full";
  }

  @Override
  public String description() {
    return "lets nothing more be allocated on disks";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(
        Attribute.number("free_bytes", "what may still be allocated", 0, 0, 1L << 40), PATH);
  }

  @Override
  DiskToxic toxic(String name, Map<String, Object> attributes) {
    return DiskToxic.full(name, number(attributes, "free_bytes"));
  }
}
