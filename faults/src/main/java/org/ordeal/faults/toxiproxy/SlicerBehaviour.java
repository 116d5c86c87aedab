package org.ordeal.faults.toxiproxy;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts chunks into smaller ones of about the same size, each sent by itself.
 *
 * <p>The Go server overflows its stack where the average size is 0 and panics where the variation
 * is too large; here the first means single bytes, and cuts stay inside the chunk.
 */
final class SlicerBehaviour extends StageBehaviour {
  /** So many pieces are sent in a row before others on this event loop get their turn. */
  private static final int BURST = 64;

  private final int averageBytes;
  private final int variationBytes;
  private final long delayMicros;
  private int @Nullable [] pieces;
  private int nextPiece;

  SlicerBehaviour(ToxicStage stage, long averageBytes, long variationBytes, long delayMicros) {
    super(stage);
    this.averageBytes = Math.clamp(averageBytes, 1, Integer.MAX_VALUE);
    this.variationBytes = Math.clamp(variationBytes, 0, Integer.MAX_VALUE / 2);
    this.delayMicros = Math.max(0, delayMicros);
  }

  @Override
  void onChunk(Chunk chunk) {
    pieces = cut(chunk.size());
    nextPiece = 0;
    hold(chunk);
    sendSome();
  }

  private void sendSome() {
    Chunk chunk = held();
    int[] sizes = pieces;
    if (chunk == null || sizes == null) {
      return;
    }
    for (int sent = 0; sent < BURST && nextPiece < sizes.length; sent++) {
      stage().emit(chunk.split(sizes[nextPiece++]));
      stage().flush();
      if (held() != chunk) {
        return; // the flush found the connection broken, and the link was abandoned
      }
      if (delayMicros > 0) {
        break;
      }
    }
    if (nextPiece < sizes.length || delayMicros > 0) {
      waitFor(delayMicros, TimeUnit.MICROSECONDS, this::sendOn);
    } else {
      sendOn();
    }
  }

  private void sendOn() {
    int[] sizes = pieces;
    if (sizes != null && nextPiece < sizes.length) {
      sendSome();
      return;
    }
    Chunk spent = takeHeld();
    if (spent != null) {
      spent.data().release();
    }
  }

  /** Sizes of the pieces of a chunk; {@code 0..size} is halved until each part is small enough. */
  private int[] cut(int size) {
    int[] starts = new int[64];
    int[] ends = new int[64];
    int depth = 0;
    var sizes = java.util.stream.IntStream.builder();
    starts[0] = 0;
    ends[0] = size;
    while (depth >= 0) {
      int start = starts[depth];
      int end = ends[depth];
      depth--;
      if (end - start <= 1 || end - start - (long) averageBytes <= variationBytes) {
        sizes.add(end - start);
        continue;
      }
      int middle = start + (end - start) / 2;
      if (variationBytes > 0) {
        middle += ThreadLocalRandom.current().nextInt(-variationBytes, variationBytes);
      }
      middle = Math.clamp(middle, start + 1, end - 1);
      if (depth + 2 >= starts.length) {
        starts = java.util.Arrays.copyOf(starts, starts.length * 2);
        ends = java.util.Arrays.copyOf(ends, ends.length * 2);
      }
      starts[depth + 1] = middle;
      ends[depth + 1] = end;
      starts[depth + 2] = start;
      ends[depth + 2] = middle;
      depth += 2;
    }
    return sizes.build().toArray();
  }
}
