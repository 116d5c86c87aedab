package org.ordeal.faults.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ordeal.faults.disk.DiskCanary.Observation;

/**
 * The canary's trial of several disks: that a cut of all is one instant. All are written to, one
 * write after the other on each, while they are cut. What succeeds began before the instant, what
 * fails ends after it; so if any write succeeds on one disk that began when a write had already
 * failed on another, there was no such instant. (That none does is no proof: a gap shorter than the
 * writers' turns on the processors is not seen.)
 */
final class SharedCutTrial {
  private static final String FILE = CanaryTrial.DIRECTORY + "-shared";
  private static final int WARM_UP = 16;
  private static final long PATIENCE_SECONDS = 10;

  private SharedCutTrial() {}

  /** Writes to one disk until a write fails. */
  private static final class Writer {
    private final String disk;
    private final Path file;
    private final CountDownLatch warm = new CountDownLatch(WARM_UP);
    private final Thread thread;
    private volatile long lastSuccessBegan;
    private volatile long failureEnded;
    private volatile boolean failed;
    private volatile boolean stop;

    Writer(DiskOptions options) throws IOException {
      this.disk = options.name();
      this.file = options.mountPoint().resolve(FILE);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      this.thread =
          Thread.ofPlatform().daemon().name("canary-" + disk).unstarted(() -> write(channel));
    }

    private void write(FileChannel channel) {
      ByteBuffer bytes = ByteBuffer.allocate(512);
      long began = 0;
      try (channel) {
        while (!stop) {
          began = System.nanoTime();
          channel.write(bytes.clear(), 0);
          lastSuccessBegan = began;
          warm.countDown();
        }
      } catch (IOException e) {
        // The disk has lost its power under an open file.
        failureEnded = System.nanoTime();
        failed = true;
      }
    }
  }

  static DiskCanary run(DiskControl control, List<String> disks)
      throws IOException, InterruptedException {
    List<Writer> writers = new ArrayList<>();
    List<Observation> seen = new ArrayList<>();
    try {
      for (String disk : disks) {
        Writer writer = new Writer(control.disk(disk).options());
        writers.add(writer);
        writer.thread.start();
      }
      for (Writer writer : writers) {
        if (!writer.warm.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new DiskException("The canary's writes on disk " + writer.disk + " do not get on.");
        }
      }
      control.powerLoss(PowerLoss.of(disks));
      for (Writer writer : writers) {
        writer.thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        seen.add(
            new Observation(
                System.nanoTime(),
                writer.failed,
                writer.failed
                    ? "The writer on disk %s was ended by the cut of all.".formatted(writer.disk)
                    : "The writer on disk %s wrote on after the cut of all."
                        .formatted(writer.disk)));
      }
      seen.add(instant(writers));
    } finally {
      for (Writer writer : writers) {
        writer.stop = true;
        writer.thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        Files.deleteIfExists(writer.file);
        control.sync(writer.disk);
      }
    }
    return DiskCanary.of(disks, seen);
  }

  private static Observation instant(List<Writer> writers) {
    long lastSuccess = Long.MIN_VALUE;
    long firstFailure = Long.MAX_VALUE;
    long origin = writers.getFirst().lastSuccessBegan;
    for (Writer writer : writers) {
      lastSuccess = Math.max(lastSuccess, writer.lastSuccessBegan - origin);
      if (writer.failed) {
        firstFailure = Math.min(firstFailure, writer.failureEnded - origin);
      }
    }
    boolean one = lastSuccess < firstFailure;
    return new Observation(
        System.nanoTime(),
        one,
        one
            ? "No write succeeded on any disk that began after one had failed on another."
            : "A write that began %d us after one had failed on another disk succeeded: the cut was not one instant."
                .formatted((lastSuccess - firstFailure) / 1_000));
  }
}
