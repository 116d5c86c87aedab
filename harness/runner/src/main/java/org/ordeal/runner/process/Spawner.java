package org.ordeal.runner.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts processes that shall not outlive this JVM nor hear its terminal.
 *
 * <p>{@code setsid} takes them out of the terminal's group, so that Ctrl-C reaches the harness
 * only, which then ends the run in order. {@code setpriv --pdeathsig} has the kernel kill them when
 * the thread that started them ends, which is why one thread starts them all and lives as long as
 * this. Both replace themselves by the program, so the process id is the program's. Where they are
 * not installed, processes start without them.
 */
final class Spawner implements AutoCloseable {

  private final ExecutorService thread;
  private final List<String> wrapper;

  Spawner() {
    thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("spawner").daemon().factory());
    wrapper = new ArrayList<>();
    if (onPath("setsid")) {
      wrapper.add("setsid");
    }
    if (onPath("setpriv")) {
      wrapper.addAll(List.of("setpriv", "--pdeathsig", "KILL", "--"));
    }
  }

  /** Starts it; the builder's command is wrapped. */
  Process start(ProcessBuilder builder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(builder.command());
    builder.command(command);
    try {
      return thread.submit(builder::start).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException("A process could not be started.", e.getCause());
    }
  }

  /** Ends the thread, and with it every process that still runs. */
  @Override
  public void close() {
    thread.shutdownNow();
  }

  private static boolean onPath(String program) {
    for (String directory :
        System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }
}
