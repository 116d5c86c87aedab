package org.ordeal.workloads.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClientClassPathTest {

  /** Everything on this test's class path that is the Apache client or comes with it. */
  private static List<Path> bundledClient() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.toString().endsWith(".jar"))
        .filter(
            path ->
                !path.toString().contains("jackson") && !path.toString().contains("slf4j-api-2"))
        .toList();
  }

  @Test
  void shouldPutOrdealsOwnPartBeforeTheGivenClient() {
    List<Path> path = ClientClassPath.with(List.of(Path.of("client.jar")));

    assertThat(path.getLast()).isEqualTo(Path.of("client.jar"));
    assertThat(path.stream().map(Path::toString).collect(Collectors.joining(":")))
        .contains("jackson-databind", "jackson-core", "jackson-annotations", "slf4j-api")
        .doesNotContain("rocketmq");
  }

  @Test
  void shouldBeEnoughToStartAClientNode() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-cp",
                ClientClassPath.with(bundledClient()).stream()
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator)),
                ClientMain.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isEqualTo(64);
    assertThat(output).contains("usage: ClientMain -c FILE");
  }
}
