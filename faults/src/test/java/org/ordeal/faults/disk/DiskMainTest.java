package org.ordeal.faults.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.control.HttpDiskControl;

/** The daemon's process: when it ends, and that it leaves nothing behind. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskMainTest {
  @TempDir Path directory;
  private final List<Process> started = new ArrayList<>();
  private URI address = URI.create("http://127.0.0.1");

  @BeforeEach
  void needsFuse() {
    FuseSupport support = FuseSupport.probe();
    assumeTrue(support.available(), () -> "Needs FUSE: " + support.reason());
  }

  @AfterEach
  void killWhatIsLeft() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
      StaleMounts.sweepOf(process.pid());
    }
  }

  private Process start(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path")));
    command.add(DiskMain.class.getName());
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command).redirectError(directory.resolve("errors").toFile()).start();
    started.add(process);
    return process;
  }

  /** Mounts a disk, and leaves an unsynced file on it. */
  private Path mount(Process process) throws IOException {
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    assertThat(line).as("%s", Files.readString(directory.resolve("errors"))).isNotNull();
    address = URI.create(line.substring(DiskMain.READY.length()));
    Path mountPoint = directory.resolve("mount");
    try (DiskControl control = HttpDiskControl.connect(address)) {
      control.create(
          DiskOptions.of("d", directory.resolve("durable"), mountPoint).withAges(-1, -1));
    }
    Files.writeString(mountPoint.resolve("f"), "unsynced");
    return mountPoint;
  }

  private void shouldBeGone(Process process) throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(StaleMounts.list()).noneMatch(mount -> mount.daemon() == process.pid());
    assertThat(directory.resolve("durable/f")).hasContent("unsynced");
    assertThat(directory.resolve(".durable.orphans")).doesNotExist();
  }

  @Test
  void shouldUnmountAndEndWhenItsInputEnds() throws Exception {
    Process process = start();
    mount(process);
    process.getOutputStream().close();
    shouldBeGone(process);
  }

  @Test
  void shouldUnmountAndEndWhenItsParentIsKilled() throws Exception {
    Process parent = new ProcessBuilder("sleep", "1000").start();
    started.add(parent);
    Process process = start("--parent", Long.toString(parent.pid()));
    mount(process);
    assertThat(process.isAlive()).isTrue();
    parent.destroyForcibly();
    shouldBeGone(process);
  }

  @Test
  void shouldUnmountAlthoughItsDisksAreInUseAndHang() throws Exception {
    Process process = start();
    Path mountPoint = mount(process);
    Process user = new ProcessBuilder("sleep", "1000").directory(mountPoint.toFile()).start();
    started.add(user);
    try (DiskControl control = HttpDiskControl.connect(address)) {
      control.addToxic("d", DiskToxic.hang("stuck"));
      Process stuck = new ProcessBuilder("cat", mountPoint.resolve("f").toString()).start();
      started.add(stuck);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> control.evidence("d", "stuck").waiting() > 0);
    }
    process.getOutputStream().close();
    shouldBeGone(process);
  }

  @Test
  void shouldMountThroughTheHelper() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/fusermount3")), "Needs fusermount3");
    Process process = start("--fusermount");
    Path mountPoint = mount(process);
    assertThat(Files.readString(mountPoint.resolve("f"))).isEqualTo("unsynced");
    process.getOutputStream().close();
    shouldBeGone(process);
  }

  @Test
  void shouldRefuseOptionsThatItDoesNotKnow() throws Exception {
    Process process = start("--colour");
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(64);
    assertThat(Files.readString(directory.resolve("errors"))).contains("--colour");
  }
}
