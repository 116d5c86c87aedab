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
 * @param binding what the software does with the address and the number that it is told
 */
public record Port(
    String name, int number, Protocol protocol, Set<NodeKind> dialledBy, Binding binding) {

  public Port {
    dialledBy = Set.copyOf(dialledBy);
  }

  /** How a server takes to being told where to listen, on a machine that nodes share. */
  public enum Binding {
    /**
     * It listens at the address that it is told, and nowhere else: any node can have any number.
     */
    ADDRESS,
    /**
     * It does so too, but another port takes its number from this one and listens on every address,
     * so that the number must be unique on the machine.
     */
    NUMBER,
    /** It listens on every address of the machine whatever it is told. */
    WILDCARD
  }

  /** Whether it listens on every address, so that no proxy can have the same number. */
  public boolean wildcard() {
    return binding == Binding.WILDCARD;
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
