package org.ordeal.faults.toxiproxy;

import java.util.concurrent.TimeUnit;

/**
 * Closes so many milliseconds after the first data, or the end of the stream, arrives; drops the
 * data. Once that clock runs, neither a change nor removal stops it.
 *
 * <p>Whether the peers see RST or FIN is decided when a connection opens, by {@link Connection}.
 */
final class ResetPeerBehaviour extends StageBehaviour {
  private final long timeoutMillis;

  ResetPeerBehaviour(ToxicStage stage, long timeoutMillis) {
    super(stage);
    this.timeoutMillis = timeoutMillis;
  }

  @Override
  void onChunk(Chunk chunk) {
    stage().drop(chunk);
    onEnd();
  }

  @Override
  void onEnd() {
    if (timeoutMillis <= 0) {
      stage().close();
    } else {
      waitFor(timeoutMillis, TimeUnit.MILLISECONDS, stage()::close);
    }
  }

  @Override
  boolean interrupt() {
    return !busy() && super.interrupt();
  }
}
