package org.ordeal.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.image.ContainerImage;
import org.ordeal.runner.image.ImageLoader;
import org.ordeal.runner.image.Layer;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ImageProviderTest {
  private static final String NAME = "ordeal/system:of-a-test";

  @TempDir private Path directory;

  @Test
  void shouldTakeJarsOutOfAnArchiveAndNothingElse() throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(archive)) {
      put(tar, new TarArchiveEntry("lib/rocketmq-broker-5.1.0.jar"), "broker");
      put(tar, new TarArchiveEntry("lib/../../escaped.jar", true), "no");
      put(tar, new TarArchiveEntry("/lib/absolute.jar", true), "no");
      put(tar, new TarArchiveEntry("lib/deep/below.jar"), "no");
      put(tar, new TarArchiveEntry("lib/readme.txt"), "no");
      TarArchiveEntry link = new TarArchiveEntry("lib/link.jar", TarConstants.LF_SYMLINK);
      link.setLinkName("/etc/passwd");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    Path into = Files.createDirectory(directory.resolve("into"));

    ImageProvider.unpack(new ByteArrayInputStream(archive.toByteArray()), into);

    try (var found = Files.walk(directory)) {
      assertThat(found.filter(path -> !Files.isDirectory(path)))
          .containsExactly(into.resolve("lib/rocketmq-broker-5.1.0.jar"));
    }
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, String content)
      throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  @Test
  void shouldRunTheJarsOfAnImage() throws IOException {
    assumeThat(Engine.unreachable()).as(Engine.unreachable().orElse("")).isEmpty();
    Engine engine = Engine.connect();
    List<String> said = new ArrayList<>();
    try {
      load(engine, Map.of("ROCKETMQ_HOME", "/opt/rocketmq"), "rocketmq-broker", "rocketmq-namesrv");

      assertThat(new ImageProvider(directory).resolve(NAME, said::add).name())
          .isEqualTo("image:" + NAME);

      load(engine, Map.of("ROCKETMQ_HOME", "/opt/rocketmq"), "rocketmq-broker");
      assertThatThrownBy(() -> new ImageProvider(directory).resolve(NAME, said::add))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("no namesrv jar");
      load(engine, Map.of(), "rocketmq-broker", "rocketmq-namesrv");
      assertThatThrownBy(() -> new ImageProvider(directory).resolve(NAME, said::add))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("sets no ROCKETMQ_HOME");
      load(engine, Map.of("ROCKETMQ_HOME", "/elsewhere"), "rocketmq-broker", "rocketmq-namesrv");
      assertThatThrownBy(() -> new ImageProvider(directory).resolve(NAME, said::add))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("has no /elsewhere/lib");
    } finally {
      engine.client().removeImageCmd(NAME).withForce(true).exec();
    }
    assertThat(engine.client().listContainersCmd().withShowAll(true).exec())
        .noneMatch(container -> NAME.equals(container.getImage()));
  }

  @Test
  void shouldSayWhichImageCannotBeHad() {
    assumeThat(Engine.unreachable()).as(Engine.unreachable().orElse("")).isEmpty();
    assertThatThrownBy(
            () -> new ImageProvider(directory).resolve("ordeal/absent:of-a-test", line -> {}))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("no image ordeal/absent:of-a-test and could not pull it");
    assertThatThrownBy(() -> new ImageProvider(directory).resolve("", line -> {}))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("image:<ref>");
  }

  private void load(Engine engine, Map<String, String> environment, String... jars)
      throws IOException {
    Layer.Builder layer = new Layer.Builder();
    for (String jar : jars) {
      layer.text("opt/rocketmq/lib/" + jar + "-1.jar", jar);
    }
    new ImageLoader(engine.client(), directory)
        .load(
            new ContainerImage(
                NAME,
                new ContainerImage.Program(
                    List.of("/none"), List.of(), environment, "1000", "/", List.of(), List.of()),
                List.of(layer.writeTo(directory))));
  }
}
