package org.ordeal.faults;

/** What a fault needs of the environment that it is injected into. */
public enum Need {
  /** Nodes that can be killed, stopped, frozen and started. */
  PROCESS,
  /** A proxy on every directed link. */
  NETWORK,
  /** A fault disk under every broker's store. */
  DISK,
  /** A proxy between every fault disk and its storage. */
  DISK_LINK,
  /** A wall clock of its own for every node. */
  CLOCK
}
