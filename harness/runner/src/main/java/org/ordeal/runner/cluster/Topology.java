package org.ordeal.runner.cluster;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How the brokers of a group copy messages to each other. */
public enum Topology {
  /** One broker a group, no copies. */
  SINGLE("one broker a group, no copies"),
  /**
   * A Raft group: a majority has a message before it is acknowledged, and a new leader is elected.
   */
  DLEDGER("a Raft group: acknowledged by a majority, a new leader is elected"),
  /** A master and slaves that follow it at their own pace. */
  ASYNC_MASTER("a master, and slaves that follow at their own pace"),
  /** A master that waits for a slave before it acknowledges; nobody takes over. */
  SYNC_MASTER("a master that waits for a slave before it acknowledges; nobody takes over"),
  /** A master and slaves, and a controller in the NameServers that elects the master. */
  CONTROLLER("a master and slaves, and a controller that elects the master");

  private final String description;

  Topology(String description) {
    this.description = description;
  }

  /** Name on the command line, such as {@code async-master}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** One clause. */
  public String description() {
    return description;
  }

  /** How many brokers a group has where nobody says. */
  public int defaultNodes() {
    return switch (this) {
      case SINGLE -> 1;
      case DLEDGER, CONTROLLER -> 3;
      case ASYNC_MASTER, SYNC_MASTER -> 2;
    };
  }

  /**
   * Broker properties that we set on every broker of it and that its promise rests on; the user's
   * own come after them.
   */
  public Map<String, String> settings() {
    return switch (this) {
      // Without it a controller's master acknowledges what nobody else has.
      case CONTROLLER -> Map.of("allAckInSyncStateSet", "true");
      case SINGLE, DLEDGER, ASYNC_MASTER, SYNC_MASTER -> Map.of();
    };
  }

  /** The topology of that label. */
  public static Optional<Topology> named(String label) {
    return Arrays.stream(values()).filter(topology -> topology.label().equals(label)).findFirst();
  }

  /** Every label, in order of declaration. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Topology::label).toList();
  }
}
