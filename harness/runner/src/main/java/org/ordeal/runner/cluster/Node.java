package org.ordeal.runner.cluster;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ordeal.faults.TargetNode;

/** A node of a running cluster. */
public interface Node extends TargetNode {

  /** Its directory in the run's: configuration, logs, and data where no fault disk holds that. */
  Path directory();

  /** Where its data is, as the harness can read it. */
  Path store();

  /** Where clients are to dial it, as this machine reaches it; empty where it serves nobody. */
  default Optional<InetSocketAddress> address() {
    return Optional.empty();
  }

  /**
   * Has it write what its threads are doing to its console, where its runtime can make it do so.
   *
   * @return whether it was asked
   */
  default boolean dumpThreads() {
    return false;
  }

  /** Its last log lines, oldest first, at most so many: standard error before its log files. */
  List<String> lastLogLines(int atMost);
}
