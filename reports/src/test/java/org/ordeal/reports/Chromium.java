package org.ordeal.reports;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A headless Chromium: loads a page, tells what its console said and what it looks like. */
final class Chromium {
  private static final long PATIENCE_SECONDS = 90;

  private Chromium() {}

  static Optional<Path> find() {
    List<Path> candidates = new ArrayList<>();
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
        candidates.add(Path.of(folder, name));
      }
    }
    return candidates.stream().filter(Files::isExecutable).findFirst();
  }

  /**
   * Runs Chromium on a page.
   *
   * @return all that it said, its console included
   */
  static String run(Path scratch, Path page, String... arguments) throws Exception {
    Optional<Path> binary = find();
    assumeThat(binary).as("a Chromium on the path, to look at pages with").isPresent();
    Path profile = Files.createTempDirectory(scratch, "profile");
    Path output = Files.createTempFile(scratch, "chromium", ".txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                binary.orElseThrow().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--enable-logging=stderr",
                "--user-data-dir=" + profile));
    command.addAll(List.of(arguments));
    command.add(page.toUri().toString());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(
            "Chromium did not end within " + PATIENCE_SECONDS + " s; it said: " + text(output));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return text(output);
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** Lines of Chromium's output that a page's console wrote. */
  static List<String> console(String output) {
    return output.lines().filter(line -> line.contains("CONSOLE")).toList();
  }
}
