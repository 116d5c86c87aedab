package org.ordeal.workloads.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.log.LogOperations;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.control.ServingNode;
import org.ordeal.workloads.recorder.RecordedProcess;
import org.ordeal.workloads.recorder.Recorder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every queue from its first offset to its end from each node that ought to serve reads.
 *
 * <p>First the end must be an end: a probe is acknowledged by each group, so that whatever its log
 * held before is decided, and then all nodes of a group must name the same end of every queue (see
 * {@link EndWatch}). A node that never gets there is told as {@link Reply.Outcome#UNRECOVERED}, and
 * is read as far as it can be.
 *
 * <p>In the history: {@code drain} operations (key: the queue, node: the node that was read, ok
 * value: a list of {@code [offset, value]}), and behind the last of them one {@code drain-end} (ok
 * value: {@code [min, max]}), which says that everything from {@code min} to before {@code max} was
 * asked for and that what did not come is not there.
 */
final class Drainer {

  private static final Logger log = LoggerFactory.getLogger(Drainer.class);
  private static final long REQUEST_MILLIS = 3_000;
  private static final long LOOK_MILLIS = 250;
  private static final long RETRY_MILLIS = 100;
  private static final int PAIRS_PER_OPERATION = 512;
  private static final int TRIES_PER_OFFSET = 5;

  private final BrokerWire wire;
  private final Recorder recorder;
  private final TopicSetup topics;

  Drainer(BrokerWire wire, Recorder recorder, TopicSetup topics) {
    this.wire = wire;
    this.recorder = recorder;
    this.topics = topics;
  }

  /** Why nothing is held to be missing on a node's word; null where there is no such reason. */
  private interface Doubts {
    @Nullable String of(String node, String queue);
  }

  /** Drains all groups at once. */
  Reply.Drained drain(Request.Drain request) throws InterruptedException {
    Map<String, List<ServingNode>> groups =
        request.nodes().stream()
            .collect(Collectors.groupingBy(ServingNode::group, TreeMap::new, Collectors.toList()));
    Map<String, Reply.NodeDrain> drained = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    groups.forEach(
        (group, nodes) ->
            threads.add(
                Thread.ofVirtual()
                    .name("drain-" + group)
                    .start(() -> drainGroup(request, group, nodes, drained))));
    for (Thread thread : threads) {
      thread.join();
    }
    return new Reply.Drained(
        request.nodes().stream()
            .map(
                node ->
                    drained.getOrDefault(
                        node.node(),
                        new Reply.NodeDrain(
                            node.node(), Reply.Outcome.ABORTED, 0, "The drain was interrupted.")))
            .toList());
  }

  private void drainGroup(
      Request.Drain request,
      String group,
      List<ServingNode> nodes,
      Map<String, Reply.NodeDrain> drained) {
    List<Layout.Queue> queues =
        request.layout().queues().stream().filter(queue -> queue.group().equals(group)).toList();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.timeoutMillis());
    try {
      Doubts doubts = awaitStableEnds(group, queues, nodes, deadline);
      List<Thread> threads = new ArrayList<>();
      for (ServingNode node : nodes) {
        threads.add(
            Thread.ofVirtual()
                .name("drain-" + node.node())
                .start(() -> drained.put(node.node(), drainNode(node, queues, doubts, deadline))));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      log.error("The drain of group {} went wrong", group, e);
      String reason = "The drain of group %s went wrong: %s".formatted(group, Outcomes.text(e));
      for (ServingNode node : nodes) {
        drained.putIfAbsent(
            node.node(), new Reply.NodeDrain(node.node(), Reply.Outcome.ABORTED, 0, reason));
      }
    }
  }

  /**
   * Waits until all nodes agree on all ends and the ends hold still.
   *
   * @return what was still in doubt at the deadline
   */
  private Doubts awaitStableEnds(
      String group, List<Layout.Queue> queues, List<ServingNode> nodes, long deadline)
      throws InterruptedException {
    long left = Math.max(1, deadline - System.nanoTime());
    Reply.Probed probed = topics.probe(List.of(group), java.time.Duration.ofNanos(left));
    String refused = probed.refused().get(group);
    if (refused != null) {
      return (node, queue) -> refused;
    }
    EndWatch watch = new EndWatch();
    while (true) {
      Map<String, Map<String, EndWatch.Ends>> told = new HashMap<>();
      Map<String, String> silent = new HashMap<>();
      for (ServingNode node : nodes) {
        try {
          told.put(node.node(), endsOf(node, queues));
        } catch (RemotingException | MQBrokerException e) {
          silent.put(
              node.node(),
              "%s at %s did not tell the ends of its queues: %s"
                  .formatted(node.node(), node.address(), Outcomes.text(e)));
        }
      }
      long now = System.nanoTime();
      watch.look(now, told, silent);
      if (watch.settled() || now > deadline) {
        return watch::doubt;
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private Map<String, EndWatch.Ends> endsOf(ServingNode node, List<Layout.Queue> queues)
      throws RemotingException, MQBrokerException, InterruptedException {
    Map<String, EndWatch.Ends> ends = new HashMap<>();
    for (Layout.Queue queue : queues) {
      ends.put(queue.key(), endsOf(node, queue));
    }
    return ends;
  }

  private EndWatch.Ends endsOf(ServingNode node, Layout.Queue queue)
      throws RemotingException, MQBrokerException, InterruptedException {
    long max = wire.maxOffset(node.address(), queue, REQUEST_MILLIS);
    long min = wire.minOffset(node.address(), queue, REQUEST_MILLIS);
    // A node that has no consume queue file yet names a first offset of -1 or 0.
    return new EndWatch.Ends(Math.max(0, min), Math.max(0, max));
  }

  private Reply.NodeDrain drainNode(
      ServingNode node, List<Layout.Queue> queues, Doubts doubts, long deadline) {
    RecordedProcess process = recorder.newProcess();
    long messages = 0;
    String reason = null;
    try {
      for (Layout.Queue queue : queues) {
        String doubt = doubts.of(node.node(), queue.key());
        reason = reason == null ? doubt : reason;
        try {
          messages += drainQueue(process, node, queue, doubt, deadline);
        } catch (RemotingException | MQBrokerException e) {
          log.warn("The drain of {} from {} ended early", queue, node, e);
          reason = "%s could not be read: %s".formatted(node.node(), Outcomes.text(e));
          // The check must know that this node was asked, and that its word is missing.
          process.invoke(LogOperations.DRAIN_END, queue.key(), node.node(), null);
          process.fail(node.node(), null, reason);
        }
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      log.error("The drain of {} went wrong", node, e);
      if (process.isOpen()) {
        process.fail(node.node(), null, Outcomes.text(e));
      }
      return new Reply.NodeDrain(
          node.node(),
          Reply.Outcome.ABORTED,
          messages,
          "The drain of %s went wrong: %s".formatted(node.node(), Outcomes.text(e)));
    }
    return new Reply.NodeDrain(
        node.node(),
        reason == null ? Reply.Outcome.COMPLETE : Reply.Outcome.UNRECOVERED,
        messages,
        reason);
  }

  /**
   * Reads one queue of one node.
   *
   * @param doubt why the queue's end is not to be trusted; it is read all the same, but its {@code
   *     drain-end} is a {@code fail}, so that nothing is held to be missing on its word
   */
  private long drainQueue(
      RecordedProcess process,
      ServingNode node,
      Layout.Queue queue,
      @Nullable String doubt,
      long deadline)
      throws RemotingException, MQBrokerException, InterruptedException {
    EndWatch.Ends ends = retrying(deadline, () -> endsOf(node, queue));
    long offset = ends.min();
    long max = ends.max();
    long messages = 0;
    while (true) {
      while (offset < max) {
        process.invoke(LogOperations.DRAIN, queue.key(), node.node(), offset);
        List<Object> pairs = new ArrayList<>();
        try {
          offset = readInto(pairs, node, queue, offset, max, deadline);
        } catch (RemotingException | MQBrokerException e) {
          process.fail(node.node(), null, Outcomes.text(e));
          throw e;
        }
        process.ok(node.node(), pairs);
        messages += pairs.size();
      }
      EndWatch.Ends after = retrying(deadline, () -> endsOf(node, queue));
      if (after.max() <= max) {
        process.invoke(LogOperations.DRAIN_END, queue.key(), node.node(), null);
        if (doubt == null) {
          process.ok(node.node(), List.of(ends.min(), max));
        } else {
          process.fail(node.node(), null, doubt);
        }
        return messages;
      }
      max = after.max();
    }
  }

  /** Reads some hundreds of messages; returns the offset to go on at. */
  private long readInto(
      List<Object> pairs, ServingNode node, Layout.Queue queue, long from, long max, long deadline)
      throws RemotingException, MQBrokerException, InterruptedException {
    long offset = from;
    int tries = 0;
    while (offset < max && pairs.size() < PAIRS_PER_OPERATION) {
      long at = offset;
      BrokerWire.Pulled pulled =
          retrying(
              deadline,
              () -> wire.pull(node.address(), queue, at, BrokerWire.PULL_MESSAGES, REQUEST_MILLIS));
      long before = offset;
      for (MessageExt message : pulled.messages()) {
        // A batch that came twice must not look like a message that is stored twice.
        if (message.getQueueOffset() >= offset && message.getQueueOffset() < max) {
          pairs.add(List.of(message.getQueueOffset(), MessageBody.read(message, queue)));
          offset = message.getQueueOffset() + 1;
        }
      }
      if (offset == before && ++tries >= TRIES_PER_OFFSET) {
        // Nobody can read this offset: go on behind it; the check sees the gap.
        offset = pulled.next() > offset && pulled.next() < max ? pulled.next() : offset + 1;
        tries = 0;
      } else if (offset == before) {
        Thread.sleep(RETRY_MILLIS / 2);
      } else {
        tries = 0;
      }
    }
    return offset;
  }

  private interface Attempt<T> {
    T run() throws RemotingException, MQBrokerException, InterruptedException;
  }

  private static <T> T retrying(long deadline, Attempt<T> attempt)
      throws RemotingException, MQBrokerException, InterruptedException {
    while (true) {
      try {
        return attempt.run();
      } catch (RemotingException | MQBrokerException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }
}
