package org.ordeal.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.knossos.Knossos;
import org.ordeal.checks.linearizability.LinearizabilityCheck;
import org.ordeal.checks.linearizability.ModelMismatchException;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistoryFormatException;
import org.ordeal.history.HistorySource;
import org.ordeal.history.IndependentHistory;
import org.ordeal.history.Verdict;

/**
 * What {@code ordeal check} is asked: which history files, against which model, by which engine.
 *
 * @param files history files, in the order in which they are to be checked
 * @param model one of {@link org.ordeal.checks.linearizability.Models#names()}
 * @param initial value of a register, or first offset of a log, before the first operation; null
 *     for none
 * @param engine who decides
 * @param independent whether values are the tuples {@code [key value]} of Jepsen's independent
 * @param budget for each file
 * @param knossosClasspath folders and jars with Knossos; null for the class path of this process
 */
public record CheckRequest(
    List<Path> files,
    String model,
    @Nullable Object initial,
    Engine engine,
    boolean independent,
    CheckBudget budget,
    @Nullable String knossosClasspath) {

  /** Who decides whether a history is linearizable. */
  public enum Engine {
    /** The engines of Ordeal. */
    NATIVE,
    /** Knossos. */
    KNOSSOS,
    /** Both; it is an error if they disagree. */
    BOTH;

    /** The name on the command line. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public CheckRequest {
    files = List.copyOf(files);
  }

  /**
   * Checks all files. One that cannot be judged keeps none of the others from it; the failure of
   * the first such file is thrown at the end, with those of the others suppressed in it.
   *
   * @param each takes each answer as soon as it is there
   * @return the worst verdict
   * @throws IOException if a file cannot be read; the message names it
   * @throws org.ordeal.history.HistoryFormatException if a file is corrupt
   * @throws IllegalArgumentException if there is no such model, or a history does not fit it; the
   *     message names the file
   * @throws org.ordeal.checks.knossos.KnossosMissingException if Knossos is asked for and absent
   * @throws EngineDisagreement if the engines contradict each other
   */
  public Verdict run(Consumer<FileCheck> each) throws IOException {
    LinearizabilityCheck check = new LinearizabilityCheck(model, initial);
    Knossos knossos = engine == Engine.NATIVE ? null : Knossos.load(knossosClasspath);
    Verdict worst = Verdict.PASS;
    Exception unjudged = null;
    for (Path file : files) {
      try {
        FileCheck answer = new FileCheck(file.toString(), model, results(file, check, knossos));
        each.accept(answer);
        worst = worst.and(answer.verdict());
      } catch (IOException | HistoryFormatException | IllegalArgumentException failure) {
        unjudged = first(unjudged, failure);
      } catch (UncheckedIOException failure) {
        unjudged = first(unjudged, new IOException(file + ": " + failure.getMessage(), failure));
      }
    }
    rethrow(unjudged);
    return worst;
  }

  private static Exception first(@Nullable Exception earlier, Exception failure) {
    if (earlier == null) {
      return failure;
    }
    earlier.addSuppressed(failure);
    return earlier;
  }

  private static void rethrow(@Nullable Exception failure) throws IOException {
    switch (failure) {
      case null -> {}
      case IOException unreadable -> throw unreadable;
      case RuntimeException wrong -> throw wrong;
      default -> throw new IllegalStateException(failure);
    }
  }

  private List<CheckResult> results(
      Path file, LinearizabilityCheck check, @Nullable Knossos knossos) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": it is no regular file");
    }
    HistorySource history = HistorySource.of(file);
    if (independent) {
      history = new IndependentHistory(history);
    }
    List<CheckResult> results = new ArrayList<>();
    try {
      if (engine != Engine.KNOSSOS) {
        results.add(check.check(history, budget));
      }
      if (knossos != null) {
        results.add(knossos.check(history, model, initial, budget));
      }
    } catch (ModelMismatchException e) {
      throw new ModelMismatchException(file + ": " + e.getMessage());
    }
    if (results.size() == 2) {
      EngineDisagreement.check(file.toString(), results.get(0), results.get(1));
    }
    return results;
  }
}
