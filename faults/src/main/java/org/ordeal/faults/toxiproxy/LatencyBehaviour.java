package org.ordeal.faults.toxiproxy;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Delays each chunk by so many milliseconds after it came in; never lets one overtake another. */
final class LatencyBehaviour extends StageBehaviour {
  /** As many chunks as the Go server buffers here. */
  private static final int CAPACITY = 1024;

  private final long latencyMillis;
  private final long jitterMillis;

  LatencyBehaviour(ToxicStage stage, long latencyMillis, long jitterMillis) {
    super(stage);
    this.latencyMillis = latencyMillis;
    this.jitterMillis = jitterMillis;
  }

  @Override
  int capacity() {
    return CAPACITY;
  }

  @Override
  void onChunk(Chunk chunk) {
    long waited = System.nanoTime() - chunk.timestampNanos();
    long wait = TimeUnit.MILLISECONDS.toNanos(delayMillis()) - waited;
    if (wait <= 0) {
      chunk.delayed(wait);
      stage().emit(chunk);
      return;
    }
    hold(chunk);
    waitFor(
        wait,
        TimeUnit.NANOSECONDS,
        () -> {
          Chunk due = takeHeld();
          if (due != null) {
            due.delayed(wait);
            stage().emit(due);
          }
        });
  }

  private long delayMillis() {
    return jitterMillis <= 0
        ? latencyMillis
        : latencyMillis
            + ThreadLocalRandom.current().nextLong(Math.min(jitterMillis, Long.MAX_VALUE / 2) * 2)
            - jitterMillis;
  }
}
