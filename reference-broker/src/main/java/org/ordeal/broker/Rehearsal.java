package org.ordeal.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ordeal.nameserver.NameServer;
import org.ordeal.nameserver.NameServerSettings;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.EventLoops;
import org.ordeal.remoting.Limits;
import org.ordeal.remoting.RemotingClient;
import org.ordeal.remoting.RequestCode;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.settings.PropertyFile;
import org.ordeal.settings.SettingsException;

/**
 * What a JVM is trained on for its ahead-of-time cache ({@code -XX:AOTCacheOutput}): a NameServer
 * and a group of three brokers in one process, from start over election and sends to their end.
 * NameServers and brokers that are started with the cache find the classes of all that loaded and
 * linked.
 *
 * <p>Works in a temporary directory and on free ports of loopback, and leaves nothing.
 */
public final class Rehearsal {
  private static final int BROKERS = 3;
  private static final int SENDS = 200;
  private static final Duration ANSWER_TIME = Duration.ofSeconds(2);
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String TOPIC = "Rehearsal";

  private final Path directory;
  private final List<AutoCloseable> running = new ArrayList<>();

  private Rehearsal(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] args) throws Exception {
    var directory = Files.createTempDirectory("ordeal-rehearsal");
    try {
      new Rehearsal(directory).play();
    } finally {
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void play() throws Exception {
    try {
      int nameServer = nameServer();
      var brokers = brokers(nameServer);
      var loops = new EventLoops(1);
      running.add(loops);
      var client = new RemotingClient(loops, Limits.DEFAULT, ANSWER_TIME);
      running.add(client);
      var leader = leader(client, brokers);
      for (int i = 0; i < SENDS; i++) {
        ask(client, leader, send());
      }
      ask(client, leader, Command.request(RequestCode.GET_BROKER_RUNTIME_INFO, Map.of()));
      ask(client, leader, Command.request(RequestCode.GET_ALL_TOPIC_CONFIG, Map.of()));
      var names = "127.0.0.1:" + nameServer;
      ask(client, names, Command.request(RequestCode.GET_BROKER_CLUSTER_INFO, Map.of()));
      ask(
          client,
          names,
          Command.request(RequestCode.GET_ROUTEINFO_BY_TOPIC, Map.of("topic", TOPIC)));
    } finally {
      for (var each : running.reversed()) {
        each.close();
      }
    }
  }

  private int nameServer() throws IOException, SettingsException {
    var file =
        file("namesrv.conf", "listenPort=0", "kvConfigPath=" + directory.resolve("kvConfig.json"));
    var server = NameServer.start(NameServerSettings.from(file));
    running.add(server);
    return server.address().getPort();
  }

  private List<String> brokers(int nameServer) throws IOException, SettingsException {
    var ports = freePorts(2 * BROKERS);
    var peers = new ArrayList<String>();
    for (int i = 0; i < BROKERS; i++) {
      peers.add("n" + i + "-127.0.0.1:" + ports.get(BROKERS + i));
    }
    var addresses = new ArrayList<String>();
    for (int i = 0; i < BROKERS; i++) {
      var file =
          file(
              "broker-" + i + ".conf",
              "brokerIP1=127.0.0.1",
              "bindAddress=127.0.0.1",
              "brokerName=g",
              "listenPort=" + ports.get(i),
              "namesrvAddr=127.0.0.1:" + nameServer,
              "storePathRootDir=" + directory.resolve("n" + i),
              "flushDiskType=SYNC_FLUSH",
              "enableDLegerCommitLog=true",
              "dLegerGroup=g",
              "dLegerSelfId=n" + i,
              "dLegerPeers=" + String.join(";", peers));
      running.add(Broker.start(BrokerSettings.from(file, null)));
      addresses.add("127.0.0.1:" + ports.get(i));
    }
    return addresses;
  }

  private PropertyFile file(String name, String... lines) throws IOException, SettingsException {
    return PropertyFile.read(Files.writeString(directory.resolve(name), String.join("\n", lines)));
  }

  /** The first broker that acknowledges a send. */
  private static String leader(RemotingClient client, List<String> brokers) throws Exception {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < BOUND.toNanos()) {
      for (var broker : brokers) {
        if (ask(client, broker, send()) == ResponseCode.SUCCESS) {
          return broker;
        }
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IOException(
        "No broker of the rehearsal acknowledged a send within %d s.".formatted(BOUND.toSeconds()));
  }

  private static int ask(RemotingClient client, String address, Command request)
      throws InterruptedException, ExecutionException, TimeoutException {
    return client
        .ask(address, request, ANSWER_TIME)
        .get(2 * ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS)
        .code();
  }

  private static Command send() {
    return Command.request(
            RequestCode.SEND_MESSAGE,
            Map.ofEntries(
                Map.entry("producerGroup", TOPIC),
                Map.entry("topic", TOPIC),
                Map.entry("defaultTopic", "TBW102"),
                Map.entry("defaultTopicQueueNums", "4"),
                Map.entry("queueId", "0"),
                Map.entry("sysFlag", "0"),
                Map.entry("bornTimestamp", Long.toString(System.currentTimeMillis())),
                Map.entry("flag", "0"),
                Map.entry("properties", ""),
                Map.entry("reconsumeTimes", "0"),
                Map.entry("unitMode", "false")))
        .withBody("x".getBytes(StandardCharsets.UTF_8));
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }
}
