package org.ordeal.faults;

/** What a node of a cluster does. */
public enum NodeKind {
  /** Stores messages. */
  BROKER,
  /** Answers where topics are. */
  NAMESERVER,
  /** Sends and receives on behalf of the workload. */
  CLIENT
}
