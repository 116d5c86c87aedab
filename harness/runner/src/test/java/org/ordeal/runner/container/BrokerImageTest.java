package org.ordeal.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.image.ContainerImage;
import org.ordeal.runner.image.ImageLoader;
import org.ordeal.runner.image.Images;
import org.ordeal.runner.systems.ReferenceProvider;

/** The image of the reference broker, as one would use it by hand. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BrokerImageTest {
  private static final String NAME = "ordeal/broker:of-a-test";
  private static final long LARGEST_BYTES = 80_000_000;

  private final List<String> containers = new ArrayList<>();

  @TempDir Path directory;

  private List<Path> jars = List.of();

  @BeforeEach
  void findTheBroker() {
    try {
      jars = ReferenceProvider.classPath();
    } catch (EnvironmentException unbuilt) {
      assumeThat(true).as(unbuilt.getMessage()).isFalse();
    }
  }

  @AfterEach
  void removeContainersAndImage() {
    if (Engine.unreachable().isEmpty()) {
      Engine engine = Engine.connect();
      containers.forEach(engine::removeContainer);
      try {
        engine.client().removeImageCmd(NAME).withForce(true).exec();
      } catch (NotFoundException notMade) {
        // This test made none.
      }
    }
  }

  /** Two links, two layers of jars, in other places and of another age: one id. */
  @Test
  void shouldHaveTheSameIdWhereverAndWheneverItIsMade() throws IOException {
    List<Path> copies = new ArrayList<>();
    Path other = Files.createDirectories(directory.resolve("other"));
    for (Path jar : jars) {
      Path copy = jar;
      if (Files.isRegularFile(jar)) {
        copy = Files.copy(jar, other.resolve(jar.getFileName().toString()));
        Files.setLastModifiedTime(copy, FileTime.fromMillis(86_400_000));
      }
      copies.add(copy);
    }

    ContainerImage one = new Images(directory.resolve("one")).broker(NAME, jars);
    ContainerImage two = new Images(directory.resolve("two")).broker(NAME, copies);

    assertThat(two.id()).isEqualTo(one.id());
    copies.removeLast();
    assertThat(new Images(directory.resolve("two")).broker(NAME, copies).id())
        .isNotEqualTo(one.id());
  }

  @Test
  void shouldServeUnderSettingsFromFilesAndEnvironmentAsNobodySpecial() throws Exception {
    assumeThat(Engine.missing()).as(Engine.missing().orElse("")).isEmpty();
    Engine engine = Engine.connect();
    DockerClient client = engine.client();
    Path cache = ContainerRuntime.cache();
    new ImageLoader(client, cache).load(new Images(cache).broker(NAME, jars));
    assertThat(client.inspectImageCmd(NAME).exec().getSize()).isLessThan(LARGEST_BYTES);
    Path mounted = directory.resolve("broker.conf");
    Files.writeString(mounted, "brokerName=of-the-file\nlistenPort=12345\n");

    String server = start(engine, List.of("mqnamesrv"), List.of(), List.of());
    String nameServer = address(client, server) + ":9876";
    String broker =
        start(
            engine,
            List.of(),
            List.of("NAMESRV_ADDR=" + nameServer, "ROCKETMQ_CONF_flushDiskType=SYNC_FLUSH"),
            List.of(Bind.parse(mounted + ":/etc/rocketmq/broker.conf:ro")));

    for (String container : List.of(server, broker)) {
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () ->
                  assertThat(health(client, container))
                      .as(log(client, container))
                      .isEqualTo("healthy"));
    }
    assertThat(client.inspectContainerCmd(broker).exec().getConfig().getUser())
        .isEqualTo("1000:1000");
    assertThat(log(client, broker)).contains("of-the-file", address(client, broker) + ":12345");
    DefaultMQProducer producer = new DefaultMQProducer("of-a-test");
    producer.setNamesrvAddr(nameServer);
    try {
      producer.start();
      await()
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(
                          producer
                              .send(new Message("t", "hello".getBytes(StandardCharsets.UTF_8)))
                              .getSendStatus())
                      .isEqualTo(SendStatus.SEND_OK));
    } finally {
      producer.shutdown();
    }
  }

  @Test
  void shouldNotStartUnderABadSetting() throws Exception {
    assumeThat(Engine.missing()).as(Engine.missing().orElse("")).isEmpty();
    Engine engine = Engine.connect();
    DockerClient client = engine.client();
    Path cache = ContainerRuntime.cache();
    new ImageLoader(client, cache).load(new Images(cache).broker(NAME, jars));

    String broker =
        start(engine, List.of("mqbroker"), List.of("ROCKETMQ_CONF_listenPort=many"), List.of());

    int code = client.waitContainerCmd(broker).start().awaitStatusCode(60, TimeUnit.SECONDS);
    assertThat(code).isEqualTo(64);
    assertThat(log(client, broker)).contains("ROCKETMQ_CONF_listenPort");
  }

  private String start(
      Engine engine, List<String> command, List<String> environment, List<Bind> binds) {
    CreateContainerCmd create =
        engine
            .client()
            .createContainerCmd(NAME)
            .withLabels(engine.labels("test"))
            .withEnv(environment)
            .withHostConfig(HostConfig.newHostConfig().withBinds(binds));
    String id = (command.isEmpty() ? create : create.withCmd(command)).exec().getId();
    containers.add(id);
    engine.client().startContainerCmd(id).exec();
    return id;
  }

  private static String address(DockerClient client, String container) {
    ContainerNetwork bridge =
        client
            .inspectContainerCmd(container)
            .exec()
            .getNetworkSettings()
            .getNetworks()
            .get("bridge");
    assertThat(bridge).as("the network of " + container).isNotNull();
    return bridge == null ? "" : String.valueOf(bridge.getIpAddress());
  }

  private static String health(DockerClient client, String container) {
    InspectContainerResponse.ContainerState state =
        client.inspectContainerCmd(container).exec().getState();
    return state.getHealth() == null ? "none" : state.getHealth().getStatus();
  }

  private static String log(DockerClient client, String container) throws InterruptedException {
    StringBuilder text = new StringBuilder();
    client
        .logContainerCmd(container)
        .withStdOut(true)
        .withStdErr(true)
        .exec(
            new ResultCallback.Adapter<Frame>() {
              @Override
              public void onNext(Frame frame) {
                text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
              }
            })
        .awaitCompletion(20, TimeUnit.SECONDS);
    return text.toString();
  }
}
