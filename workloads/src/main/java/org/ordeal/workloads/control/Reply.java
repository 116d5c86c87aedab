package org.ordeal.workloads.control;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client node answers. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Reply.Ready.class, name = "ready"),
  @JsonSubTypes.Type(value = Reply.Done.class, name = "done"),
  @JsonSubTypes.Type(value = Reply.SetUp.class, name = "set-up"),
  @JsonSubTypes.Type(value = Reply.Probed.class, name = "probed"),
  @JsonSubTypes.Type(value = Reply.Progress.class, name = "progress"),
  @JsonSubTypes.Type(value = Reply.Drained.class, name = "drained"),
  @JsonSubTypes.Type(value = Reply.Roles.class, name = "roles"),
  @JsonSubTypes.Type(value = Reply.Failed.class, name = "failed")
})
public sealed interface Reply {

  /**
   * The client node can take requests.
   *
   * @param name name of the client node
   * @param pid its process id
   * @param clientVersion version of the Apache client that it runs
   */
  record Ready(String name, long pid, String clientVersion) implements Reply {}

  /** What was asked for is done. */
  record Done() implements Reply {}

  /**
   * The topics exist.
   *
   * @param queues keys of the queues, as they will stand in the history
   */
  record SetUp(List<String> queues) implements Reply {

    public SetUp {
      queues = List.copyOf(queues);
    }
  }

  /**
   * Which groups took a message.
   *
   * @param acknowledgedMillis by group: milliseconds until its first acknowledgement
   * @param refused by group that acknowledged nothing in time: why, one sentence
   */
  record Probed(Map<String, Long> acknowledgedMillis, Map<String, String> refused)
      implements Reply {

    public Probed {
      acknowledgedMillis = Map.copyOf(acknowledgedMillis);
      refused = Map.copyOf(refused);
    }
  }

  /**
   * How far the load is.
   *
   * @param running whether operations are still begun
   * @param attempted operations begun
   * @param ok completed, effect certain
   * @param failed completed, certainly without effect
   * @param indeterminate completed, effect unknown
   * @param outstanding begun and not completed
   * @param waiting due, but not begun because every process of their queue is busy
   * @param skipped never begun because they were overdue beyond the bound: the load fell short of
   *     its rate by these
   */
  record Progress(
      boolean running,
      long attempted,
      long ok,
      long failed,
      long indeterminate,
      long outstanding,
      long waiting,
      long skipped)
      implements Reply {}

  /**
   * What the drain read.
   *
   * @param nodes one entry for each node that was asked for
   */
  record Drained(List<NodeDrain> nodes) implements Reply {

    public Drained {
      nodes = List.copyOf(nodes);
    }

    /** Whether every node was read to a stable end. */
    public boolean complete() {
      return nodes.stream().allMatch(node -> node.outcome() == Outcome.COMPLETE);
    }
  }

  /** How the drain of one node ended. */
  enum Outcome {
    /** Every queue was read to an end that all nodes of the group agreed on and that held still. */
    COMPLETE,
    /** The node did not answer, or never came to a stable end: the system's failure. */
    UNRECOVERED,
    /** The drain itself went wrong: the run can prove nothing. */
    ABORTED
  }

  /**
   * The drain of one node.
   *
   * @param node name of the node
   * @param outcome how it ended
   * @param messages how many messages it returned
   * @param reason why it is not complete, one sentence; null where it is
   */
  record NodeDrain(String node, Outcome outcome, long messages, @Nullable String reason) {}

  /**
   * Who leads.
   *
   * @param roles one entry for each node that was asked for
   */
  record Roles(List<RoleOfNode> roles) implements Reply {

    public Roles {
      roles = List.copyOf(roles);
    }
  }

  /**
   * The role of one node.
   *
   * @param node name of the node
   * @param role {@code leader}, {@code follower} or {@code down} (did not answer in time)
   * @param term the leadership term that the node names, or null where it names none
   */
  record RoleOfNode(String node, String role, @Nullable Long term) {}

  /**
   * The request could not be carried out.
   *
   * @param reason what was tried, what happened and what to do, in a sentence
   */
  record Failed(String reason) implements Reply {}
}
