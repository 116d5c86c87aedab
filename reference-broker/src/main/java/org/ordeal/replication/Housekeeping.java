package org.ordeal.replication;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on beside the log: checkpoints, flushing by interval, deletion by age and space, and
 * looking out for a disk that is full or does not answer. Three threads, since a disk that hangs
 * must not keep the lookout from seeing it.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);
  private static final Duration RETENTION_INTERVAL = Duration.ofSeconds(10);
  private static final Duration FLUSH_AT_LATEST = Duration.ofSeconds(10);
  private static final int CLOSE_SECONDS = 20;
  private static final Duration LOOKOUT_INTERVAL = Duration.ofMillis(200);

  /** A write that waits for longer than this makes a leader look for a successor. */
  private static final Duration STALL = Duration.ofSeconds(3);

  private final ReplicaConfig config;
  private final ReplicaStore store;
  private final ScheduledExecutorService housekeeper = thread("store-housekeeper");
  private final ScheduledExecutorService flusher = thread("store-flusher");
  private final ScheduledExecutorService lookout = thread("store-lookout");
  private volatile double diskUsed = -1;
  private long lastFlushNanos = System.nanoTime();
  private long lastHandoverNanos = System.nanoTime() - STALL.toNanos();

  Housekeeping(ReplicaConfig config, ReplicaStore store) {
    this.config = config;
    this.store = store;
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name(name).factory());
  }

  /** Runs tasks in order on the housekeeper's thread; drops them once closed. */
  Executor executor() {
    return task -> {
      try {
        housekeeper.execute(guarded(task));
      } catch (RejectedExecutionException e) {
        LOG.debug("Closed: a task is dropped.");
      }
    };
  }

  /** The last look at how full the disk is, 0 to 1; -1 where unknown. */
  double diskUsed() {
    return diskUsed;
  }

  /**
   * Begins.
   *
   * @param wantCheckpoint asks the applying thread for an image
   * @param snapshot has JRaft take a snapshot, which lets its log begin later
   * @param handOver looks for another leader, if this member leads
   */
  void start(Runnable wantCheckpoint, Runnable snapshot, Runnable handOver) {
    every(housekeeper, CHECKPOINT_INTERVAL, wantCheckpoint);
    every(housekeeper, RETENTION_INTERVAL, () -> deleteOld(snapshot));
    lookAtDisk();
    every(flusher, Duration.ofSeconds(1), this::lookAtDisk);
    if (config.flush() == ReplicaConfig.Flush.ASYNC) {
      every(flusher, config.flushInterval(), this::flush);
    }
    every(lookout, LOOKOUT_INTERVAL, () -> lookForStall(handOver));
  }

  private static void every(ScheduledExecutorService thread, Duration interval, Runnable task) {
    var millis = Math.max(1, interval.toMillis());
    var _ = thread.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** A task that throws would never be run again. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("A task of the store has failed.", e);
      }
    };
  }

  private void flush() {
    var log = store.log();
    var waiting = log.maxPosition() - log.stablePosition();
    var late = System.nanoTime() - lastFlushNanos > FLUSH_AT_LATEST.toNanos();
    if (waiting == 0 || (waiting < config.flushBytes() && !late)) {
      return;
    }
    lastFlushNanos = System.nanoTime();
    try {
      log.force();
    } catch (IOException e) {
      if (log == store.log()) { // Else it was closed because a snapshot has replaced it.
        store.failed(e);
      }
    }
  }

  private void lookAtDisk() {
    try {
      diskUsed = store.disk().usedRatio(config.commitLogDirectory());
    } catch (IOException e) {
      diskUsed = -1;
    }
  }

  private void lookForStall(Runnable handOver) {
    var waited = store.log().meter().stalledNanos();
    var now = System.nanoTime();
    if (waited > STALL.toNanos() && now - lastHandoverNanos > STALL.toNanos()) {
      lastHandoverNanos = now;
      LOG.warn("The disk has not answered a write for {} ms.", waited / 1_000_000);
      handOver.run();
    }
  }

  private void deleteOld(Runnable snapshot) {
    var log = store.log();
    var now = System.currentTimeMillis();
    var full = diskUsed > config.diskMaxUsedRatio();
    var position = -1L;
    var nextIndex = 0L;
    for (var segment : log.closedSegments()) {
      var old = now - segment.closedMillis() > config.retention().toMillis();
      // For space, one segment at a time: the ratio is looked at again before the next.
      if (!old && !(full && position < 0)) {
        break;
      }
      position = segment.end();
      nextIndex = segment.nextIndex();
    }
    if (position < 0) {
      return;
    }
    if (nextIndex > log.firstIndex()) {
      snapshot.run(); // Deleted in a later round, when JRaft's log begins late enough.
      return;
    }
    try {
      synchronized (store.checkpoints()) {
        if (store.checkpoints().base(position) == null) {
          return;
        }
        var deleted = log.deleteBefore(position);
        store.applied().forgetBefore(log.minPosition());
        store.checkpoints().deleteBasesBefore(log.minPosition());
        LOG.info("Deleted {} segments; the log begins at {} now.", deleted, log.minPosition());
      }
    } catch (IOException e) {
      LOG.error("Old segments could not be deleted: {}", e.toString());
    }
  }

  @Override
  public void close() {
    // Never interrupted: that would close the files under whoever waits for the disk.
    lookout.shutdown();
    flusher.shutdown();
    housekeeper.shutdown();
    try {
      if (!flusher.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
          || !housekeeper.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The disk has not answered for {} s; closing nevertheless.", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
