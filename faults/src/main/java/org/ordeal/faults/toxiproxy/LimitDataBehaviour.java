package org.ordeal.faults.toxiproxy;

/** Passes so many bytes on, counted over the life of the connection, then closes. */
final class LimitDataBehaviour extends StageBehaviour {
  private final long limit;

  LimitDataBehaviour(ToxicStage stage, long limitBytes) {
    super(stage);
    this.limit = limitBytes;
  }

  @Override
  void onChunk(Chunk chunk) {
    long left = Math.max(0, limit - stage().bytesPassed());
    int size = (int) Math.min(left, chunk.size());
    if (size == chunk.size()) {
      stage().countPassed(size);
      stage().emit(chunk);
    } else {
      if (size > 0) {
        stage().countPassed(size);
        stage().emit(chunk.split(size));
      }
      stage().drop(chunk);
    }
    if (stage().bytesPassed() >= limit) {
      stage().close();
    }
  }
}
