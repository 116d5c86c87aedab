package org.ordeal.faults.storage;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.disk.Corruption;

/** {@code truncate}: files lose their tail at rest. */
public final class TruncateFault extends DamageFault {

  @Override
  public String name() {
    return "truncate";
  }

  @Override
  public String description() {
    return "kills nodes, cuts the tail off the data in their files, and starts them when it is healed";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(
        Attribute.number("bytes", "how many bytes of data each file loses", 4096, 1, 1L << 40),
        PATH);
  }

  @Override
  Corruption corruption(Map<String, Object> attributes, @Nullable String prepared, long seed) {
    return new Corruption.Truncate(
        word(attributes, PATH.name()), number(attributes, "bytes"), true);
  }
}
