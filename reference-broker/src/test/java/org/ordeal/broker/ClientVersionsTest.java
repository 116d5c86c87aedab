package org.ordeal.broker;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of other versions than {@link ApacheClientTest}'s, each in a JVM of its own. */
class ClientVersionsTest {

  @ParameterizedTest(name = "client {0}, brokers: {1}")
  @CsvSource({"4.9.8, 3", "5.1.0, 3"})
  void shouldServeClientsOf(String version, int brokers, @TempDir Path directory) throws Exception {
    var clients = Peers.classPath(version);
    try (var cluster =
        TestCluster.start(directory, 1, brokers, "messageDelayLevel=1s 1s 1s 1s 1s\n")) {
      Peers.drive(directory.resolve("driver"), clients, cluster);
    }
  }
}
