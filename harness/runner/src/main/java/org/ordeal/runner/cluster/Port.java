package org.ordeal.runner.cluster;

import java.util.Set;
import org.ordeal.faults.NodeKind;

/**
 * One port that a node listens on.
 *
 * @param name what it is for, such as {@code listen}, {@code vip}, {@code raft}, {@code ha}
 * @param number the number it would have on a machine of its own
 * @param protocol what is spoken there
 * @param dialledBy which kinds of nodes dial it
 * @param wildcard whether the software listens on every address whatever it is told, so that the
 *     number must be unique on a machine that nodes share
 */
public record Port(
    String name, int number, Protocol protocol, Set<NodeKind> dialledBy, boolean wildcard) {

  public Port {
    dialledBy = Set.copyOf(dialledBy);
  }

  /** What is spoken on a port: how a harmless request to it looks. */
  public enum Protocol {
    /** RocketMQ's remoting protocol. */
    REMOTING,
    /** SOFABolt, which JRaft speaks. */
    BOLT,
    /** Something to which no request is harmless, such as the master's stream to its slaves. */
    OPAQUE
  }
}
