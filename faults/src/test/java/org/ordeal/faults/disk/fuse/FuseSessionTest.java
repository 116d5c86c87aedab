package org.ordeal.faults.disk.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.FuseSupport;
import org.ordeal.faults.disk.Unmounting;
import org.ordeal.faults.disk.libc.Errno;

/** What a session agrees with the kernel, and how it serves. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuseSessionTest {
  private static final int FLAGS_AT = 12;
  private static final int BIG_WRITES = 1 << 5;
  private static final int ASYNC_DIO = 1 << 15;

  /** The kernel does not sync for O_DSYNC what it has written in the background. */
  @Test
  void shouldNotWantDirectWritesInTheBackground() {
    FuseRequest init = new FuseRequest();
    try {
      init.in.set(JAVA_INT_UNALIGNED, FuseRequest.IN_HEADER + FLAGS_AT, -1);
      assertThat(FuseSession.greet(init)).isGreaterThan(FLAGS_AT);
      int agreed = init.out.get(JAVA_INT_UNALIGNED, FuseRequest.OUT_HEADER + FLAGS_AT);
      assertThat(agreed & BIG_WRITES).isNotZero();
      assertThat(agreed & ASYNC_DIO).isZero();
    } finally {
      init.free();
    }
  }

  /** Refuses every request, the first one only when it is let go. */
  private static final class Stuck implements FuseHandler {
    private final BlockingQueue<Integer> served = new LinkedBlockingQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch letGo = new CountDownLatch(1);

    @Override
    public int serve(FuseRequest request) {
      int number = requests.incrementAndGet();
      served.add(number);
      try {
        if (number == 1) {
          letGo.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return -Errno.EIO;
    }

    @Override
    public void interrupted(long unique) {
      // Nobody is to give up.
    }
  }

  /** Of two threads one is held up, so that the other has no successor and gets none. */
  @Test
  void shouldServeOnWithTheThreadsItHasWhenNoMoreCanBeMade(@TempDir Path mountPoint)
      throws Exception {
    FuseSupport support = FuseSupport.probe();
    assumeTrue(support.available(), () -> "Needs FUSE: " + support.reason());
    assumeTrue(support.mechanism() == FuseSupport.Mechanism.MOUNT, "Needs the right to mount");
    Stuck handler = new Stuck();
    AtomicInteger made = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    FuseSession session =
        new FuseSession(
            FuseMount.mount("ordeal-test", mountPoint, null),
            "scarce",
            handler,
            reader -> {
              if (made.incrementAndGet() > 2) {
                refused.incrementAndGet();
                throw new OutOfMemoryError("unable to create native thread");
              }
              return Thread.ofPlatform().daemon().unstarted(reader);
            });
    try {
      session.start();
      Process held = stat(mountPoint);
      assertThat(handler.served.poll(30, TimeUnit.SECONDS)).isEqualTo(1);
      for (int i = 0; i < 3; i++) {
        Process next = stat(mountPoint);
        assertThat(next.waitFor(30, TimeUnit.SECONDS)).as("request %s is answered", i).isTrue();
      }
      assertThat(refused.get()).isPositive();
      handler.letGo.countDown();
      assertThat(held.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      handler.letGo.countDown();
      Unmounting.byForce(mountPoint);
      assertThat(session.awaitEnd(30_000)).isTrue();
      session.close();
    }
  }

  private static Process stat(Path path) throws IOException {
    return new ProcessBuilder("stat", path.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
