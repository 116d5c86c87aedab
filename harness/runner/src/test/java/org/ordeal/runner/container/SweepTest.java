package org.ordeal.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.runner.image.ContainerImage;
import org.ordeal.runner.image.ImageLoader;
import org.ordeal.runner.image.Layer;

/** What a killed harness left is removed, and nothing else. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SweepTest {
  private static final String IMAGE = "ordeal/nothing:of-a-test";

  @TempDir Path directory;

  private Engine engine;

  @BeforeEach
  void connect() throws Exception {
    assumeThat(Engine.unreachable()).as(Engine.unreachable().orElse("")).isEmpty();
    engine = Engine.connect();
    engine.sweep();
    new ImageLoader(engine.client(), directory)
        .load(
            new ContainerImage(
                IMAGE,
                new ContainerImage.Program(
                    List.of("/nothing"), List.of(), Map.of(), "1000", "/", List.of(), List.of()),
                List.of(new Layer.Builder().text("nothing", "").writeTo(directory))));
  }

  @AfterEach
  void removeTheImage() {
    if (engine != null) {
      engine.client().removeImageCmd(IMAGE).withForce(true).exec();
    }
  }

  @Test
  void shouldRemoveWhatADeadHarnessLeftAndSayItInOneLine() {
    DockerClient client = engine.client();
    Owner self = Owner.current();
    Map<String, String> dead =
        Map.of(
            ContainerImage.LABEL,
            "node",
            Engine.OWNER_LABEL,
            new Owner(self.place(), self.pid(), self.started() - 3_600_000).label());
    String network =
        client.createNetworkCmd().withName("ordeal-of-a-test").withLabels(dead).exec().getId();
    String left = container(dead);
    String living = container(engine.labels("node"));
    String stranger = container(Map.of());
    try {
      assertThat(engine.sweep().sentence())
          .contains("Removed 1 container and 1 network of a run that was killed.");
      assertThat(engine.sweep().sentence()).isEmpty();

      assertThatThrownBy(() -> client.inspectContainerCmd(left).exec())
          .isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> client.inspectNetworkCmd().withNetworkId(network).exec())
          .isInstanceOf(NotFoundException.class);
      assertThat(client.inspectContainerCmd(living).exec().getId()).isEqualTo(living);
      assertThat(client.inspectContainerCmd(stranger).exec().getId()).isEqualTo(stranger);
    } finally {
      List.of(left, living, stranger).forEach(engine::removeContainer);
      engine.removeNetwork(network);
    }
  }

  private String container(Map<String, String> labels) {
    return engine.client().createContainerCmd(IMAGE).withLabels(labels).exec().getId();
  }
}
