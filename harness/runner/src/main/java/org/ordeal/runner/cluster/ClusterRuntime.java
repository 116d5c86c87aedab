package org.ordeal.runner.cluster;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Need;

/**
 * A way to make nodes, found by {@link java.util.ServiceLoader}: {@code process} or {@code
 * container}. Has a public constructor without parameters and holds no state.
 */
public interface ClusterRuntime {

  /** As on the command line. */
  String name();

  /** One clause. */
  String description();

  /** Which needs of faults its clusters can meet on this machine. */
  Set<Need> offers();

  /** Why this machine lacks what the runtime needs, as a sentence; empty where it has it. */
  Optional<String> missing();

  /**
   * Starts a cluster and returns once every node serves and every group has a route with a leader.
   *
   * @throws org.ordeal.runner.UsageException where the system cannot be run in this way
   * @throws org.ordeal.runner.EnvironmentException where the machine lacks something: an address, a
   *     port, memory, room
   * @throws ClusterException where a node ended, or the cluster was not ready within the bound; the
   *     message has the node's last log lines. Everything that was started has been stopped
   */
  Cluster launch(Launch launch) throws ClusterException, InterruptedException;

  /**
   * Everything that a launch needs.
   *
   * @param system what to run
   * @param spec how
   * @param clients what client nodes run; unused where the specification has none
   * @param directory the run's directory; each node gets {@code nodes/<name>/} below it
   * @param originNanos {@link System#nanoTime} at the start of the run
   * @param disks the fault disks under every broker's store; null for none
   * @param progress takes a line for whoever waits
   */
  record Launch(
      SystemUnderTest system,
      ClusterSpec spec,
      ClientPrograms clients,
      Path directory,
      long originNanos,
      @Nullable StoreDisks disks,
      Consumer<String> progress) {}
}
