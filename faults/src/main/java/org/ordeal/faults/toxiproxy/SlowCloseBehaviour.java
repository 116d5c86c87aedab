package org.ordeal.faults.toxiproxy;

import java.util.concurrent.TimeUnit;

/** Passes data on, but holds the end of the stream back for so many milliseconds. */
final class SlowCloseBehaviour extends StageBehaviour {
  private final long delayMillis;

  SlowCloseBehaviour(ToxicStage stage, long delayMillis) {
    super(stage);
    this.delayMillis = delayMillis;
  }

  @Override
  void onEnd() {
    waitFor(Math.max(0, delayMillis), TimeUnit.MILLISECONDS, stage()::close);
  }
}
