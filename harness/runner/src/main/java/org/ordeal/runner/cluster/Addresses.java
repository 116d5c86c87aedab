package org.ordeal.runner.cluster;

import java.nio.file.Path;
import org.ordeal.faults.Member;

/** Where nodes listen and how they reach each other, as a runtime has decided it. */
public interface Addresses {

  /** The address that this node shall listen on: an IP literal. */
  String bindAddress(Member node);

  /** The number that this node's port really has. */
  int bound(Member node, Port port);

  /**
   * The number at which {@code from} reaches a port of {@code to}, by {@code to}'s name. For a port
   * that is not a wildcard it is always the bound one.
   */
  int seen(Member from, Member to, Port port);

  /** The node's own directory, as its process sees it: configuration, logs. */
  Path directory(Member node);

  /** Where the node shall keep its data, as its process sees it; a fault disk may be under it. */
  Path store(Member node);
}
