package org.ordeal.faults.disk;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ordeal.faults.disk.control.HttpDiskControl;

/**
 * The process that serves fault disks, seen from the process that started it.
 *
 * <p>It holds the other end of the daemon's standard input: when this process ends, in whatever
 * way, the daemon sees the end of file, unmounts and exits. Thread-safe.
 */
public final class DiskDaemon implements AutoCloseable {
  private static final long START_TIMEOUT_SECONDS = 30;
  private static final long STOP_TIMEOUT_SECONDS = 15;

  private final Process process;
  private final DiskControl control;
  private final Path log;

  private DiskDaemon(Process process, DiskControl control, Path log) {
    this.process = process;
    this.control = control;
    this.log = log;
  }

  /**
   * Starts a daemon and waits until it answers.
   *
   * @param directory where its log ({@code disk-daemon.log}) goes; created if absent
   * @throws DiskException if this machine can not mount, or the daemon does not come up
   */
  public static DiskDaemon start(Path directory) throws DiskException {
    FuseSupport support = FuseSupport.probe();
    if (!support.available()) {
      throw new DiskException("No fault disk can be mounted here. " + support.reason());
    }
    Path log = directory.resolve("disk-daemon.log");
    try {
      Files.createDirectories(directory);
      Process process =
          new ProcessBuilder(command())
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      URI address = awaitAddress(process, log);
      return new DiskDaemon(process, HttpDiskControl.connect(address), log);
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      throw new DiskException("The disk daemon could not be started: " + e.getMessage(), e);
    }
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xms32m",
            "-Xmx160m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:TieredStopAtLevel=4",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(),
            DiskMain.class.getName(),
            "--parent",
            Long.toString(ProcessHandle.current().pid())));
    return command;
  }

  /**
   * Only what the daemon needs: this module and Jackson. A long class path costs it half a second.
   */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    for (Class<?> type :
        List.of(DiskMain.class, ObjectMapper.class, JsonFactory.class, JsonCreator.class)) {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      if (source == null || source.getLocation() == null) {
        return System.getProperty("java.class.path");
      }
      try {
        entries.add(Path.of(source.getLocation().toURI()).toString());
      } catch (URISyntaxException | IllegalArgumentException e) {
        return System.getProperty("java.class.path");
      }
    }
    return String.join(":", entries);
  }

  private static URI awaitAddress(Process process, Path log) throws DiskException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    CompletableFuture<URI> address = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("disk-daemon-output")
        .start(
            () -> {
              try {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                  if (line.startsWith(DiskMain.READY)) {
                    address.complete(URI.create(line.substring(DiskMain.READY.length()).trim()));
                  }
                }
                address.completeExceptionally(new IOException("it ended"));
              } catch (IOException e) {
                address.completeExceptionally(e);
              }
            });
    try {
      return address.get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new DiskException("Interrupted while the disk daemon started.", e);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new DiskException(
          "The disk daemon did not come up within "
              + START_TIMEOUT_SECONDS
              + " s; see "
              + log
              + ".",
          e);
    }
  }

  /** Commands its disks. */
  public DiskControl control() {
    return control;
  }

  /** The daemon's process. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  /** What the daemon wrote to its standard error. */
  public Path log() {
    return log;
  }

  /**
   * Unmounts all its disks and ends it; kills it and sweeps its mounts away if it does not end by
   * itself.
   */
  @Override
  public void close() {
    boolean ended = false;
    try {
      if (process.isAlive()) {
        try {
          control.shutdown();
        } catch (DiskException e) {
          // The end of its standard input, below, tells it the same.
        }
      }
      control.close();
      try {
        process.getOutputStream().close();
      } catch (IOException e) {
        // It is gone already.
      }
      ended = process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      process.destroyForcibly();
    }
    StaleMounts.sweepOf(process.pid());
  }
}
