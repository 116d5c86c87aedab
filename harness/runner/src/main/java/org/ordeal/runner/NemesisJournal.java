package org.ordeal.runner;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.log.LogOperations;
import org.ordeal.history.HistoryWriter;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/**
 * What the fault runner did and saw, in order of time: kept in memory for the merge, and on disk
 * line by line, so that a crash of the harness leaves it. Safe for use by several threads.
 */
final class NemesisJournal implements Closeable {

  /** Process number of the search in nodes' files; client nodes use lower ones. */
  private static final int SEARCHER = 2_000_000_000;

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
    keep(operation);
  }

  /**
   * Writes that messages were found on a node's disk, as an operation of a process of its own: the
   * fault runner's own words are no evidence to a check.
   *
   * @param key any queue of the run
   */
  synchronized void found(String key, String node, Set<String> values) {
    for (OperationType type : List.of(OperationType.INVOKE, OperationType.OK)) {
      long last = operations.isEmpty() ? 0 : operations.getLast().time();
      keep(
          new Operation(
              operations.size(),
              Math.max(last, nanos.getAsLong()),
              SEARCHER,
              type,
              LogOperations.FOUND_IN_FILES,
              type == OperationType.OK ? List.copyOf(values) : null,
              key,
              node,
              null));
    }
  }

  private void keep(Operation operation) {
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
