package org.ordeal.faults.toxiproxy;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a stage does with its chunks until it is interrupted. This one passes everything on; the
 * toxics override what they change.
 *
 * <p>A behaviour may hold one chunk back and wait for one timer. While it waits it is busy, and the
 * stage's inbox fills.
 */
class StageBehaviour {
  private final ToxicStage stage;
  private ToxicStage.@Nullable Timer timer;
  private @Nullable Chunk held;
  private boolean busy;

  StageBehaviour(ToxicStage stage) {
    this.stage = stage;
  }

  final ToxicStage stage() {
    return stage;
  }

  /** Called once, when the stage begins to work with this behaviour. */
  void start() {}

  /** How many chunks may wait in the inbox before reading pauses. */
  int capacity() {
    return 1;
  }

  /** Works on a chunk; called only while this is not busy. */
  void onChunk(Chunk chunk) {
    stage.emit(chunk);
  }

  /** The source has ended and the inbox is empty; called only while this is not busy. */
  void onEnd() {
    stage.close();
  }

  /**
   * Stops: hands on what it holds, at once.
   *
   * @return false if it cannot be stopped any more
   */
  boolean interrupt() {
    cancel();
    Chunk last = takeHeld();
    if (last != null) {
      stage.emit(last);
      stage.flush();
    }
    return true;
  }

  /** Stops, and drops what it holds. */
  final void abandon() {
    cancel();
    Chunk last = takeHeld();
    if (last != null) {
      stage.drop(last);
    }
  }

  final boolean busy() {
    return busy;
  }

  final void cancel() {
    ToxicStage.Timer.cancel(timer);
    timer = null;
    busy = false;
  }

  /** Is busy until it is interrupted. */
  final void stall() {
    busy = true;
  }

  /** Is busy until the delay is over, then does {@code task}, sends its output and works on. */
  final void waitFor(long delay, TimeUnit unit, Runnable task) {
    busy = true;
    timer =
        stage.after(
            delay,
            unit,
            () -> {
              busy = false;
              timer = null;
              task.run();
              stage.work();
              stage.flush();
            });
  }

  /** Sets a timer without being busy; replaces the one before. */
  final void alarm(long delay, TimeUnit unit, Runnable task) {
    ToxicStage.Timer.cancel(timer);
    timer = stage.after(delay, unit, task);
  }

  final void hold(Chunk chunk) {
    held = chunk;
  }

  final @Nullable Chunk held() {
    return held;
  }

  final @Nullable Chunk takeHeld() {
    Chunk chunk = held;
    held = null;
    return chunk;
  }
}
