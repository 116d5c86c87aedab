package org.ordeal.faults.storage;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.disk.DiskToxic;

/**
 * {@code slow-fsync}: an acknowledgement that does not wait for its sync shows in the next power
 * loss.
 */
public final class SlowFsyncFault extends ToxicFault {
  private static final Duration FIRST_HIT = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "slow-fsync";
  }

  @Override
  public String description() {
    return "makes every sync of disks wait before it takes effect";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(
        Attribute.number("latency_ms", "how long each sync waits", 500, 1, 600_000), PATH);
  }

  /** A power loss that follows at once would else find that nothing was held back. */
  @Override
  Duration firstHitBound() {
    return FIRST_HIT;
  }

  @Override
  DiskToxic toxic(String name, Map<String, Object> attributes) {
    return new DiskToxic(
        name,
        DiskToxic.SLOW_FSYNC,
        "upstream",
        1,
        Map.of("latency", number(attributes, "latency_ms")));
  }
}
