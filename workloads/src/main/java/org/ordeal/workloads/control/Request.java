package org.ordeal.workloads.control;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;

/** What the harness asks of a client node. Times named nanos count from the start of the run. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Request.Hello.class, name = "hello"),
  @JsonSubTypes.Type(value = Request.Setup.class, name = "setup"),
  @JsonSubTypes.Type(value = Request.Probe.class, name = "probe"),
  @JsonSubTypes.Type(value = Request.Load.class, name = "load"),
  @JsonSubTypes.Type(value = Request.Progress.class, name = "progress"),
  @JsonSubTypes.Type(value = Request.Stop.class, name = "stop"),
  @JsonSubTypes.Type(value = Request.Drain.class, name = "drain"),
  @JsonSubTypes.Type(value = Request.Roles.class, name = "roles"),
  @JsonSubTypes.Type(value = Request.Shutdown.class, name = "shutdown")
})
public sealed interface Request {

  /** Who are you? Answered by {@link Reply.Ready}. */
  record Hello() implements Request {}

  /**
   * Create the topics and verify that every NameServer routes them and a first message to each
   * group was acknowledged. Idempotent; one client node of a run is enough. Answered by {@link
   * Reply.SetUp}.
   *
   * @param workload name of the workload
   * @param layout topics, groups and queues
   * @param timeoutMillis how long to try
   */
  record Setup(String workload, Layout layout, long timeoutMillis) implements Request {}

  /**
   * Send to the probe topic of each group (created by {@link Setup}) until each has acknowledged
   * one message. Says whether the cluster can be written to: after the start, and after healing.
   * Answered by {@link Reply.Probed}.
   *
   * @param groups broker names
   * @param timeoutMillis how long to try
   */
  record Probe(List<String> groups, long timeoutMillis) implements Request {

    public Probe {
      groups = List.copyOf(groups);
    }
  }

  /**
   * Start the load; answered by {@link Reply.Done} as soon as it is under way.
   *
   * @param workload name of the workload
   * @param layout topics, groups and queues, as in {@link Setup}
   * @param seed seed of the run; the client node mixes its own name in
   * @param ratePerSecond operations a second of this client node
   * @param processesPerQueue most operations outstanding on one queue
   * @param startNanos intended start of the first operation; one that has passed means now
   * @param durationMillis how long operations are begun
   * @param sendTimeoutMillis how long the client waits for an answer to one operation
   * @param options settings of the workload by name; plain data
   */
  record Load(
      String workload,
      Layout layout,
      long seed,
      double ratePerSecond,
      int processesPerQueue,
      long startNanos,
      long durationMillis,
      long sendTimeoutMillis,
      Map<String, Object> options)
      implements Request {

    public Load {
      options = Map.copyOf(options);
    }
  }

  /** How far is the load? Answered by {@link Reply.Progress}. */
  record Progress() implements Request {}

  /**
   * Begin no more operations, and wait for those under way. Answered by {@link Reply.Progress}.
   * Operations that have not ended then stay open in the history.
   *
   * @param graceMillis how long to wait
   */
  record Stop(long graceMillis) implements Request {}

  /**
   * Read every queue from its first offset to its end from each of these nodes, into the history.
   * Answered by {@link Reply.Drained}, also where nodes could not be read.
   *
   * @param workload name of the workload
   * @param layout topics, groups and queues
   * @param nodes every node that ought to serve reads, of all groups
   * @param timeoutMillis how long a node may take to come to a stable end
   */
  record Drain(String workload, Layout layout, List<ServingNode> nodes, long timeoutMillis)
      implements Request {

    public Drain {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Ask each node, over the wire, for its role. Answered by {@link Reply.Roles}.
   *
   * @param nodes the nodes to ask
   * @param timeoutMillis how long to wait for one answer
   */
  record Roles(List<ServingNode> nodes, long timeoutMillis) implements Request {

    public Roles {
      nodes = List.copyOf(nodes);
    }
  }

  /** Close everything and exit with code 0. Answered by {@link Reply.Done} just before. */
  record Shutdown() implements Request {}
}
