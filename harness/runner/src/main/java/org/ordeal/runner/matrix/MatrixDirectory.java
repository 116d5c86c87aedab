package org.ordeal.runner.matrix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.Documents;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;

/**
 * A matrix on disk: {@code plan.json}, and a file for each run in {@code entries/}. The plans and
 * entries of other configurations stay beside them, each under a name of its own.
 */
public record MatrixDirectory(Path path) {

  private Path planFile() {
    return path.resolve("plan.json");
  }

  /** Where the plan of a configuration is kept while that of another one holds. */
  private Path planFile(String configuration) {
    return path.resolve("plan-%08x.json".formatted(configuration.hashCode()));
  }

  private Path entriesDirectory() {
    return path.resolve("entries");
  }

  private Path file(MatrixRun run, String configuration) {
    return entriesDirectory().resolve(run.cell().fileName(configuration, run.seed()));
  }

  /**
   * Keeps every other holder out, in this process and in others.
   *
   * @throws UsageException where somebody holds it
   */
  public Hold hold() {
    try {
      Files.createDirectories(path);
      FileChannel file =
          FileChannel.open(
              path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = lock(file);
      if (lock != null) {
        return new Hold(lock);
      }
      file.close();
    } catch (IOException unwritable) {
      throw unwritable(unwritable);
    }
    throw new UsageException(
        "Another 'ordeal matrix' is at work in %s: wait for its end, or give another --dir."
            .formatted(path));
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException ofThisProcess) {
      return null;
    } catch (IOException impossible) {
      file.close();
      throw impossible;
    }
  }

  /**
   * A directory held; it ends with the process at the latest. Its file stays, since one that is
   * removed could be held twice.
   */
  public record Hold(FileLock lock) implements AutoCloseable {
    @Override
    public void close() {
      try {
        lock.acquiredBy().close();
      } catch (IOException e) {
        throw new UncheckedIOException("The lock of the matrix could not be let go.", e);
      }
    }
  }

  /** Removes what was said of it, until it is said anew. */
  public void removeReport() {
    try {
      for (String name : MatrixSummary.FILES) {
        Files.deleteIfExists(path.resolve(name));
      }
    } catch (IOException unwritable) {
      throw unwritable(unwritable);
    }
  }

  /** What it is to measure; empty where there is no matrix yet. */
  public Optional<MatrixPlan> plan() {
    return read(planFile(), MatrixPlan.class);
  }

  private static <T> Optional<T> read(Path file, Class<T> type) {
    return Files.exists(file) ? Optional.of(Documents.read(file, type)) : Optional.empty();
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
   * Adds to what is to be measured. A plan of another configuration is laid aside: it and its
   * entries count no more, and do again when that configuration is measured again.
   *
   * @return the plan that holds now
   */
  MatrixPlan add(MatrixPlan plan) {
    Optional<MatrixPlan> holding = plan();
    boolean same = holding.filter(before -> before.measuresAs(plan)).isPresent();
    if (!same) {
      holding.ifPresent(before -> write(planFile(before.configuration()), before));
    }
    MatrixPlan all =
        (same ? holding : read(planFile(plan.configuration()), MatrixPlan.class))
            .filter(before -> before.measuresAs(plan))
            .map(before -> before.with(plan))
            .orElse(plan);
    replace(all);
    return all;
  }

  /** Sets what is to be measured. */
  void replace(MatrixPlan plan) {
    write(planFile(), plan);
  }

  private void write(Path file, MatrixPlan plan) {
    try {
      Files.createDirectories(path);
      Documents.write(file, plan);
    } catch (IOException unwritable) {
      throw unwritable(unwritable);
    }
  }

  /** What a run came to; empty where it was not carried out in this configuration. */
  Optional<MatrixEntry> entry(MatrixRun run, String configuration) {
    return read(file(run, configuration), MatrixEntry.class)
        .filter(entry -> configuration.equals(entry.configuration()));
  }

  /** Adds an entry, in place of one of the same run in the same configuration. */
  void put(MatrixEntry entry) {
    try {
      Files.createDirectories(entriesDirectory());
      Documents.write(file(entry.of(), entry.configuration()), entry);
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
