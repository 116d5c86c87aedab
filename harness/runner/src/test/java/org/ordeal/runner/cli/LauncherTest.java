package org.ordeal.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.runner.variants.VariantProvider;

/** The script {@code ordeal}, on a build without a class in it. */
class LauncherTest {

  @TempDir Path home;

  private record Ended(int code, String said) {}

  @BeforeEach
  void layOutABuild() throws IOException {
    Files.copy(VariantProvider.home().resolve("ordeal"), home.resolve("ordeal"));
    Path lib = Files.createDirectories(home.resolve("harness/runner/target/lib"));
    Files.createFile(lib.resolve("empty.jar"));
  }

  private Ended ordeal(String javaOptions) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", home.resolve("ordeal").toString(), "list")
            .redirectErrorStream(true);
    builder.environment().put("ORDEAL_BUILD", "never");
    builder.environment().put("ORDEAL_JAVA_OPTIONS", javaOptions);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }

  @Test
  void shouldNotTellAJvmThatCannotStartAsABrokenPromise() throws Exception {
    Ended ended = ordeal("-XX:NoSuchOption=1");

    assertThat(ended.code()).as(ended.said()).isEqualTo(75);
    assertThat(ended.said())
        .startsWith("ordeal: the JVM does not start with ORDEAL_JAVA_OPTIONS=-XX:NoSuchOption=1");
  }

  @Test
  void shouldGoOnWhereTheJvmStarts() throws Exception {
    assertThat(ordeal("-Xmx64m").said())
        .contains("org.ordeal.runner.cli.Main") // which is not in that build
        .doesNotContain("does not start");
  }
}
