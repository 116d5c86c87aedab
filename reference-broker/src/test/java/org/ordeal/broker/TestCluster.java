package org.ordeal.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.ordeal.nameserver.NameServer;
import org.ordeal.nameserver.NameServerSettings;
import org.ordeal.replication.FreePorts;
import org.ordeal.settings.PropertyFile;
import org.ordeal.settings.SettingsException;

/** NameServers and brokers in this JVM, on free ports of loopback, in a directory of the test. */
final class TestCluster implements AutoCloseable {
  static final String CLUSTER = "TestCluster";
  static final String BROKER = "TestBroker";
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Not the name that clients see, and none that JRaft would take for a group. */
  private static final String DLEGER_GROUP = "group.of.TestBroker";

  private final Path directory;
  private final List<NameServer> nameServers = new ArrayList<>();
  private final List<@Nullable Broker> brokers = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();

  private TestCluster(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts a cluster and waits until a leader is registered with each NameServer.
   *
   * @param more further lines of each broker's property file
   */
  static TestCluster start(Path directory, int nameServers, int brokers, String more)
      throws IOException, SettingsException {
    var cluster = new TestCluster(directory);
    try {
      for (int i = 0; i < nameServers; i++) {
        var file =
            write(
                directory.resolve("ns" + i + ".conf"),
                "listenPort=0\nkvConfigPath=" + directory.resolve("kv" + i + ".json") + "\n");
        cluster.nameServers.add(NameServer.start(NameServerSettings.from(PropertyFile.read(file))));
      }
      var ports = FreePorts.take(2 * brokers);
      for (int i = 0; i < brokers; i++) {
        cluster.files.add(cluster.brokerFile(i, brokers, ports, more));
        cluster.brokers.add(null);
        cluster.startBroker(i);
      }
      cluster.awaitLeader();
    } catch (IOException | SettingsException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private Path brokerFile(int i, int count, List<Integer> ports, String more) throws IOException {
    var text = new StringBuilder();
    text.append("brokerClusterName=").append(CLUSTER).append('\n');
    text.append("brokerName=").append(BROKER).append('\n');
    text.append("brokerIP1=127.0.0.1\n");
    text.append("listenPort=").append(ports.get(i)).append('\n');
    text.append("namesrvAddr=").append(nameServerAddresses()).append('\n');
    text.append("storePathRootDir=").append(directory.resolve("n" + i)).append('\n');
    text.append("mappedFileSizeCommitLog=16777216\n");
    if (count > 1) {
      text.append("enableDLegerCommitLog=true\n");
      // A busy machine must not depose a leader whom the test has not asked to go.
      text.append("ordealElectionTimeoutMillis=3000\n");
      text.append("dLegerGroup=").append(DLEGER_GROUP).append('\n');
      text.append("dLegerSelfId=n").append(i).append('\n');
      text.append("dLegerPeers=")
          .append(
              IntStream.range(0, count)
                  .mapToObj(j -> "n" + j + "-127.0.0.1:" + ports.get(count + j))
                  .collect(Collectors.joining(";")))
          .append('\n');
    }
    return write(directory.resolve("broker" + i + ".conf"), text + more);
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.writeString(file, text);
  }

  void startBroker(int i) throws IOException, SettingsException {
    brokers.set(i, Broker.start(BrokerSettings.from(PropertyFile.read(files.get(i)), null)));
  }

  void stopBroker(int i) {
    var broker = brokers.get(i);
    if (broker != null) {
      brokers.set(i, null);
      broker.close();
    }
  }

  /** The index of the broker that leads, -1 while none does. */
  int leader() {
    for (int i = 0; i < brokers.size(); i++) {
      var broker = brokers.get(i);
      if (broker != null && broker.node().leads()) {
        return i;
      }
    }
    return -1;
  }

  /** Waits until one leads and every NameServer knows it. */
  int awaitLeader() {
    Awaitility.await("a leader, known to the NameServers")
        .atMost(PATIENCE)
        .until(() -> leader() >= 0 && broker(leader()).informedNameServers() == nameServers.size());
    return leader();
  }

  Broker broker(int i) {
    var broker = brokers.get(i);
    if (broker == null) {
      throw new IllegalStateException("Broker " + i + " is stopped.");
    }
    return broker;
  }

  NameServer nameServer(int i) {
    return nameServers.get(i);
  }

  /** Addresses of all NameServers, as clients take them. */
  String nameServerAddresses() {
    return nameServers.stream()
        .map(each -> "127.0.0.1:" + each.address().getPort())
        .collect(Collectors.joining(";"));
  }

  @Override
  public void close() {
    for (int i = 0; i < brokers.size(); i++) {
      stopBroker(i);
    }
    nameServers.forEach(NameServer::close);
  }
}
