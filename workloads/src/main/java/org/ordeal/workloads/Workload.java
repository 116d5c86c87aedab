package org.ordeal.workloads;

import java.util.List;
import java.util.Map;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;

/**
 * A kind of traffic, and the checks that its history must pass.
 *
 * <p>Found by {@link java.util.ServiceLoader} in the harness (which asks what to run and to check)
 * and in each client node (which runs the program). Implementations have no state.
 */
public interface Workload {

  /** The name it is asked for by on the command line, such as {@code durability}. */
  String name();

  /** One sentence for {@code ordeal list}: what clients do and what must hold. */
  String description();

  /** Rate, clients, topics and queues where the command line does not say otherwise. */
  LoadDefaults defaults();

  /** Names of the checks that must hold, in the order in which a report shows them. */
  List<String> checks();

  /**
   * Broker properties that the workload needs, such as shorter intervals; what the command line
   * sets goes before.
   */
  default Map<String, String> brokerProperties() {
    return Map.of();
  }

  /**
   * Makes the part that runs in a client node.
   *
   * @param environment what a program may use: connections to the system, recorder, settings
   */
  ClientProgram program(ClientEnvironment environment);
}
