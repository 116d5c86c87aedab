package org.ordeal.workloads.client;

import org.ordeal.workloads.recorder.Recorder;

/**
 * What a program may use. All of it is thread-safe.
 *
 * @param config the client node's own configuration
 * @param recorder where operations are recorded
 * @param sender sends with the Apache client
 * @param wire single requests to a given node
 * @param leaders who leads each group, as the NameServers tell it
 */
public record ClientEnvironment(
    ClientConfig config, Recorder recorder, Sender sender, BrokerWire wire, Masters leaders) {

  /** Looks a group's master up. */
  @FunctionalInterface
  public interface Masters {

    /** Address of the group's master, or null where no NameServer knows one. */
    @org.jspecify.annotations.Nullable
    String of(String group);

    /**
     * Address of the master before the present one, as a client would still use it whose route is
     * as old as the Apache client lets it become; null where the master has not changed lately.
     */
    default @org.jspecify.annotations.Nullable String former(String group) {
      return null;
    }
  }

  /** Name of the node at an address: every node registers under its name. */
  public static String nodeAt(String address) {
    return Leaders.nodeOf(address);
  }
}
