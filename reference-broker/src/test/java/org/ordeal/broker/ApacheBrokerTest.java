package org.ordeal.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.nameserver.NameServer;
import org.ordeal.nameserver.NameServerSettings;
import org.ordeal.replication.FreePorts;
import org.ordeal.settings.PropertyFile;

/** Apache's own broker, served by our NameServers. */
@SuppressWarnings("deprecation") // the old way to create a topic, which all clients have
class ApacheBrokerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PORT_TRIES = 5;
  private static final String TOPIC = "served";

  @Test
  void shouldRegisterWithOurNameServersAndServeThroughThem(@TempDir Path directory)
      throws Exception {
    var classPath = Peers.classPath("5.1.0");
    try (var first = nameServer(directory, "first");
        var second = nameServer(directory, "second")) {
      var addresses =
          "127.0.0.1:%d;127.0.0.1:%d"
              .formatted(first.address().getPort(), second.address().getPort());
      var home = directory.resolve("apache");
      var broker = start(directory, home, classPath, addresses);
      try {
        serve(addresses);
        broker.destroyForcibly().waitFor();
        // Its connection is gone, and with it its routes: no client is sent to a dead broker.
        for (var each : new NameServer[] {first, second}) {
          assertGone("127.0.0.1:" + each.address().getPort());
        }
      } catch (Exception | AssertionError e) {
        throw new AssertionError("The broker said: " + Files.readString(home.resolve("output")), e);
      } finally {
        broker.destroyForcibly().waitFor();
      }
    }
  }

  /** Starts it on ports that are free; again on others where one was taken in the meantime. */
  private static Process start(Path directory, Path home, String classPath, String nameServers)
      throws Exception {
    for (var tries = 1; ; tries++) {
      var conf = Files.writeString(directory.resolve("broker.conf"), conf(directory, nameServers));
      var broker =
          Peers.start(
              home, classPath, "org.apache.rocketmq.broker.BrokerStartup", "-c", conf.toString());
      var output = home.resolve("output");
      try {
        await("Apache's broker to start or to end")
            .atMost(PATIENCE)
            .until(() -> !broker.isAlive() || Files.readString(output).contains("boot success"));
      } catch (Exception | AssertionError e) {
        broker.destroyForcibly().waitFor();
        throw new AssertionError("The broker said: " + Files.readString(output), e);
      }
      if (broker.isAlive()
          || tries == PORT_TRIES
          || !Files.readString(output).contains("Address already in use")) {
        return broker;
      }
    }
  }

  private static NameServer nameServer(Path directory, String name) throws Exception {
    var file = directory.resolve(name + ".conf");
    Files.writeString(
        file, "listenPort=0\nkvConfigPath=" + directory.resolve(name + ".json") + "\n");
    return NameServer.start(NameServerSettings.from(PropertyFile.read(file)));
  }

  private static String conf(Path directory, String nameServers) throws Exception {
    // Apache takes the port two below as well, and the one above for its slaves.
    var ports = FreePorts.take(2);
    return """
        brokerClusterName=Apache
        brokerName=apache
        brokerIP1=127.0.0.1
        bindAddress=127.0.0.1
        listenPort=%d
        haListenPort=%d
        namesrvAddr=%s
        storePathRootDir=%s
        mappedFileSizeCommitLog=16777216
        autoCreateTopicEnable=false
        """
        .formatted(ports.get(0), ports.get(1), nameServers, directory.resolve("apache-store"));
  }

  private static void serve(String nameServers) throws Exception {
    var producer = new DefaultMQProducer("producers");
    producer.setNamesrvAddr(nameServers);
    producer.setSendMsgTimeout(10_000);
    producer.start();
    try {
      await("the topic on Apache's broker")
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(
              () -> {
                producer.createTopic("apache", TOPIC, 4, Map.of());
                return producer.fetchPublishMessageQueues(TOPIC).size() == 4;
              });
      for (int i = 0; i < 10; i++) {
        var result = producer.send(new Message(TOPIC, ("m" + i).getBytes(StandardCharsets.UTF_8)));
        assertThat(result.getSendStatus()).isEqualTo(SendStatus.SEND_OK);
      }
    } finally {
      producer.shutdown();
    }
    var consumer = new DefaultLitePullConsumer("consumers");
    consumer.setNamesrvAddr(nameServers);
    consumer.start();
    try {
      Beginnings.assign(consumer, consumer.fetchMessageQueues(TOPIC));
      var bodies = ConcurrentHashMap.<String>newKeySet();
      await("what was sent")
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer
                    .poll(200)
                    .forEach(
                        each -> bodies.add(new String(each.getBody(), StandardCharsets.UTF_8)));
                return bodies.size() == 10;
              });
    } finally {
      consumer.shutdown();
    }
  }

  private static void assertGone(String nameServer) throws Exception {
    var producer = new DefaultMQProducer("afterwards-" + nameServer.hashCode());
    producer.setNamesrvAddr(nameServer);
    producer.start();
    try {
      await("no route to the dead broker from " + nameServer)
          .atMost(PATIENCE)
          .until(
              () -> {
                try {
                  return producer.fetchPublishMessageQueues(TOPIC).isEmpty();
                } catch (org.apache.rocketmq.client.exception.MQClientException e) {
                  return true;
                }
              });
    } finally {
      producer.shutdown();
    }
  }
}
