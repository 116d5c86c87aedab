package org.ordeal.runner.matrix;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.ordeal.history.Verdict;

/** Runs the cells of a matrix and keeps an entry of each run. For one use. */
public final class Matrix {

  /** Carries out one run of one cell. */
  @FunctionalInterface
  public interface Trial {
    /** Runs; a cell that cannot be run gives an entry without a verdict. */
    MatrixEntry run(MatrixCell cell, long seed) throws InterruptedException;
  }

  private final MatrixDirectory directory;
  private final Trial trial;
  private final Consumer<String> say;

  /**
   * @param directory where the plan and the entries go
   * @param say takes a line for each run
   */
  public Matrix(MatrixDirectory directory, Trial trial, Consumer<String> say) {
    this.directory = directory;
    this.trial = trial;
    this.say = say;
  }

  /**
   * Runs what has no conclusive entry of this configuration yet. What the directory was to measure
   * in the same configuration before stays planned.
   *
   * @param parallel runs at once
   * @return the plan that the directory has now
   * @throws InterruptedException where it was broken off
   */
  public MatrixPlan run(MatrixPlan wanted, int parallel) throws InterruptedException {
    directory
        .plan()
        .filter(before -> !before.measuresAs(wanted))
        .map(MatrixPlan::configuration)
        .ifPresent(
            before ->
                say.accept(
                    "%s holds entries of another configuration (%s): they do not count, and stay."
                        .formatted(directory.path(), before)));
    MatrixPlan plan = directory.add(wanted);
    Set<MatrixRun> asked = new HashSet<>(wanted.runs());
    BlockingQueue<MatrixRun> tasks = new LinkedBlockingQueue<>();
    for (MatrixRun run : plan.share()) {
      if (asked.contains(run) && !done(run, plan)) {
        tasks.add(run);
      }
    }
    int all = tasks.size();
    say.accept("%d of %d runs to do".formatted(all, asked.size()));
    AtomicBoolean brokenOff = new AtomicBoolean();
    AtomicInteger begun = new AtomicInteger();
    List<Thread> workers = new ArrayList<>();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    for (int i = 0; i < parallel; i++) {
      workers.add(
          Thread.ofPlatform()
              .name("matrix-" + i)
              .start(
                  () -> {
                    try {
                      work(tasks, begun, all);
                    } catch (InterruptedException ended) {
                      brokenOff.set(true);
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
    } catch (InterruptedException ended) {
      tasks.clear();
      workers.forEach(Thread::interrupt);
      for (Thread worker : workers) {
        worker.join();
      }
      throw ended;
    }
    for (Throwable failure : failures) {
      switch (failure) {
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        default -> throw new IllegalStateException(failure);
      }
    }
    if (brokenOff.get()) {
      throw new InterruptedException("The matrix was broken off.");
    }
    return plan;
  }

  private void work(BlockingQueue<MatrixRun> tasks, AtomicInteger begun, int all)
      throws InterruptedException {
    MatrixRun task;
    while ((task = tasks.poll()) != null) {
      int number = begun.incrementAndGet();
      MatrixEntry entry = trial.run(task.cell(), task.seed());
      directory.put(entry);
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

  /** A run that proved nothing is done again when the matrix goes on, and so is one left out. */
  private boolean done(MatrixRun run, MatrixPlan plan) {
    Verdict verdict =
        directory.entry(run, plan.configuration()).map(MatrixEntry::verdict).orElse(null);
    return verdict == Verdict.PASS || verdict == Verdict.FAIL;
  }
}
