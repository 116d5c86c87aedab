package org.ordeal.faults.storage;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.disk.Corruption;

/** {@code bit-flip}: bits of files change at rest. */
public final class BitFlipFault extends DamageFault {

  @Override
  public String name() {
    return "bit-flip";
  }

  @Override
  public String description() {
    return "kills nodes, flips bits of their files, and starts them when it is healed";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(Attribute.number("bits", "how many bits of each file", 1, 1, 4096), PATH);
  }

  @Override
  Corruption corruption(Map<String, Object> attributes, @Nullable String prepared, long seed) {
    return new Corruption.BitFlip(
        word(attributes, PATH.name()), null, (int) number(attributes, "bits"), seed);
  }
}
