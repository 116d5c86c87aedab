package org.ordeal.runner.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Systems;
import org.ordeal.runner.cluster.Topology;

/**
 * Measures two systems beside each other with the same Apache client: {@code BrokerSpeed OURS
 * THEIRS SECONDS MESSAGES TOPOLOGY,... FLUSH,...}.
 *
 * <p>Both clusters run at once, and each cell is measured in slices, ours and theirs by turns, so
 * that what else the machine does hits both. Only the ratios mean something.
 */
public final class BrokerSpeed {
  private static final int[] BODIES = {200, 4096};
  private static final int[] THREADS = {1, 16, 64};
  private static final int SLICES = 4;
  private static final int PORTS_FROM = 21_000;
  private static final int QUEUES = 8;
  private static final int BATCH = 32;
  private static final long WARM_UP_MILLIS = 50_000;
  private static final long START_MILLIS = 90_000;
  private static final int SEND_MILLIS = 10_000;
  private static final String TOPIC = "Speed";

  /**
   * What is pulled: a topic of its own, since whoever stored more large messages before would have
   * more to carry here.
   */
  private static final String PULLED = "SpeedPull";

  private static final int PULL_SLICES = 2;
  private static final int WARM_UP_SHARE = 5;

  private final List<SystemUnderTest> systems;
  private final Path directory;
  private final Path hosts;
  private final long cellMillis;
  private final long messages;

  private BrokerSpeed(
      List<SystemUnderTest> systems, Path directory, Path hosts, long cellMillis, long messages) {
    this.systems = systems;
    this.directory = directory;
    this.hosts = hosts;
    this.cellMillis = cellMillis;
    this.messages = messages;
  }

  /** One cluster and its clients. */
  private record Side(BareCluster cluster, DefaultMQProducer producer) {}

  /** What one slice of a cell does; answers how many messages it moved. */
  private interface Load {
    long run(Side side) throws Exception;
  }

  /**
   * Measures all cells and prints a table; with a system alone, only fetches what it is made of,
   * since a JVM with a hosts file of its own knows no other host. The hosts file that {@code
   * jdk.net.hosts.file} names must call every node 127.0.0.1; the clusters live beside it.
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 1) {
      Systems.resolve(arguments[0], System.err::println);
      return;
    }
    Path hosts = Path.of(System.getProperty("jdk.net.hosts.file"));
    Path directory = hosts.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IllegalArgumentException("The hosts file needs a directory.");
    }
    var speed =
        new BrokerSpeed(
            List.of(
                Systems.resolve(arguments[0], System.err::println),
                Systems.resolve(arguments[1], System.err::println)),
            directory,
            hosts,
            (long) (Double.parseDouble(arguments[2]) * 1000),
            Long.parseLong(arguments[3]));
    System.out.printf(
        "%-10s %-6s %-22s %14s %14s %7s%n",
        "topology", "flush", "cell", arguments[0], arguments[1], "ratio");
    for (String topology : arguments[4].split(",")) {
      for (String flush : arguments[5].split(",")) {
        speed.compare(
            Topology.valueOf(topology.toUpperCase(Locale.ROOT)),
            Flush.valueOf(flush.toUpperCase(Locale.ROOT)));
      }
    }
    System.exit(0); // The client leaves threads.
  }

  private void compare(Topology topology, Flush flush) throws Exception {
    int nodes = topology == Topology.SINGLE ? 1 : 3;
    var spec = new ClusterSpec(topology, flush, 1, nodes, nodes, 0, Map.of(), Map.of());
    List<Side> sides = new ArrayList<>();
    try {
      for (int i = 0; i < systems.size(); i++) {
        Path home = Files.createDirectories(directory.resolve("cluster" + i));
        sides.add(
            start(systems.get(i), spec, home, topology.label() + flush + i, PORTS_FROM + i * 1000));
      }
      if (topology != Topology.SINGLE) {
        row(topology, flush, "idle memory, MiB", memory(sides));
      }
      for (int threads : new int[] {1, 16}) {
        alternate(sides, side -> send(side, 1024, threads, WARM_UP_MILLIS / 2), 1);
      }
      for (int body : BODIES) {
        for (int threads : THREADS) {
          row(
              topology,
              flush,
              "send %d B, %d thread%s".formatted(body, threads, threads == 1 ? "" : "s"),
              alternate(sides, side -> send(side, body, threads, cellMillis / SLICES), SLICES));
        }
      }
      if (messages > 0) {
        for (Side side : sides) {
          fill(side);
        }
        alternate(sides, side -> pull(side, messages / WARM_UP_SHARE), 1);
        row(
            topology,
            flush,
            "pull %,d".formatted(messages),
            alternate(sides, side -> pull(side, messages), PULL_SLICES));
      }
    } finally {
      for (Side side : sides) {
        side.producer.shutdown();
        side.cluster.close();
      }
    }
  }

  private Side start(
      SystemUnderTest system, ClusterSpec spec, Path home, String group, int firstPort)
      throws Exception {
    BareCluster cluster = BareCluster.start(system, spec, home, hosts, firstPort);
    var producer = new DefaultMQProducer(group);
    producer.setNamesrvAddr(cluster.nameServerAddresses());
    producer.setInstanceName(group);
    producer.setSendMsgTimeout(SEND_MILLIS);
    producer.setVipChannelEnabled(false);
    var side = new Side(cluster, producer);
    try {
      producer.start();
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
      while (!serves(side)) {
        if (!cluster.ended().isEmpty() || System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "%s did not start: %s".formatted(system.name(), cluster.ended()));
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
      return side;
    } catch (Exception e) {
      producer.shutdown();
      cluster.close();
      throw e;
    }
  }

  @SuppressWarnings("deprecation") // the old way to create a topic, which all clients have
  private static boolean serves(Side side) {
    try {
      side.producer.createTopic("TBW102", TOPIC, QUEUES, Map.of());
      side.producer.createTopic("TBW102", PULLED, QUEUES, Map.of());
      return side.producer.send(new Message(TOPIC, new byte[8])).getSendStatus()
          == SendStatus.SEND_OK;
    } catch (Exception e) {
      return false;
    }
  }

  private static double[] memory(List<Side> sides) {
    return sides.stream().mapToDouble(side -> side.cluster.memoryMebibytes()).toArray();
  }

  /** Messages a second of each side, slices by turns; the best slice is not taken, all are. */
  private static double[] alternate(List<Side> sides, Load load, int slices) throws Exception {
    double[] moved = new double[sides.size()];
    double[] seconds = new double[sides.size()];
    for (int slice = 0; slice < slices; slice++) {
      for (int turn = 0; turn < sides.size(); turn++) {
        // Every other round the other way about, so that neither always comes first.
        int i = slice % 2 == 0 ? turn : sides.size() - 1 - turn;
        long began = System.nanoTime();
        moved[i] += load.run(sides.get(i));
        seconds[i] += (System.nanoTime() - began) / 1e9;
      }
    }
    return new double[] {moved[0] / seconds[0], moved[1] / seconds[1]};
  }

  private static long send(Side side, int bodyBytes, int threads, long millis) throws Exception {
    byte[] body = new byte[bodyBytes];
    Arrays.fill(body, (byte) 'x');
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    return together(
        threads,
        thread -> {
          long sent = 0;
          while (System.nanoTime() < until) {
            if (side.producer.send(new Message(TOPIC, body)).getSendStatus()
                == SendStatus.SEND_OK) {
              sent++;
            }
          }
          return sent;
        });
  }

  /** A task of one of several threads. */
  private interface Task {
    long run(int thread) throws Exception;
  }

  private static long together(int threads, Task task) throws Exception {
    try (var executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        tasks.add(() -> task.run(thread));
      }
      long sum = 0;
      for (Future<Long> each : executor.invokeAll(tasks)) {
        sum += each.get();
      }
      return sum;
    }
  }

  /** Stores the wanted number of messages of 200 bytes. */
  private void fill(Side side) throws Exception {
    together(
        QUEUES,
        thread -> {
          MessageQueue queue = side.producer.fetchPublishMessageQueues(PULLED).get(thread);
          long wanted = messages / QUEUES + 1;
          for (long sent = 0; sent < wanted; sent += BATCH) {
            List<Message> batch = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
              batch.add(new Message(PULLED, new byte[200]));
            }
            side.producer.send(batch, queue);
          }
          return 0;
        });
  }

  @SuppressWarnings("deprecation") // The pull consumer measures the broker, not a rebalance.
  private static long pull(Side side, long messages) throws Exception {
    var consumer = new DefaultMQPullConsumer("speed" + System.nanoTime());
    consumer.setNamesrvAddr(side.cluster.nameServerAddresses());
    consumer.setInstanceName("pull" + System.nanoTime());
    consumer.setVipChannelEnabled(false);
    consumer.start();
    try {
      var queues = List.copyOf(consumer.fetchSubscribeMessageQueues(PULLED));
      return together(
          queues.size(),
          thread -> {
            long got = 0;
            long offset = 0;
            while (got < messages / QUEUES) {
              var result = consumer.pull(queues.get(thread), "*", offset, BATCH);
              if (result.getPullStatus() == PullStatus.FOUND) {
                got += result.getMsgFoundList().size();
              } else if (result.getPullStatus() == PullStatus.NO_NEW_MSG) {
                break;
              }
              offset = result.getNextBeginOffset();
            }
            return got;
          });
    } finally {
      consumer.shutdown();
    }
  }

  private static void row(Topology topology, Flush flush, String cell, double[] values) {
    System.out.printf(
        "%-10s %-6s %-22s %14.0f %14.0f %7.2f   load %.0f%n",
        topology.label(),
        flush.name().toLowerCase(Locale.ROOT),
        cell,
        values[0],
        values[1],
        values[0] / values[1],
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }
}
