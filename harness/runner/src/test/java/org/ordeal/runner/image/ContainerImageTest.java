package org.ordeal.runner.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerImageTest {
  @TempDir Path directory;

  @Test
  void shouldGiveTheSameDigestForTheSameContentWhateverItsAge() throws IOException {
    Layer first = layerOf("hello", FileTime.fromMillis(1_000));
    Layer second = layerOf("hello", FileTime.fromMillis(2_000_000));

    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(image(second).id()).isEqualTo(image(first).id());
  }

  @Test
  void shouldGiveAnotherDigestForOtherContent() throws IOException {
    Layer first = layerOf("hello", FileTime.fromMillis(1_000));
    Layer second = layerOf("hullo", FileTime.fromMillis(1_000));

    assertThat(second.digest()).isNotEqualTo(first.digest());
    assertThat(image(second).id()).isNotEqualTo(image(first).id());
  }

  @Test
  void shouldWriteAnArchiveWhoseManifestNamesEveryMember() throws IOException {
    Layer layer = layerOf("hello", FileTime.fromMillis(1_000));
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    image(layer).writeArchive(archive);

    Map<String, String> members = new TreeMap<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(archive.toByteArray()))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        members.put(
            entry.getName(),
            new String(tar.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    String configuration = image(layer).id().substring("sha256:".length()) + ".json";
    assertThat(members)
        .containsOnlyKeys("manifest.json", configuration, layer.digest() + "/layer.tar");
    assertThat(members.get("manifest.json"))
        .contains(configuration, layer.digest(), "ordeal/test:1");
    assertThat(members.get(configuration))
        .contains(
            "sha256:" + layer.digest(),
            "\"User\":\"1000\"",
            "\"Cmd\":[\"warmly\"]",
            "\"Test\":[\"CMD\",\"/opt/greeting\",\"--quietly\"]");
  }

  @Test
  void shouldOwnNothingAndDateNothingInALayer() throws IOException {
    Layer layer = layerOf("hello", FileTime.fromMillis(1_000));
    try (TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(layer.tar()))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        assertThat(entry.getLastModifiedTime()).isEqualTo(FileTime.fromMillis(0));
        assertThat(entry.getLongUserId()).isZero();
      }
    }
  }

  private Layer layerOf(String text, FileTime modified) throws IOException {
    Path file = directory.resolve("source-" + modified.toMillis() + text);
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, modified);
    return new Layer.Builder()
        .file("opt/greeting", file)
        .link("opt/link", "greeting")
        .directory("data", 0755, 0)
        .writeTo(directory.resolve("layers"));
  }

  private static ContainerImage image(Layer layer) {
    return new ContainerImage(
        "ordeal/test:1",
        new ContainerImage.Program(
            List.of("/opt/greeting"),
            List.of("warmly"),
            Map.of("A", "b"),
            "1000",
            "/",
            List.of("/opt/greeting", "--quietly"),
            List.of(1)),
        List.of(layer));
  }
}
