package org.ordeal.workloads.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.route.QueueData;
import org.jspecify.annotations.Nullable;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Reply;

/**
 * Creates topics on the groups' masters, waits until every NameServer routes them, and finds out
 * whether groups take messages. Topics are created beforehand because a producer that meets a topic
 * under automatic creation while faults are on can be left without a route for half a minute.
 */
final class TopicSetup {

  /** Topic that probes are sent to; no check looks at it. */
  static final String PROBE_TOPIC = "ordeal-probe";

  private static final long REQUEST_MILLIS = 3_000;
  private static final long PAUSE_MILLIS = 100;

  private final BrokerWire wire;
  private final List<String> nameServers;
  private final ClientEnvironment.Masters masters;
  private final Sender sender;

  TopicSetup(
      BrokerWire wire, List<String> nameServers, ClientEnvironment.Masters masters, Sender sender) {
    this.wire = wire;
    this.nameServers = nameServers;
    this.masters = masters;
    this.sender = sender;
  }

  /**
   * Creates the topics of a layout and the probe topic.
   *
   * @throws SetupException if they do not exist in time; the message says which step failed last
   */
  Reply.SetUp create(Layout layout, long timeoutMillis)
      throws SetupException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    Map<String, Integer> topics = new LinkedHashMap<>();
    layout.topics().forEach(topic -> topics.put(topic, layout.queuesPerGroup()));
    topics.put(PROBE_TOPIC, 1);
    for (String group : layout.groups()) {
      for (Map.Entry<String, Integer> topic : topics.entrySet()) {
        retry(deadline, () -> create(group, topic.getKey(), topic.getValue()));
      }
    }
    for (String nameServer : nameServers) {
      for (Map.Entry<String, Integer> topic : topics.entrySet()) {
        retry(
            deadline, () -> routed(nameServer, topic.getKey(), topic.getValue(), layout.groups()));
      }
    }
    Reply.Probed probed = probe(layout.groups(), Duration.ofNanos(deadline - System.nanoTime()));
    if (!probed.refused().isEmpty()) {
      throw new SetupException(
          "The topics exist, but no message was acknowledged: " + probed.refused());
    }
    return new Reply.SetUp(layout.queues().stream().map(Layout.Queue::key).toList());
  }

  private @Nullable String create(String group, String topic, int queues)
      throws RemotingException, MQBrokerException, InterruptedException {
    String master = masters.of(group);
    if (master == null) {
      return "no NameServer of %s knows a master of group %s".formatted(nameServers, group);
    }
    wire.createTopic(master, topic, queues, REQUEST_MILLIS);
    return null;
  }

  private @Nullable String routed(String nameServer, String topic, int queues, List<String> groups)
      throws RemotingException, MQBrokerException, InterruptedException {
    Map<String, Integer> found = new HashMap<>();
    for (QueueData data : wire.route(nameServer, topic, REQUEST_MILLIS).getQueueDatas()) {
      found.put(data.getBrokerName(), data.getWriteQueueNums());
    }
    for (String group : groups) {
      if (found.getOrDefault(group, 0) != queues) {
        return "NameServer %s routes topic %s to %s, not to %d queues of group %s"
            .formatted(nameServer, topic, found, queues, group);
      }
    }
    return null;
  }

  private interface Attempt {
    /** Returns null when done, else what is amiss. */
    @Nullable String run() throws RemotingException, MQBrokerException, InterruptedException;
  }

  private static void retry(long deadline, Attempt attempt)
      throws SetupException, InterruptedException {
    while (true) {
      String amiss;
      try {
        amiss = attempt.run();
      } catch (RemotingException | MQBrokerException e) {
        amiss = Outcomes.text(e);
      }
      if (amiss == null) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new SetupException("The topics could not be created in time: " + amiss + ".");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** Sends to the probe topic of each group until it has acknowledged one message. */
  Reply.Probed probe(List<String> groups, Duration timeout) throws InterruptedException {
    Map<String, Long> acknowledged = new java.util.concurrent.ConcurrentHashMap<>();
    Map<String, String> refused = new java.util.concurrent.ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (String group : groups) {
      threads.add(Thread.ofVirtual().start(() -> probe(group, timeout, acknowledged, refused)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return new Reply.Probed(acknowledged, refused);
  }

  private void probe(
      String group, Duration timeout, Map<String, Long> acknowledged, Map<String, String> refused) {
    long start = System.nanoTime();
    while (true) {
      Sender.Sent sent =
          sender.send(new Layout.Queue(PROBE_TOPIC, group, 0), new byte[] {'?'}, REQUEST_MILLIS);
      long took = System.nanoTime() - start;
      if (sent.outcome().kind() == Outcome.Kind.ACKNOWLEDGED) {
        acknowledged.put(group, TimeUnit.NANOSECONDS.toMillis(took));
        return;
      }
      if (took > timeout.toNanos()) {
        refused.put(
            group,
            "Group %s acknowledged no message within %d s; the last answer was: %s"
                .formatted(group, Math.round(timeout.toMillis() / 1e3), sent.outcome().reason()));
        return;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        refused.put(group, "The probe of group " + group + " was interrupted.");
        return;
      }
    }
  }

  /** Topics could not be created; the message says why. */
  static final class SetupException extends Exception {
    private static final long serialVersionUID = 1L;

    SetupException(String message) {
      super(message);
    }
  }
}
