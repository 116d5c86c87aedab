package org.ordeal.faults.network;

import java.util.List;
import java.util.Map;
import org.ordeal.faults.Attribute;

/** {@code reset}: connections of some nodes break, and new ones break too while it lasts. */
public final class ResetFault extends NodeLinksFault {

  private static final String AFTER = "after_ms";

  @Override
  public String name() {
    return "reset";
  }

  @Override
  public String description() {
    return "breaks every connection of nodes, and new ones while it lasts";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(
        Attribute.number(AFTER, "how long a connection lives before it is reset", 0, 0, 60_000));
  }

  @Override
  Effect effect(Map<String, Object> attributes) {
    return new Effect.Reset(number(attributes, AFTER));
  }
}
