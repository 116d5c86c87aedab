package org.ordeal.faults.toxiproxy;

import java.util.concurrent.TimeUnit;

/**
 * Lets so many kilobytes a second through, in portions of 100 milliseconds where chunks are larger
 * than that.
 */
final class BandwidthBehaviour extends StageBehaviour {
  private static final long PORTION_MILLIS = 100;

  private final long rate;
  private long owedNanos;

  BandwidthBehaviour(ToxicStage stage, long kilobytesPerSecond) {
    super(stage);
    this.rate = Math.max(0, kilobytesPerSecond);
  }

  @Override
  void onChunk(Chunk chunk) {
    owedNanos = rate == 0 ? 0 : owedNanos + TimeUnit.MILLISECONDS.toNanos(1) * chunk.size() / rate;
    hold(chunk);
    proceed();
  }

  private void proceed() {
    Chunk chunk = held();
    if (chunk == null) {
      return;
    }
    if (rate == 0) {
      stall();
      return;
    }
    long portion = portionBytes();
    if (chunk.size() > portion) {
      waitFor(PORTION_MILLIS, TimeUnit.MILLISECONDS, () -> sendPortion(chunk, (int) portion));
      return;
    }
    if (owedNanos <= 0) {
      sendRest();
      return;
    }
    long start = System.nanoTime();
    waitFor(
        owedNanos,
        TimeUnit.NANOSECONDS,
        () -> {
          // Timers are late; what this one was late is taken off the next wait.
          owedNanos -= System.nanoTime() - start;
          sendRest();
        });
  }

  private long portionBytes() {
    return Math.min(Integer.MAX_VALUE, Math.min(rate, Integer.MAX_VALUE) * PORTION_MILLIS);
  }

  private void sendPortion(Chunk chunk, int portion) {
    stage().emit(chunk.split(portion));
    owedNanos -= TimeUnit.MILLISECONDS.toNanos(PORTION_MILLIS);
    proceed();
  }

  private void sendRest() {
    Chunk chunk = takeHeld();
    if (chunk != null) {
      stage().emit(chunk);
    }
  }
}
