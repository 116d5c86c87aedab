package org.ordeal.faults;

/** What the operating system says of a node's process (or the engine of its container). */
public enum NodeState {
  /** Exists and may run. */
  RUNNING,
  /** Exists, frozen: state {@code T} in {@code /proc}, or a frozen control group. */
  PAUSED,
  /** Does not exist, or is a corpse that nobody has collected yet. */
  GONE
}
