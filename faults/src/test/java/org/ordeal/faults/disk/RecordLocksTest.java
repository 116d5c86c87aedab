package org.ordeal.faults.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** POSIX locks of ranges ({@code fcntl}) between two processes that share a fault disk. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecordLocksTest {
  private static final String HELD = "held";

  @TempDir static Path directory;
  private static DiskDaemon daemon;
  private static Path file;
  private final List<Process> started = new ArrayList<>();
  private FileChannel channel;

  @BeforeAll
  static void mount() throws IOException {
    daemon = DaemonOrSkip.start(directory);
    Path mount = directory.resolve("mount");
    daemon
        .control()
        .create(DiskOptions.of("d", directory.resolve("durable"), mount).withHostSync(false));
    file = mount.resolve("locked");
    Files.writeString(file, "x".repeat(300));
  }

  @AfterAll
  static void stopDaemon() {
    if (daemon != null) {
      daemon.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @AfterEach
  void end() throws Exception {
    channel.close();
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  /** The other process: locks a range, says so, and holds it until its input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      try (FileChannel mine =
              FileChannel.open(
                  Path.of(args[0]), StandardOpenOption.READ, StandardOpenOption.WRITE);
          FileLock lock =
              mine.lock(
                  Long.parseLong(args[1]),
                  Long.parseLong(args[2]),
                  Boolean.parseBoolean(args[3]))) {
        System.out.println(lock.isValid() ? HELD : "not held");
        while (System.in.read() >= 0) {
          // Holds on.
        }
      }
    }
  }

  private Process hold(long from, long length, boolean shared) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                file.toString(),
                Long.toString(from),
                Long.toString(length),
                Boolean.toString(shared))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    started.add(process);
    assertThat(process.inputReader().readLine()).isEqualTo(HELD);
    return process;
  }

  private boolean free(long from, long length, boolean shared) throws IOException {
    try (@Nullable FileLock lock = channel.tryLock(from, length, shared)) {
      return lock != null;
    }
  }

  private static void letGo(Process process) throws Exception {
    process.getOutputStream().close();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void shouldLockARangeAndNothingBesideIt() throws Exception {
    Process process = hold(100, 100, false);
    assertThat(free(0, 100, false)).isTrue();
    assertThat(free(200, 100, false)).isTrue();
    assertThat(free(0, 101, false)).isFalse();
    assertThat(free(150, 1, false)).isFalse();
    assertThat(free(199, 100, true)).isFalse();
    letGo(process);
    assertThat(free(0, 300, false)).isTrue();
  }

  @Test
  void shouldShareALockWithReadersOnly() throws Exception {
    Process process = hold(0, 100, true);
    assertThat(free(0, 100, true)).isTrue();
    assertThat(free(99, 1, false)).isFalse();
    letGo(process);
    assertThat(free(0, 100, false)).isTrue();
  }

  @Test
  void shouldGiveALockToWhoeverWaitsWhenItsHolderIsKilled() throws Exception {
    Process process = hold(0, 100, false);
    List<FileLock> got = new ArrayList<>();
    List<IOException> failures = new ArrayList<>();
    Thread waiter =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    got.add(channel.lock(50, 100, false));
                  } catch (IOException e) {
                    failures.add(e);
                  }
                });
    process.destroyForcibly().waitFor();
    waiter.join();
    assertThat(failures).isEmpty();
    assertThat(got).singleElement().matches(FileLock::isValid);
  }

  /** The power loss is not the kernel's: who holds a lock is not on the disk. */
  @Test
  void shouldHaveNoLocksOnFilesThatAreOpenedAfterAPowerLoss() throws Exception {
    daemon.control().sync("d");
    Process process = hold(0, 300, false);
    daemon.control().powerLoss(PowerLoss.of(List.of("d")));
    try (FileChannel anew =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = anew.lock(0, 300, false)) {
      assertThat(lock.isValid()).isTrue();
    }
    process.destroyForcibly().waitFor();
  }
}
