package org.ordeal.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

/** Other versions of RocketMQ, as the build has resolved them, in JVMs of their own. */
@SuppressWarnings("deprecation") // the old way to create a topic, which all clients have
final class Peers {
  private static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xms64m",
          "-Xmx256m",
          "-XX:MaxDirectMemorySize=128m");

  private Peers() {}

  /** The class path of a version below {@code reference-broker/peers}. */
  static String classPath(String version) throws IOException {
    var file = Path.of("peers", "rocketmq-" + version, "target", "classpath");
    assumeTrue(
        Files.exists(file),
        "%s is missing: run 'mvn -pl reference-broker/peers/rocketmq-%s process-classes' once."
            .formatted(file, version));
    return Files.readString(file).strip();
  }

  /** Starts a JVM that logs and keeps what it keeps below a directory. */
  static Process start(Path directory, String classPath, String main, String... arguments)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add("-Duser.home=" + directory);
    // Apache's servers leave the keys there that they make for themselves.
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")));
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile());
    builder.environment().put("ROCKETMQ_HOME", directory.toString());
    return builder.start();
  }

  /** Runs the {@link ClientDriver} with a client, to its end. */
  static void drive(Path directory, String clients, TestCluster cluster) throws Exception {
    createTopics(cluster);
    var classPath = Path.of("target", "test-classes") + File.pathSeparator + clients;
    var driver =
        start(
            directory,
            classPath,
            ClientDriver.class.getName(),
            cluster.nameServerAddresses(),
            TestCluster.BROKER);
    try {
      var ended = driver.waitFor(5, TimeUnit.MINUTES);
      var output = Files.readString(directory.resolve("output"));
      assertThat(ended).as("the driver ended; it said%n%s", output).isTrue();
      assertThat(driver.exitValue()).as(output).isZero();
      assertThat(output).contains("all came true");
    } finally {
      driver.destroyForcibly().waitFor();
    }
  }

  private static void createTopics(TestCluster cluster) throws Exception {
    var producer = new DefaultMQProducer("topics");
    producer.setNamesrvAddr(cluster.nameServerAddresses());
    producer.start();
    try {
      for (var topic : ClientDriver.TOPICS) {
        await("the topic " + topic)
            .atMost(TestCluster.PATIENCE)
            .ignoreExceptions()
            .until(
                () -> {
                  producer.createTopic(TestCluster.BROKER, topic, 2, Map.of());
                  return producer.fetchPublishMessageQueues(topic).size() == 2;
                });
      }
    } finally {
      producer.shutdown();
    }
  }
}
