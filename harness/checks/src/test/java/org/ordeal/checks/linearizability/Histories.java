package org.ordeal.checks.linearizability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ordeal.checks.CheckBudget;
import org.ordeal.history.HistoryReader;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;

/** Test support: histories with known verdicts, and short ways to check. */
final class Histories {

  /**
   * One line of the table of verdicts.
   *
   * @param file the history
   * @param model its model
   * @param linearizable its verdict
   */
  record Known(Path file, String model, boolean linearizable) {}

  private Histories() {}

  /** The folder of shared histories beside the repository, where it is there. */
  static Optional<Path> shared() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null) {
      Path candidate = directory.resolve("shared/histories/verdicts.tsv");
      if (Files.exists(candidate)) {
        return Optional.of(directory.resolve("shared/histories"));
      }
      directory = directory.getParent();
    }
    return Optional.empty();
  }

  static List<Known> known(Path folder) throws IOException {
    List<Known> known = new ArrayList<>();
    List<String> lines = Files.readAllLines(folder.resolve("verdicts.tsv"));
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t");
      known.add(new Known(folder.resolve(fields[0]), fields[1], Boolean.parseBoolean(fields[4])));
    }
    return known;
  }

  static List<Operation> read(Path file) throws IOException {
    List<Operation> operations = new ArrayList<>();
    try (HistoryReader reader = HistoryReader.open(file)) {
      reader.forEachRemaining(operations::add);
    }
    return operations;
  }

  static CompiledHistory compile(List<Operation> operations, ObjectModel model) {
    try (OperationStream stream = HistorySource.of("test", operations).open()) {
      return CompiledHistory.compile(stream, model, limits());
    } catch (IOException e) {
      throw new IllegalStateException("a list cannot fail to be read", e);
    }
  }

  static Limits limits() {
    return new Limits(CheckBudget.standard());
  }
}
