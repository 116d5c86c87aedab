package org.ordeal.faults.network;

import java.util.List;
import java.util.Map;
import org.ordeal.faults.Attribute;

/**
 * {@code blackhole}: connections of some nodes stay open, and nothing that is put into them comes
 * out. Unlike a partition it cuts a node off from everybody: brokers, NameServers and clients.
 */
public final class BlackholeFault extends NodeLinksFault {

  @Override
  public String name() {
    return "blackhole";
  }

  @Override
  public String description() {
    return "swallows everything that nodes say and hear, while connections stay open";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of();
  }

  @Override
  Effect effect(Map<String, Object> attributes) {
    return new Effect.Silence();
  }
}
