package org.ordeal.runner.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.ordeal.history.Verdict;
import org.ordeal.runner.Documents;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;

/** Runs the cells of a matrix and keeps an entry of each run. For one use. */
public final class Matrix {

  /** Carries out one run of one cell. */
  @FunctionalInterface
  public interface Trial {
    /** Runs; a cell that cannot be run gives an entry without a verdict. */
    MatrixEntry run(MatrixCell cell, long seed) throws InterruptedException;
  }

  /** One run that is to be done. */
  private record Task(MatrixCell cell, long seed) {}

  private final Path directory;
  private final Trial trial;
  private final Consumer<String> say;

  /**
   * @param directory where entries go, in {@code entries/}
   * @param say takes a line for each run
   */
  public Matrix(Path directory, Trial trial, Consumer<String> say) {
    this.directory = directory;
    this.trial = trial;
    this.say = say;
  }

  /**
   * Runs what has no conclusive entry yet.
   *
   * @param shard this machine's share, from 1
   * @param shards how many machines share the matrix; every {@code shards}-th run is this one's
   * @param parallel runs at once
   */
  public void run(List<MatrixCell> cells, List<Long> seeds, int shard, int shards, int parallel)
      throws InterruptedException {
    if (shard < 1 || shard > shards) {
      throw new UsageException(
          "--shard %d/%d names no shard: write 1/%d to %d/%d."
              .formatted(shard, shards, shards, shards, shards));
    }
    BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    int number = 0;
    for (long seed : seeds) {
      for (MatrixCell cell : cells) {
        if (number++ % shards == shard - 1 && !done(cell, seed)) {
          tasks.add(new Task(cell, seed));
        }
      }
    }
    int all = tasks.size();
    say.accept("%d of %d runs to do".formatted(all, number));
    AtomicInteger begun = new AtomicInteger();
    List<Thread> workers = new ArrayList<>();
    List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
    for (int i = 0; i < parallel; i++) {
      workers.add(
          Thread.ofPlatform()
              .name("matrix-" + i)
              .start(
                  () -> {
                    try {
                      work(tasks, begun, all);
                    } catch (InterruptedException asked) {
                      tasks.clear();
                    } catch (RuntimeException | Error failed) {
                      failures.add(failed);
                      tasks.clear();
                    }
                  }));
    }
    try {
      for (Thread worker : workers) {
        worker.join();
      }
    } catch (InterruptedException asked) {
      tasks.clear();
      workers.forEach(Thread::interrupt);
      for (Thread worker : workers) {
        worker.join();
      }
      throw asked;
    }
    for (Throwable failure : failures) {
      switch (failure) {
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        default -> throw new IllegalStateException(failure);
      }
    }
  }

  private void work(BlockingQueue<Task> tasks, AtomicInteger begun, int all)
      throws InterruptedException {
    Task task;
    while ((task = tasks.poll()) != null) {
      int number = begun.incrementAndGet();
      MatrixEntry entry = trial.run(task.cell(), task.seed());
      write(entry);
      Verdict verdict = entry.verdict();
      say.accept(
          "%d/%d  %s, seed %d: %s"
              .formatted(
                  number,
                  all,
                  task.cell(),
                  task.seed(),
                  verdict == null
                      ? "skipped: " + entry.reason()
                      : "%s, %d acknowledged, %d lost"
                          .formatted(
                              verdict.name().toLowerCase(java.util.Locale.ROOT),
                              entry.acknowledged(),
                              entry.lost())));
    }
  }

  private Path file(MatrixCell cell, long seed) {
    return directory.resolve("entries").resolve(cell.fileName(seed));
  }

  /** A run that proved nothing is done again when the matrix goes on. */
  private boolean done(MatrixCell cell, long seed) {
    Path file = file(cell, seed);
    return Files.exists(file)
        && Documents.read(file, MatrixEntry.class).verdict() != Verdict.UNKNOWN;
  }

  private void write(MatrixEntry entry) {
    try {
      put(directory, entry);
    } catch (IOException unwritable) {
      throw new EnvironmentException(
          "The matrix cannot be written to %s: %s.".formatted(directory, unwritable.getMessage()),
          unwritable);
    }
  }

  /** Adds an entry to a matrix directory, in place of one of the same cell and seed. */
  public static void put(Path directory, MatrixEntry entry) throws IOException {
    Path entries = Files.createDirectories(directory.resolve("entries"));
    Documents.write(entries.resolve(entry.cell().fileName(entry.seed())), entry);
  }

  /**
   * The entries of a matrix directory, in order of their file names.
   *
   * @throws UsageException where it has none
   */
  public static List<MatrixEntry> entries(Path directory) {
    List<MatrixEntry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory.resolve("entries"))) {
      files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .forEach(file -> entries.add(Documents.read(file, MatrixEntry.class)));
    } catch (IOException missing) {
      throw new UsageException(
          "%s is no directory of a matrix: it has no entries.".formatted(directory), missing);
    }
    return entries;
  }
}
