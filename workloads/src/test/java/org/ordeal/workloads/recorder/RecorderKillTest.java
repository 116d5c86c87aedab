package org.ordeal.workloads.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderKillTest {

  @TempDir Path directory;

  /** Tells each value that it has recorded, for ever: what it told must outlive it. */
  static final class Writer {

    private Writer() {}

    public static void main(String[] args) throws IOException {
      Recorder recorder = Recorder.open(Path.of(args[0]), 0, 1000, System.nanoTime(), 1 << 16);
      for (int i = 0; i < 4; i++) {
        Thread.ofPlatform()
            .start(
                () -> {
                  RecordedProcess process = recorder.newProcess();
                  while (true) {
                    String value = process.uniqueValue();
                    process.invoke("send", "k", null, value);
                    System.out.println(value);
                    process.ok("n0", List.of(0L, value));
                  }
                });
      }
    }
  }

  @Test
  void shouldKeepWhatWasRecordedBeforeAKill() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Set<String> told = new HashSet<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        told.add(line);
        if (told.size() == 5_000) {
          process.destroyForcibly();
        }
      }
    } catch (IOException e) {
      // The pipe broke with the process.
    } finally {
      process.destroyForcibly();
    }
    process.waitFor();
    // The last line may have been cut off in the pipe.
    told.removeIf(value -> !value.matches("\\d+\\.\\d+"));

    Set<Object> recorded = new HashSet<>();
    HistoryMerge.open(List.of(directory), Collections.emptyIterator())
        .forEachRemaining(operation -> recorded.add(String.valueOf(operation.value())));

    assertThat(told).hasSizeGreaterThan(4_900);
    assertThat(told.stream().filter(value -> !recorded.contains(value)).count())
        .as("told, but not in the log (one may be a value that the pipe cut short)")
        .isLessThanOrEqualTo(1);
  }
}
