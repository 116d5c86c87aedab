package org.ordeal.runner.cluster;

import java.util.List;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;

/** Who dials whom, and where. */
public final class LinkPorts {

  private LinkPorts() {}

  /** Ports that {@code from} dials {@code to} on; groups replicate among themselves only. */
  public static List<Port> dialled(
      SystemUnderTest system, ClusterSpec spec, Member from, Member to) {
    if (from.equals(to) || to.kind() == NodeKind.CLIENT) {
      return List.of();
    }
    boolean foreign =
        from.kind() == NodeKind.BROKER
            && to.kind() == NodeKind.BROKER
            && !from.group().equals(to.group());
    return system.ports(spec, to).stream()
        .filter(port -> port.dialledBy().contains(from.kind()))
        .filter(port -> !foreign || port.dialledBy().contains(NodeKind.CLIENT))
        .toList();
  }
}
