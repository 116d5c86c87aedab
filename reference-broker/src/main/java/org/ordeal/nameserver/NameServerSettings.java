package org.ordeal.nameserver;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.ordeal.settings.Bind;
import org.ordeal.settings.PropertyFile;
import org.ordeal.settings.SettingsException;

/**
 * A NameServer's settings.
 *
 * @param listen where it serves; port 0 takes any free one
 * @param scanInterval how often silent brokers are looked for
 * @param warmUp routes are refused for so long after the start, so that brokers can register first
 * @param maxIdle a connection without traffic is closed after this
 * @param orderMessages whether routes carry the order configuration of the key-value table
 * @param keyValueFile where the key-value table is kept
 * @param allTopicList whether the list of all topics is given out
 * @param metricsPort loopback port of the metrics page; 0 for none
 * @param unserved one sentence for each key that has no effect
 * @param effective the values in force, by key
 */
public record NameServerSettings(
    InetSocketAddress listen,
    Duration scanInterval,
    Duration warmUp,
    Duration maxIdle,
    boolean orderMessages,
    Path keyValueFile,
    boolean allTopicList,
    int metricsPort,
    List<String> unserved,
    Map<String, String> effective) {

  public static NameServerSettings from(PropertyFile file) throws SettingsException {
    int port = file.number("listenPort", 9876, 0, 65535);
    var bindAddress = file.text("bindAddress");
    int scan = file.number("scanNotActiveBrokerInterval", 5000, 10, 3_600_000);
    boolean wait = file.flag("needWaitForService", false);
    int waitSeconds = file.number("waitSecondsForService", 45, 0, 3600);
    int idle = file.number("serverChannelMaxIdleTimeSeconds", 120, 1, 86_400);
    boolean order = file.flag("orderMessageEnable", false);
    boolean allTopics = file.flag("enableAllTopicList", true);
    var home = System.getProperty("user.home", ".");
    var keyValue = file.text("kvConfigPath", Path.of(home, "namesrv", "kvConfig.json").toString());
    int metrics = file.number("ordealMetricsPort", 0, 0, 65535);
    if (file.flag("enableControllerInNamesrv", false)) {
      file.error(
          "enableControllerInNamesrv",
          "asks for the controller of Apache RocketMQ 5, which this NameServer does not have:"
              + " brokers here elect their leader among themselves (enableDLegerCommitLog)");
    }
    var unserved = file.finish();
    return new NameServerSettings(
        Bind.address(bindAddress, null, port),
        Duration.ofMillis(scan),
        wait ? Duration.ofSeconds(waitSeconds) : Duration.ZERO,
        Duration.ofSeconds(idle),
        order,
        Path.of(keyValue),
        allTopics,
        metrics,
        unserved,
        file.effective());
  }
}
