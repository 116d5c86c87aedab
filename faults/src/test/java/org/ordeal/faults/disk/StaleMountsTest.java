package org.ordeal.faults.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.fuse.FuseHandler;
import org.ordeal.faults.disk.fuse.FuseMount;
import org.ordeal.faults.disk.fuse.FuseRequest;
import org.ordeal.faults.disk.fuse.FuseSession;
import org.ordeal.faults.disk.fuse.Opcode;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.Libc;

/**
 * Which mounts are swept away. The sources of those that this test serves name a process that has
 * ended, as the source of a mount looks like whose daemon lives among other process numbers.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StaleMountsTest {
  private static final int A_DIRECTORY = 0x41ed;

  @TempDir Path directory;
  private @Nullable Path helper;
  private long nobody;
  private final List<Path> mounted = new ArrayList<>();

  @BeforeEach
  void needsFuse() throws Exception {
    FuseSupport support = FuseSupport.probe();
    assumeTrue(support.available(), () -> "Needs FUSE: " + support.reason());
    Process ended = new ProcessBuilder("true").start();
    assertThat(ended.waitFor()).isZero();
    nobody = ended.pid();
    helper = support.mechanism() == FuseSupport.Mechanism.MOUNT ? null : FuseProbe.helper();
  }

  @AfterEach
  void unmount() {
    mounted.stream().filter(this::isMounted).forEach(Unmounting::byForce);
  }

  private int mount(Path mountPoint) throws IOException {
    Files.createDirectory(mountPoint);
    mounted.add(mountPoint);
    return FuseMount.mount(
        StaleMounts.SOURCE_PREFIX + nobody + ":" + mountPoint.getFileName(), mountPoint, helper);
  }

  private boolean isMounted(Path mountPoint) {
    return StaleMounts.list().stream().anyMatch(mount -> mount.mountPoint().equals(mountPoint));
  }

  private static boolean names(List<String> sentences, Path mountPoint) {
    return sentences.stream().anyMatch(sentence -> sentence.contains(mountPoint.toString()));
  }

  /** Serves the attributes of the root, and nothing else. */
  private static final class OnlyARoot implements FuseHandler {
    private final CountDownLatch mayAnswer;

    OnlyARoot(boolean stalled) {
      mayAnswer = new CountDownLatch(stalled ? 1 : 0);
    }

    @Override
    public int serve(FuseRequest request) {
      if (request.opcode() != Opcode.GETATTR) {
        return -Errno.ENOSYS;
      }
      try {
        mayAnswer.await();
      } catch (InterruptedException e) {
        return -Errno.EINTR;
      }
      request.clear(104);
      request.put64(16, 1);
      request.put32(76, A_DIRECTORY);
      request.put32(80, 2);
      return 104;
    }

    @Override
    public void interrupted(long unique) {
      // What it would end, the test lets go.
    }
  }

  @Test
  void shouldLeaveADiskAloneThatAProcessServesWhichCanNotBeSeen() throws Exception {
    Path mountPoint = directory.resolve("served");
    try (FuseSession session = new FuseSession(mount(mountPoint), "served", new OnlyARoot(false))) {
      session.start();
      assertThat(names(StaleMounts.sweep(), mountPoint)).isFalse();
      assertThat(isMounted(mountPoint)).isTrue();
      assertThat(Unmounting.byForce(mountPoint)).isTrue();
      assertThat(session.awaitEnd(TimeUnit.SECONDS.toMillis(60))).isTrue();
    }
  }

  @Test
  void shouldLeaveADiskAloneThatStalls() throws Exception {
    Path mountPoint = directory.resolve("stalled");
    OnlyARoot handler = new OnlyARoot(true);
    try (FuseSession session = new FuseSession(mount(mountPoint), "stalled", handler)) {
      session.start();
      assertThat(names(StaleMounts.sweep(), mountPoint)).isFalse();
      assertThat(isMounted(mountPoint)).isTrue();
      handler.mayAnswer.countDown();
      assertThat(Unmounting.byForce(mountPoint)).isTrue();
      assertThat(session.awaitEnd(TimeUnit.SECONDS.toMillis(60))).isTrue();
    }
  }

  @Test
  void shouldTakeAMountAwayOnceNobodyHoldsItsConnection() throws Exception {
    Path mountPoint = directory.resolve("deserted");
    Libc.close(mount(mountPoint));
    // A process that is being started in this moment may still have the descriptor.
    await()
        .untilAsserted(
            () -> {
              List<String> said = StaleMounts.sweep();
              assertThat(isMounted(mountPoint)).as("%s", said).isFalse();
            });
  }

  /** The kernel may answer for the root for an hour after its server is gone. */
  @Test
  void shouldNotTakeWhatTheKernelRemembersForAnAnswer() throws Exception {
    DiskDaemon daemon = DiskDaemon.start(directory.resolve("daemon"));
    Path mountPoint = directory.resolve("left");
    mounted.add(mountPoint);
    daemon.control().create(DiskOptions.of("left", directory.resolve("durable"), mountPoint));
    assertThat(Files.isDirectory(mountPoint)).isTrue();
    assertThat(names(StaleMounts.sweep(), mountPoint)).isFalse();
    daemon.process().destroyForcibly();
    daemon.process().onExit().get();
    assertThat(Files.isDirectory(mountPoint)).as("still remembered").isTrue();
    assertThat(names(StaleMounts.sweep(), mountPoint)).isTrue();
    assertThat(isMounted(mountPoint)).isFalse();
    daemon.close();
  }
}
