package org.ordeal.history;

import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;

/**
 * The operations of one history, from first to last, once. Not thread-safe.
 *
 * <p>{@link #hasNext} and {@link #next} throw {@link HistoryFormatException} where the history is
 * corrupt and {@link java.io.UncheckedIOException} where it cannot be read.
 */
public interface OperationStream extends Iterator<Operation>, AutoCloseable {

  /**
   * After the last operation: a sentence that tells how the history was cut off in the midst of its
   * last line, or empty where it was not. What was read before is sound.
   */
  Optional<String> truncated();

  @Override
  void close() throws IOException;
}
