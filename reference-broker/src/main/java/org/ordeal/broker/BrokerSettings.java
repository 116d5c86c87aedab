package org.ordeal.broker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.RemotingClient;
import org.ordeal.replication.Member;
import org.ordeal.replication.ReplicaConfig;
import org.ordeal.settings.Bind;
import org.ordeal.settings.PropertyFile;
import org.ordeal.settings.SettingsException;

/**
 * A broker's settings, under RocketMQ's names where RocketMQ has one.
 *
 * @param cluster brokerClusterName
 * @param brokerName what clients and NameServers know the group of brokers by
 * @param group dLegerGroup: what its members know each other by; the same without that key
 * @param host brokerIP1: what clients dial, a name or an address
 * @param port listenPort
 * @param listen where it really listens
 * @param nameServers namesrvAddr, each {@code host:port}
 * @param self this member's id in the group, such as {@code n0}
 * @param members the group; one member without enableDLegerCommitLog
 * @param permission brokerPermission, RocketMQ's bits
 * @param registerInterval at least so often does the broker register
 * @param unserved one sentence for each key that has no effect
 * @param effective the values in force, by key
 */
record BrokerSettings(
    String cluster,
    String brokerName,
    String group,
    String host,
    int port,
    InetSocketAddress listen,
    List<String> nameServers,
    String self,
    List<Member> members,
    Path root,
    Path commitLog,
    ReplicaConfig.Flush flush,
    Storage storage,
    Duration electionTimeout,
    boolean autoCreateTopic,
    boolean autoCreateGroup,
    int defaultQueues,
    int permission,
    Duration registerInterval,
    Duration maxIdle,
    Polling polling,
    List<Duration> delayLevels,
    Transactions transactions,
    int metricsPort,
    List<String> unserved,
    Map<String, String> effective) {

  /** Limits of the store, with RocketMQ's keys and units. */
  record Storage(
      int maxMessageBytes,
      long segmentBytes,
      Duration retention,
      double maxUsedRatio,
      Duration flushInterval,
      long flushBytes) {}

  /** How pulls wait. */
  record Polling(boolean longPolling, Duration shortPolling, int maxBytes, int maxMessages) {}

  /** How half messages are asked after. */
  record Transactions(boolean refused, Duration timeout, Duration interval, int maxChecks) {}

  private enum FlushDiskType {
    SYNC_FLUSH,
    ASYNC_FLUSH
  }

  private enum BrokerRole {
    ASYNC_MASTER,
    SYNC_MASTER,
    SLAVE
  }

  /** By so much may compression make a body larger than maxMessageSize. */
  static final int COMPRESSION_SLACK_BYTES = 64 << 10;

  private static final long PAGE_BYTES = 4096;

  static BrokerSettings from(PropertyFile file, @Nullable String nameServerOption)
      throws SettingsException {
    var cluster = file.text("brokerClusterName", "DefaultCluster");
    var brokerName = file.text("brokerName", "DEFAULT_BROKER");
    int port = file.number("listenPort", 10911, 1, 65535);
    var host = file.text("brokerIP1");
    var bindAddress = file.text("bindAddress");
    var root =
        Path.of(
            file.text(
                "storePathRootDir",
                Path.of(System.getProperty("user.home", "."), "store").toString()));
    var commitLog = Path.of(file.text("storePathCommitLog", root.resolve("commitlog").toString()));
    var members = members(file);
    var self =
        members.size() == 1 && !file.has("dLegerSelfId")
            ? members.get(0).id()
            : self(file, members);
    rejectRoles(file);
    var flush =
        file.choice("flushDiskType", FlushDiskType.ASYNC_FLUSH) == FlushDiskType.SYNC_FLUSH
            ? ReplicaConfig.Flush.SYNC
            : ReplicaConfig.Flush.ASYNC;
    var settings =
        new BrokerSettings(
            cluster,
            brokerName,
            group(file, brokerName),
            host == null ? "127.0.0.1" : host,
            port,
            new InetSocketAddress(0),
            nameServers(file, nameServerOption),
            self,
            members,
            root,
            commitLog,
            flush,
            storage(file),
            Duration.ofMillis(file.number("ordealElectionTimeoutMillis", 600, 50, 60_000)),
            file.flag("autoCreateTopicEnable", true),
            file.flag("autoCreateSubscriptionGroup", true),
            file.number("defaultTopicQueueNums", 8, 1, 1024),
            file.number("brokerPermission", 6, 0, 7),
            Duration.ofMillis(file.number("registerNameServerPeriod", 30_000, 1000, 60_000)),
            Duration.ofSeconds(file.number("serverChannelMaxIdleTimeSeconds", 120, 1, 86_400)),
            new Polling(
                file.flag("longPollingEnable", true),
                Duration.ofMillis(file.number("shortPollingTimeMills", 1000, 1, 60_000)),
                file.number("maxTransferBytesOnMessageInMemory", 256 << 10, 1024, 8 << 20),
                file.number("maxTransferCountOnMessageInMemory", 32, 1, 1024)),
            delayLevels(file),
            new Transactions(
                file.flag("rejectTransactionMessage", false),
                Duration.ofMillis(file.large("transactionTimeOut", 6000, 1, 86_400_000)),
                Duration.ofMillis(file.large("transactionCheckInterval", 30_000, 10, 86_400_000)),
                file.number("transactionCheckMax", 15, 1, 1000)),
            file.number("ordealMetricsPort", 0, 0, 65535),
            List.of(),
            Map.of());
    var unserved = file.finish();
    return settings.with(Bind.address(bindAddress, host, port), unserved, file.effective());
  }

  private BrokerSettings with(
      InetSocketAddress listen, List<String> unserved, Map<String, String> effective) {
    return new BrokerSettings(
        cluster,
        brokerName,
        group,
        host,
        port,
        listen,
        nameServers,
        self,
        members,
        root,
        commitLog,
        flush,
        storage,
        electionTimeout,
        autoCreateTopic,
        autoCreateGroup,
        defaultQueues,
        permission,
        registerInterval,
        maxIdle,
        polling,
        delayLevels,
        transactions,
        metricsPort,
        List.copyOf(unserved),
        effective);
  }

  private static Storage storage(PropertyFile file) {
    return new Storage(
        file.number("maxMessageSize", 4 << 20, 1024, 12 << 20),
        file.large("mappedFileSizeCommitLog", 1L << 30, 1 << 20, 1L << 30),
        Duration.ofHours(file.number("fileReservedTime", 72, 1, 1_000_000)),
        file.number("diskMaxUsedSpaceRatio", 75, 10, 95) / 100.0,
        Duration.ofMillis(file.number("flushIntervalCommitLog", 500, 1, 60_000)),
        file.number("flushCommitLogLeastPages", 4, 0, 1_000_000) * PAGE_BYTES);
  }

  private static void rejectRoles(PropertyFile file) {
    var role = file.choice("brokerRole", BrokerRole.ASYNC_MASTER);
    if (role == BrokerRole.SLAVE) {
      file.error(
          "brokerRole",
          "asks for a slave of RocketMQ's master-slave replication, which this broker does not"
              + " have: brokers here replicate as members of one group (enableDLegerCommitLog)");
    }
    if (file.flag("enableControllerMode", false)) {
      file.error(
          "enableControllerMode",
          "asks for the controller of Apache RocketMQ 5, which this broker does not have:"
              + " brokers here elect their leader among themselves (enableDLegerCommitLog)");
    }
  }

  private static List<String> nameServers(PropertyFile file, @Nullable String option) {
    var text = option != null ? option : file.text("namesrvAddr", "");
    var addresses = new ArrayList<String>();
    for (var each : text.split(";")) {
      if (!each.isBlank()) {
        try {
          RemotingClient.unresolved(each.strip());
          addresses.add(each.strip());
        } catch (IllegalArgumentException e) {
          file.error("namesrvAddr", "must be addresses host:port with ; between them");
        }
      }
    }
    return List.copyOf(addresses);
  }

  private static String group(PropertyFile file, String brokerName) {
    var group = file.text("dLegerGroup");
    return group == null || !file.flag("enableDLegerCommitLog", false) ? brokerName : group;
  }

  private static List<Member> members(PropertyFile file) {
    boolean replicated = file.flag("enableDLegerCommitLog", false);
    var peers = file.text("dLegerPeers");
    if (!replicated) {
      return List.of(new Member("n0", "127.0.0.1", 0));
    }
    if (peers == null) {
      file.error("dLegerPeers", "is needed with enableDLegerCommitLog=true");
      return List.of(new Member("n0", "127.0.0.1", 0));
    }
    var members = new ArrayList<Member>();
    for (var peer : peers.split(";")) {
      int dash = peer.indexOf('-');
      try {
        var address = RemotingClient.unresolved(peer.substring(dash + 1).strip());
        members.add(
            new Member(
                peer.substring(0, dash).strip(), address.getHostString(), address.getPort()));
      } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
        file.error("dLegerPeers", "must be members id-host:port with ; between them");
        return List.of(new Member("n0", "127.0.0.1", 0));
      }
    }
    return List.copyOf(members);
  }

  private static String self(PropertyFile file, List<Member> members) {
    var self = file.text("dLegerSelfId");
    if (self == null) {
      file.error("dLegerSelfId", "is needed with enableDLegerCommitLog=true");
      return members.get(0).id();
    }
    if (members.stream().noneMatch(each -> each.id().equals(self))) {
      file.error(
          "dLegerSelfId",
          "is none of the members of dLegerPeers, " + members.stream().map(Member::id).toList());
    }
    return self;
  }

  private static List<Duration> delayLevels(PropertyFile file) {
    var text =
        file.text(
            "messageDelayLevel", "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h");
    try {
      return Arrays.stream(text.split(" +")).map(BrokerSettings::delay).toList();
    } catch (IllegalArgumentException e) {
      file.error("messageDelayLevel", "must be numbers with a unit s, m, h or d, such as 1s 5s 2h");
      return List.of();
    }
  }

  private static Duration delay(String text) {
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 's' -> Duration.ofSeconds(number);
      case 'm' -> Duration.ofMinutes(number);
      case 'h' -> Duration.ofHours(number);
      case 'd' -> Duration.ofDays(number);
      default -> throw new IllegalArgumentException("unit");
    };
  }

  /** What clients dial. */
  String address() {
    return host + ":" + port;
  }

  /** This member's number, which is its brokerId less one while it follows. */
  int number() {
    return members.stream()
        .filter(each -> each.id().equals(self))
        .mapToInt(Member::number)
        .findFirst()
        .orElse(0);
  }

  /** What the replica needs; the client address is resolved here, once, for the store host. */
  ReplicaConfig replica() throws SettingsException {
    InetAddress storeHost;
    try {
      storeHost = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new SettingsException("The name " + host + " (brokerIP1) cannot be resolved.");
    }
    return new ReplicaConfig(
        group,
        self,
        members,
        root,
        commitLog,
        new InetSocketAddress(storeHost, port),
        flush,
        storage.flushInterval(),
        storage.flushBytes(),
        storage.segmentBytes(),
        storage.retention(),
        storage.maxUsedRatio(),
        0.95,
        storage.maxMessageBytes() + COMPRESSION_SLACK_BYTES,
        electionTimeout);
  }

  /** Tells each sentence about keys without effect. */
  void warn(Consumer<String> log) {
    unserved.forEach(log);
  }
}
