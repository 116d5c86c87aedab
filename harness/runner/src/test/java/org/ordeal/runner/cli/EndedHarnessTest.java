package org.ordeal.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.FuseSupport;
import org.ordeal.faults.disk.StaleMounts;
import org.ordeal.history.Results;
import org.ordeal.history.Verdict;
import org.ordeal.runner.RunDirectory;
import org.ordeal.runner.variants.VariantProvider;

/**
 * A harness that is told to stop, or killed, in the midst of its work: nothing of it stays behind.
 */
class EndedHarnessTest {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Long after these tests have ended the run; but for it the nodes stand on fault disks. */
  private static final String POWER_LOSS =
      """
      {"seed": 1, "durationMillis": 600000, "faults": [
        {"atMillis": 590000, "durationMillis": 5000, "fault": "power-loss", "target": "all",
         "nodes": [], "attributes": {}}]}
      """;

  @TempDir private Path directory;
  private @Nullable Process harness;

  @BeforeEach
  void needsABroker() {
    assumeThat(VariantProvider.home().resolve("reference-broker/target/lib"))
        .as("the reference broker must be packaged: mvn package -pl reference-broker")
        .isDirectory();
  }

  private void beginARun() throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "run",
                "durability",
                "--topology",
                "single",
                "--nameservers",
                "1",
                "--clients",
                "1",
                "--rate",
                "50",
                "--store",
                directory.resolve("store").toString()));
    boolean onDisks = FuseSupport.probe().available();
    if (onDisks) {
      Path schedule = Files.writeString(directory.resolve("schedule.json"), POWER_LOSS);
      words.addAll(List.of("--schedule", schedule.toString()));
    } else {
      words.addAll(List.of("--time", "10m"));
    }
    begin(words, "[load]");
    assertThat(nodes()).hasSize(3);
    assertThat(mounts()).hasSize(onDisks ? 1 : 0);
  }

  /** Starts a harness and waits until it has said something, or ended. */
  private void begin(List<String> words, String sign) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(words);
    harness =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(console().toFile())
            .start();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(said()).matches(s -> !harness().isAlive() || s.contains(sign)));
    assertThat(said()).contains(sign);
  }

  @AfterEach
  void leavesNothing() {
    if (harness != null) {
      harness.destroyForcibly();
      nodes().forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void shouldStopEverythingAndKeepWhatIsKnownWhenToldToStop() throws Exception {
    beginARun();
    harness().destroy();
    assertThat(harness().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(said()).isTrue();

    assertThat(harness().exitValue()).as(said()).isEqualTo(2);
    assertThat(said()).contains("exit code 2").doesNotContain("SLF4J");
    assertThat(nodes()).isEmpty();
    assertThat(mounts()).isEmpty();
    RunDirectory run = RunDirectory.existing(directory.resolve("store/latest"));
    Results results = run.readResults();
    assertThat(results.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(results.reason()).contains("ended before it was through");
    assertThat(run.history()).exists();
    assertThat(run.report()).exists();
    assertThat(run.file("harness.log")).exists();
    assertThat(Files.readString(run.node("c0").resolve("console.log"))).doesNotContain("SLF4J");
  }

  @Test
  void shouldLeaveNoNodeWhenKilled() throws Exception {
    beginARun();
    harness().destroyForcibly();
    assertThat(harness().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    await().atMost(PATIENCE).until(() -> nodes().isEmpty() && mounts().isEmpty());
    RunDirectory run = RunDirectory.existing(directory.resolve("store/latest"));
    assertThat(run.info().workload()).isEqualTo("durability");
    assertThat(run.schedule()).exists();
  }

  @Test
  void shouldKeepThePlanOfAMatrixThatIsToldToStop() throws Exception {
    Path matrix = directory.resolve("matrix");
    begin(
        List.of(
            "matrix",
            "--topology",
            "single",
            "--flush",
            "sync",
            "--faults",
            "kill:all",
            "--seeds",
            "2",
            "--time",
            "10m",
            "--dir",
            matrix.toString()),
        "runs to do");
    await().atMost(PATIENCE).until(() -> nodes().size() > 1 || !harness().isAlive());
    harness().destroy();
    assertThat(harness().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(said()).isTrue();

    assertThat(harness().exitValue()).as(said()).isEqualTo(2);
    assertThat(nodes()).isEmpty();
    assertThat(matrix.resolve("plan.json")).exists();
    assertThat(matrix.resolve("matrix.html")).exists();
    assertThat(matrix.resolve("matrix.json"))
        .content()
        .contains("2 of 2 planned runs have not been carried out");
  }

  private Process harness() {
    return Objects.requireNonNull(harness);
  }

  private Path console() {
    return directory.resolve("console");
  }

  private String said() {
    try {
      return Files.readString(console());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fault disks of this run, as the kernel knows them. */
  private List<StaleMounts.Mount> mounts() {
    return StaleMounts.list().stream()
        .filter(mount -> mount.mountPoint().startsWith(directory.toAbsolutePath()))
        .toList();
  }

  /** The nodes of this run: each has its directory among its arguments. */
  private List<ProcessHandle> nodes() {
    String store = directory.toString();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(one -> one.pid() != harness().pid())
          .filter(one -> one.info().commandLine().orElse("").contains(store))
          .toList();
    }
  }
}
