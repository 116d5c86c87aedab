package org.ordeal.runner.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ordeal.runner.Documents;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;

/** A matrix on disk: {@code plan.json}, and a file for each run in {@code entries/}. */
public record MatrixDirectory(Path path) {

  private Path planFile() {
    return path.resolve("plan.json");
  }

  private Path entriesDirectory() {
    return path.resolve("entries");
  }

  private Path file(MatrixRun run) {
    return entriesDirectory().resolve(run.cell().fileName(run.seed()));
  }

  /** What it is to measure; empty where there is no matrix yet. */
  public Optional<MatrixPlan> plan() {
    return Files.exists(planFile())
        ? Optional.of(Documents.read(planFile(), MatrixPlan.class))
        : Optional.empty();
  }

  /**
   * The same.
   *
   * @throws UsageException where there is no matrix
   */
  MatrixPlan requirePlan() {
    return plan()
        .orElseThrow(
            () ->
                new UsageException(
                    "%s is no directory of a matrix: it has no plan.json.".formatted(path)));
  }

  /**
   * Adds to what is to be measured; a plan of another configuration is replaced, and its entries
   * count no more.
   *
   * @return the plan that holds now
   */
  MatrixPlan add(MatrixPlan plan) {
    MatrixPlan all =
        plan()
            .filter(before -> before.configuration().equals(plan.configuration()))
            .map(before -> before.with(plan))
            .orElse(plan);
    replace(all);
    return all;
  }

  /** Sets what is to be measured. */
  void replace(MatrixPlan plan) {
    try {
      Files.createDirectories(path);
      Documents.write(planFile(), plan);
    } catch (IOException unwritable) {
      throw unwritable(unwritable);
    }
  }

  /** What a run came to; empty where it was not carried out in this configuration. */
  Optional<MatrixEntry> entry(MatrixRun run, String configuration) {
    return Files.exists(file(run))
        ? Optional.of(Documents.read(file(run), MatrixEntry.class))
            .filter(entry -> configuration.equals(entry.configuration()))
        : Optional.empty();
  }

  /** Adds an entry, in place of one of the same run. */
  void put(MatrixEntry entry) {
    try {
      Files.createDirectories(entriesDirectory());
      Documents.write(file(entry.of()), entry);
    } catch (IOException unwritable) {
      throw unwritable(unwritable);
    }
  }

  private EnvironmentException unwritable(IOException cause) {
    return new EnvironmentException(
        "The matrix cannot be written to %s: %s.".formatted(path, cause.getMessage()), cause);
  }

  /** The entries of a plan's share, in the plan's order. */
  List<MatrixEntry> entries(MatrixPlan plan) {
    return plan.share().stream().flatMap(run -> entry(run, plan.configuration()).stream()).toList();
  }

  /** How many entries it has, of whichever configuration. */
  long size() {
    if (!Files.isDirectory(entriesDirectory())) {
      return 0;
    }
    try (Stream<Path> files = Files.list(entriesDirectory())) {
      return files.filter(file -> file.toString().endsWith(".json")).count();
    } catch (IOException unreadable) {
      throw new UsageException(
          "%s cannot be read: %s.".formatted(entriesDirectory(), unreadable.getMessage()),
          unreadable);
    }
  }

  /**
   * Directories of the runs that its entries stand for: not those that were done again, nor such as
   * were broken off.
   */
  public List<Path> runs() {
    return entries(requirePlan()).stream()
        .map(MatrixEntry::run)
        .flatMap(Stream::ofNullable)
        .map(run -> path.resolve(run).normalize())
        .toList();
  }
}
