package org.ordeal.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.ordeal.replication.ReplicaFactory;
import org.ordeal.replication.Replicas;
import org.ordeal.settings.Arguments;
import org.ordeal.settings.Arguments.Amendment;
import org.ordeal.settings.MetricsPage;
import org.ordeal.settings.SettingsException;
import org.slf4j.LoggerFactory;

/** Starts a broker: {@code mqbroker -c FILE}. */
public final class BrokerMain {
  private static final String HELP =
      """
      usage: mqbroker [-c FILE] [-n HOST:PORT;HOST:PORT] [-p]
        -c, --configFile FILE    RocketMQ's property file of this broker
        -n, --namesrvAddr ADDRS  NameServers, in place of the file's namesrvAddr
        -p, --printConfigItem    print the settings in force and stop
        -h, --help               print this and stop
      Example: mqbroker -c conf/broker-n0.conf""";

  private static final Set<String> OPTIONS = Set.of("-c", "-n", "-p", "-m", "-h");
  private static final int USAGE = 64;
  private static final int NO_SERVICE = 75;

  private BrokerMain() {}

  /**
   * Where a broker with these arguments listens.
   *
   * @throws SettingsException where it would not start
   */
  public static InetSocketAddress address(String[] args, Amendment amendment)
      throws SettingsException {
    var arguments = Arguments.parse(args, OPTIONS);
    return BrokerSettings.from(amendment.apply(arguments.file()), arguments.value("-n")).listen();
  }

  public static void main(String[] args) {
    int code = run(args, System.out, System.err, Replicas::open);
    if (code != 0) {
      System.exit(code);
    }
  }

  /**
   * Runs a broker until the process is told to stop.
   *
   * @param replicas opens the store: the product's, or in tests one that breaks its promises
   * @return the process's exit code
   */
  public static int run(String[] args, PrintStream out, PrintStream err, ReplicaFactory replicas) {
    return run(args, out, err, replicas, Amendment.NONE);
  }

  /**
   * Runs a broker until the process is told to stop.
   *
   * @param amendment what changes the file's settings
   * @return the process's exit code
   */
  public static int run(
      String[] args,
      PrintStream out,
      PrintStream err,
      ReplicaFactory replicas,
      Amendment amendment) {
    BrokerSettings settings;
    try {
      var arguments = Arguments.parse(args, OPTIONS);
      if (arguments.has("-h")) {
        out.println(HELP);
        return 0;
      }
      settings = BrokerSettings.from(amendment.apply(arguments.file()), arguments.value("-n"));
      if (arguments.has("-p") || arguments.has("-m")) {
        new TreeMap<>(settings.effective()).forEach((key, value) -> out.println(key + "=" + value));
        return 0;
      }
    } catch (SettingsException e) {
      err.println("mqbroker: " + e.getMessage());
      return USAGE;
    }
    var log = LoggerFactory.getLogger(BrokerMain.class);
    settings.warn(log::warn);
    try {
      var broker = Broker.start(settings, replicas);
      var metrics =
          MetricsPage.start(settings.metricsPort(), page -> BrokerMetrics.write(broker, page));
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    metrics.close();
                    broker.close();
                  },
                  "shutdown"));
      out.println(
          "The broker["
              + settings.brokerName()
              + ", "
              + settings.address()
              + "] boot success. serializeType=JSON and name server is "
              + String.join(";", settings.nameServers()));
      new CountDownLatch(1).await();
      return 0;
    } catch (SettingsException e) {
      err.println("mqbroker: " + e.getMessage());
      return USAGE;
    } catch (IOException e) {
      err.println("mqbroker: " + e.getMessage());
      return NO_SERVICE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
