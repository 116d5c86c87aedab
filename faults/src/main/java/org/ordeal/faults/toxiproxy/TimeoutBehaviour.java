package org.ordeal.faults.toxiproxy;

import java.util.concurrent.TimeUnit;

/**
 * Drops all data. Closes once nothing came for so many milliseconds; never, where that is 0.
 *
 * <p>That data restarts the clock is how the Go server behaves, whatever its documentation says.
 */
final class TimeoutBehaviour extends StageBehaviour {
  private final long timeoutMillis;

  TimeoutBehaviour(ToxicStage stage, long timeoutMillis) {
    super(stage);
    this.timeoutMillis = timeoutMillis;
  }

  @Override
  void start() {
    if (timeoutMillis > 0) {
      alarm(timeoutMillis, TimeUnit.MILLISECONDS, stage()::close);
    }
  }

  @Override
  void onChunk(Chunk chunk) {
    stage().drop(chunk);
    start();
  }
}
