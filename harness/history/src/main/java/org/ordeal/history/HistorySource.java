package org.ordeal.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A history that can be read as often as needed. Thread-safe as far as its origin is. */
public interface HistorySource {

  /** The name to use in messages, such as the path of the file. */
  String name();

  /** Starts reading from the first operation. */
  OperationStream open() throws IOException;

  /** A history file, in any of the formats that {@link HistoryReader} knows. */
  static HistorySource of(Path file) {
    return new HistorySource() {
      @Override
      public String name() {
        return file.toString();
      }

      @Override
      public OperationStream open() throws IOException {
        return HistoryReader.open(file);
      }
    };
  }

  /**
   * A history in memory, with the same rules as one in a file ({@link WellFormedness}); the line of
   * an error is the position in the list, from 1.
   */
  static HistorySource of(String name, List<Operation> operations) {
    return new HistorySource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public OperationStream open() {
        return new ListStream(name, operations);
      }
    };
  }

  /** Reads a list and holds it to the rules. */
  final class ListStream implements OperationStream {
    private final Iterator<Operation> operations;
    private final WellFormedness rules;
    private long line;

    private ListStream(String name, List<Operation> operations) {
      this.operations = operations.iterator();
      this.rules = new WellFormedness(name);
    }

    @Override
    public boolean hasNext() {
      return operations.hasNext();
    }

    @Override
    public Operation next() {
      Operation operation = operations.next();
      rules.check(operation, ++line);
      return operation;
    }

    @Override
    public Optional<String> truncated() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }
}
