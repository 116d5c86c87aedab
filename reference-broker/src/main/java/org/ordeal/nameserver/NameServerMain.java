package org.ordeal.nameserver;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.Set;
import org.ordeal.settings.Arguments;
import org.ordeal.settings.Arguments.Amendment;
import org.ordeal.settings.MetricsPage;
import org.ordeal.settings.ProcessLog;
import org.ordeal.settings.SettingsException;
import org.slf4j.LoggerFactory;

/** Starts a NameServer: {@code mqnamesrv -c FILE}. */
public final class NameServerMain {
  private static final String HELP =
      """
      usage: mqnamesrv [-c FILE] [-p]
        -c, --configFile FILE    RocketMQ's property file of this NameServer
        -p, --printConfigItem    print the settings in force and stop
        -h, --help               print this and stop
      Example: mqnamesrv -c conf/namesrv-n0.conf""";

  private static final Set<String> OPTIONS = Set.of("-c", "-p", "-h", "-n");
  private static final int USAGE = 64;
  private static final int NO_SERVICE = 75;

  private NameServerMain() {}

  /**
   * Where a NameServer with these arguments listens.
   *
   * @throws SettingsException where it would not start
   */
  public static InetSocketAddress address(String[] args, Amendment amendment)
      throws SettingsException {
    var arguments = Arguments.parse(args, OPTIONS);
    return NameServerSettings.from(amendment.apply(arguments.file())).listen();
  }

  public static void main(String[] args) {
    int code = run(args, System.out, System.err, Amendment.NONE);
    if (code != 0) {
      System.exit(code);
    }
  }

  /**
   * Runs a NameServer until the process is told to stop.
   *
   * @param amendment what changes the file's settings
   * @return the process's exit code
   */
  public static int run(String[] args, PrintStream out, PrintStream err, Amendment amendment) {
    NameServerSettings settings;
    try {
      var arguments = Arguments.parse(args, OPTIONS);
      if (arguments.has("-h")) {
        out.println(HELP);
        return 0;
      }
      settings = NameServerSettings.from(amendment.apply(arguments.file()));
      if (arguments.has("-p")) {
        settings.effective().forEach((key, value) -> out.println(key + "=" + value));
        return 0;
      }
    } catch (SettingsException e) {
      err.println("mqnamesrv: " + e.getMessage());
      return USAGE;
    }
    ProcessLog.describe("nameserver:" + settings.listen().getPort(), "-", "nameserver");
    var log = LoggerFactory.getLogger(NameServerMain.class);
    settings.unserved().forEach(log::warn);
    try {
      var server = NameServer.start(settings);
      var metrics =
          MetricsPage.start(
              settings.metricsPort(),
              page -> {
                page.gauge(
                    "ordeal_nameserver_brokers", "Broker addresses known.", server.brokerCount());
                page.gauge("ordeal_nameserver_topics", "Topics known.", server.topicCount());
                page.remoting(server.counters());
              });
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    metrics.close();
                    server.close();
                  },
                  "shutdown"));
      out.println(
          "The Name Server boot success. serializeType=JSON, address "
              + server.address().getAddress().getHostAddress()
              + ":"
              + server.address().getPort());
      new java.util.concurrent.CountDownLatch(1).await();
      return 0;
    } catch (IOException e) {
      err.println("mqnamesrv: " + e.getMessage());
      return NO_SERVICE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
