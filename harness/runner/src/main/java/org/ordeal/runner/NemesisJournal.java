package org.ordeal.runner;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.HistoryWriter;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/**
 * What the fault runner did and saw, in order of time: kept in memory for the merge, and on disk
 * line by line, so that a crash of the harness leaves it. Safe for use by several threads.
 */
final class NemesisJournal implements Closeable {

  private final List<Operation> operations = new ArrayList<>();
  private final HistoryWriter writer;
  private final LongSupplier nanos;

  /**
   * @param file where the lines go
   * @param nanos nanoseconds since the start of the run
   */
  NemesisJournal(Path file, LongSupplier nanos) throws IOException {
    this.writer = HistoryWriter.create(file);
    this.nanos = nanos;
  }

  /** Writes one event; its time is now. */
  synchronized void write(
      OperationType type,
      String f,
      @Nullable Object value,
      @Nullable String node,
      @Nullable String error) {
    long last = operations.isEmpty() ? 0 : operations.getLast().time();
    Operation operation =
        new Operation(
            operations.size(),
            Math.max(last, nanos.getAsLong()),
            Operation.NEMESIS,
            type,
            f,
            value,
            null,
            node,
            error);
    operations.add(operation);
    try {
      writer.write(operation);
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything so far. */
  synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  @Override
  public synchronized void close() throws IOException {
    writer.close();
  }
}
