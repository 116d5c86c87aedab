package org.ordeal.faults.disk;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one {@link DiskToxic} did, or has done so far. All times are {@link System#nanoTime()},
 * which on Linux is one clock (CLOCK_MONOTONIC) for all processes of a machine.
 *
 * @param disk the disk
 * @param toxic the fault
 * @param addedNanos when it came into force
 * @param removedNanos when it was removed, or null while it is in force
 * @param delayed operations that it held back, by kind
 * @param failed operations that it failed, by kind
 * @param waiting operations that it holds back now
 * @param interrupted operations that it held back and whose caller was killed or gave up
 * @param delayNanos sum of the delays
 * @param longestDelayNanos the longest delay
 * @param bytes bytes of the operations that it hit
 * @param pagesDropped dirty pages that failed syncs have dropped, where it lies
 * @param firstNanos when it first hit an operation, or null
 * @param lastNanos when it last did, or null
 * @param samples the first operations that it hit, at most {@value #MAX_SAMPLES}
 */
public record ToxicEvidence(
    String disk,
    DiskToxic toxic,
    long addedNanos,
    @Nullable Long removedNanos,
    Map<String, Long> delayed,
    Map<String, Long> failed,
    long waiting,
    long interrupted,
    long delayNanos,
    long longestDelayNanos,
    long bytes,
    long pagesDropped,
    @Nullable Long firstNanos,
    @Nullable Long lastNanos,
    List<Sample> samples) {

  /** Bound on {@link #samples()}. */
  public static final int MAX_SAMPLES = 32;

  public ToxicEvidence {
    delayed = Map.copyOf(delayed);
    failed = Map.copyOf(failed);
    samples = List.copyOf(samples);
  }

  /** Operations that it hit, over all kinds. */
  public long hits() {
    return delayed.values().stream().mapToLong(Long::longValue).sum()
        + failed.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * One operation that was hit.
   *
   * @param nanos when
   * @param operation its kind
   * @param path its file, within the disk
   * @param outcome what became of it, in words
   */
  public record Sample(long nanos, String operation, String path, String outcome) {}
}
