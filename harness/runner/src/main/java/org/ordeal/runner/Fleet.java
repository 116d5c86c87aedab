package org.ordeal.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.ServingNode;

/**
 * The client nodes of a run, as one. Methods throw {@link IOException} where a client node fails
 * for a reason that is the harness's own; what the system under test does is in the replies. Used
 * by one thread.
 */
interface Fleet extends AutoCloseable {

  /** What the fleet is to do when the load runs. */
  record LoadOrder(
      String workload,
      Layout layout,
      long seed,
      double ratePerSecond,
      int processesPerQueue,
      long startNanos,
      long durationMillis) {}

  /** Waits until every client node takes requests. */
  void awaitReady(Duration bound) throws IOException, InterruptedException;

  /** Creates the topics and waits until each group has acknowledged a message. */
  void setUp(String workload, Layout layout, Duration bound)
      throws IOException, InterruptedException;

  /** Starts the load on every client node; returns once it is under way. */
  void start(LoadOrder order) throws IOException, InterruptedException;

  /** Sums of all client nodes; brings nodes that were restarted by a fault back to their load. */
  Reply.Progress progress() throws InterruptedException;

  /** Begins no more operations and waits for those under way. */
  void stop(Duration grace) throws InterruptedException;

  /** Which groups take a message within the bound. */
  Reply.Probed probe(List<String> groups, Duration bound) throws IOException, InterruptedException;

  /** Reads every queue to its end from each node, into the history. */
  Reply.Drained drain(String workload, Layout layout, List<ServingNode> nodes, Duration bound)
      throws IOException, InterruptedException;

  /** Directories with the operation logs. */
  List<Path> directories();

  /** Shuts the client nodes down where they can still be reached. */
  @Override
  void close();
}
