package org.ordeal.runner.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ordeal.runner.cluster.Polling;

/**
 * A file that names every process started in a slot, a line for each ({@code process <pid> <start
 * ticks> <name>}). It is removed when all are stopped, so a file that is found under a free lock
 * tells of a harness that was killed. Mounts name their servers themselves; see {@link
 * org.ordeal.faults.disk.StaleMounts}.
 */
final class Register {

  private static final Duration END_BOUND = Duration.ofSeconds(10);

  private final Path file;

  Register(Path file) {
    this.file = file;
  }

  /** Notes a process. */
  synchronized void process(ProcStat process, String name) {
    append("process %d %d %s".formatted(process.pid(), process.startTicks(), name));
  }

  /** Removes the file. */
  synchronized void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("The register " + file + " could not be removed.", e);
    }
  }

  /** Stops every process that the file names and says so; then forgets them. */
  synchronized void stopLeftovers(String where, Consumer<String> progress) {
    List<String> lines;
    try {
      lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("The register " + file + " could not be read.", e);
    }
    List<String> stopped = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.split(" ", 4);
      if (words.length == 4 && words[0].equals("process")) {
        long pid = Long.parseLong(words[1]);
        if (end(pid, Long.parseLong(words[2]))) {
          stopped.add(words[3] + " (pid " + pid + ")");
        }
      }
    }
    if (!stopped.isEmpty()) {
      progress.accept(
          "An earlier run was killed and left %d processes in %s, now stopped: %s."
              .formatted(stopped.size(), where, String.join(", ", stopped)));
    }
    forget();
  }

  private static boolean end(long pid, long startTicks) {
    boolean ended = false;
    long deadline = System.nanoTime() + END_BOUND.toNanos();
    while (ProcStat.read(pid)
        .filter(now -> now.startTicks() == startTicks && now.state() != 'Z')
        .isPresent()) {
      if (!Signals.KILL.send(pid) || System.nanoTime() > deadline) {
        return ended;
      }
      ended = true;
      Polling.pause();
    }
    return ended;
  }

  private void append(String line) {
    try {
      Files.writeString(
          file,
          line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("The register " + file + " could not be written.", e);
    }
  }
}
