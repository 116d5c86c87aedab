package org.ordeal.faults.network;

import java.util.List;
import java.util.Map;
import org.ordeal.faults.Attribute;

/** {@code bandwidth}: each connection of some nodes carries only so much. */
public final class BandwidthFault extends NodeLinksFault {

  private static final String RATE = "rate_kb_s";

  @Override
  public String name() {
    return "bandwidth";
  }

  @Override
  public String description() {
    return "limits how much each connection of nodes carries, each way";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(
        Attribute.number(RATE, "kilobytes a second, each way, each connection", 64, 1, 1_000_000));
  }

  @Override
  Effect effect(Map<String, Object> attributes) {
    return new Effect.Narrowing(number(attributes, RATE));
  }
}
