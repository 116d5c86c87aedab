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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.ordeal.runner.cluster.Polling;

/**
 * A file that names everything started in a slot which would outlive the harness: a line for each
 * process ({@code process <pid> <start ticks> <name>}) and each mount ({@code mount <path>}). It is
 * written before anybody relies on the thing and removed when all is stopped, so a file that is
 * found under a free lock tells of a harness that was killed.
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

  /** Notes a mount. */
  synchronized void mount(Path mountPoint) {
    append("mount " + mountPoint);
  }

  /** Removes the file. */
  synchronized void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("The register " + file + " could not be removed.", e);
    }
  }

  /** Stops every process and mount that the file names and says so; then forgets them. */
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
    for (String line : lines) {
      if (line.startsWith("mount ") && unmount(line.substring("mount ".length()))) {
        stopped.add(line);
      }
    }
    if (!stopped.isEmpty()) {
      progress.accept(
          "An earlier run was killed and left %d things in %s, now stopped: %s."
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

  private static boolean unmount(String path) {
    try {
      String mounts = Files.readString(Path.of("/proc/self/mounts"));
      if (!mounts.contains(" " + path.replace(" ", "\\040") + " ")) {
        return false;
      }
      for (List<String> command :
          List.of(List.of("fusermount3", "-u", "-z", path), List.of("umount", "-l", path))) {
        if (run(command)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(END_BOUND.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // not installed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
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
