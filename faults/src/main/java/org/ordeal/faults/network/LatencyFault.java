package org.ordeal.faults.network;

import java.util.List;
import java.util.Map;
import org.ordeal.faults.Attribute;

/** {@code latency}: everything that some nodes say and hear comes late. */
public final class LatencyFault extends NodeLinksFault {

  private static final String LATENCY = "latency_ms";
  private static final String JITTER = "jitter_ms";

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String description() {
    return "delays everything that nodes say and hear, each way";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(
        Attribute.number(LATENCY, "delay each way", 200, 1, 60_000),
        Attribute.number(JITTER, "how much the delay varies, up and down", 50, 0, 30_000));
  }

  @Override
  Effect effect(Map<String, Object> attributes) {
    return new Effect.Delay(number(attributes, LATENCY), number(attributes, JITTER));
  }
}
