package org.ordeal.runner.cluster;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a broker said of its own role.
 *
 * @param node the broker
 * @param group its group
 * @param role what it said
 * @param term its term or epoch, where it tells one
 * @param nanos when it answered, in nanoseconds since the start of the run
 */
public record RoleView(String node, String group, Role role, OptionalLong term, long nanos) {

  /** Roles of a broker. */
  public enum Role {
    /** Takes writes. */
    LEADER,
    /** Copies another. */
    FOLLOWER,
    /** Did not answer. */
    DOWN;

    /** Name in a history. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
