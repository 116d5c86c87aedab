package org.ordeal.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.runner.image.ContainerImage;
import org.ordeal.runner.image.ImageLoader;
import org.ordeal.runner.image.Layer;

/** An engine keeps one image under a name, not one of every build. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ImageLoaderTest {
  private static final String NAME = "ordeal/replaced:of-a-test";

  @TempDir Path directory;

  private ContainerImage image(String content) throws IOException {
    return new ContainerImage(
        NAME,
        new ContainerImage.Program(
            List.of("/nothing"), List.of(), Map.of(), "1000", "/", List.of(), List.of()),
        List.of(new Layer.Builder().text("nothing", content).writeTo(directory)));
  }

  @Test
  void shouldRemoveWhatANewerImageReplacesUnlessAContainerNeedsIt() throws IOException {
    assumeThat(Engine.unreachable()).as(Engine.unreachable().orElse("")).isEmpty();
    DockerClient client = Engine.connect().client();
    ImageLoader loader = new ImageLoader(client, directory);
    ContainerImage first = image("first");
    ContainerImage second = image("second");
    String container = "";
    try {
      assertThat(loader.load(first)).isTrue();
      assertThat(loader.load(first)).isFalse();
      assertThat(loader.load(second)).isTrue();
      assertThatThrownBy(() -> client.inspectImageCmd(first.id()).exec())
          .isInstanceOf(NotFoundException.class);

      container = client.createContainerCmd(NAME).exec().getId();
      assertThat(loader.load(image("third"))).isTrue();
      assertThat(client.inspectImageCmd(second.id()).exec().getId()).isEqualTo(second.id());
    } finally {
      if (!container.isEmpty()) {
        client.removeContainerCmd(container).withForce(true).exec();
        client.removeImageCmd(second.id()).withForce(true).exec();
      }
      client.removeImageCmd(NAME).withForce(true).exec();
    }
  }

  @Test
  void shouldNotTakeAnotherEngineForTheOneThatWasAskedFor() {
    assertThat(Engine.elsewhere(null, "unix:///var/run/docker.sock")).isEmpty();
    assertThat(Engine.elsewhere("tcp://one:2375/", "tcp://one:2375")).isEmpty();
    assertThat(Engine.elsewhere("tcp://one:2375", "unix:///var/run/docker.sock"))
        .hasValueSatisfying(
            said -> assertThat(said).contains("DOCKER_HOST=tcp://one:2375", "docker.sock"));
  }
}
