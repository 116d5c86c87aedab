package org.ordeal.runner.shrink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ordeal.history.Schedule;

/**
 * Shrinks a schedule that fails by the {@code ddmin} algorithm (Zeller and Hildebrandt,
 * "Simplifying and isolating failure-inducing input", IEEE TSE 2002) over its faults, then by
 * halving what is left. For one use, by one thread.
 */
public final class Shrinker {

  /** A fault is not made shorter than this. Milliseconds. */
  static final long LEAST_FAULT = 250;

  /** The load goes on this long after the last fault, so that recovery is still seen. */
  static final long TAIL = 5_000;

  /** Carries a schedule out once. */
  @FunctionalInterface
  public interface Trial {
    /** Whether it failed as the original did. */
    boolean fails(Schedule schedule) throws InterruptedException;
  }

  /**
   * What came out.
   *
   * @param reproduced whether the original schedule failed at all when it was repeated
   * @param schedule the smallest schedule that failed
   * @param runs how many runs it took
   * @param confirmations how many of the closing repeats failed
   * @param repeats how many closing repeats there were
   */
  public record Outcome(
      boolean reproduced, Schedule schedule, int runs, int confirmations, int repeats) {}

  private final Trial trial;
  private final int tries;
  private final int maxRuns;
  private final Consumer<String> say;
  private int runs;

  /**
   * @param tries how often a candidate is run before it counts as one that passes
   * @param maxRuns bound on the number of runs; what is smallest by then is the result
   */
  public Shrinker(Trial trial, int tries, int maxRuns, Consumer<String> say) {
    this.trial = trial;
    this.tries = tries;
    this.maxRuns = maxRuns;
    this.say = say;
  }

  /** Shrinks. */
  public Outcome shrink(Schedule original) throws InterruptedException {
    if (!fails(original)) {
      return new Outcome(false, original, runs, 0, tries);
    }
    Schedule smallest = fewer(original);
    smallest = shorter(smallest);
    smallest = earlierEnd(smallest);
    int confirmations = 0;
    for (int i = 0; i < tries; i++) {
      runs++;
      confirmations += trial.fails(smallest) ? 1 : 0;
    }
    return new Outcome(true, smallest, runs, confirmations, tries);
  }

  private boolean fails(Schedule candidate) throws InterruptedException {
    for (int i = 0; i < tries; i++) {
      if (runs >= maxRuns) {
        return false;
      }
      runs++;
      if (trial.fails(candidate)) {
        say.accept(
            "run %d: %d faults, %d ms: still fails"
                .formatted(runs, candidate.faults().size(), candidate.durationMillis()));
        return true;
      }
    }
    say.accept(
        "run %d: %d faults, %d ms: does not fail"
            .formatted(runs, candidate.faults().size(), candidate.durationMillis()));
    return false;
  }

  private Schedule fewer(Schedule schedule) throws InterruptedException {
    Schedule none = with(schedule, List.of());
    if (!schedule.faults().isEmpty() && fails(none)) {
      return none;
    }
    List<Schedule.Entry> faults = schedule.faults();
    int parts = 2;
    while (faults.size() >= 2) {
      List<Schedule.Entry> smaller = reduce(schedule, faults, Math.min(parts, faults.size()));
      if (smaller.size() < faults.size()) {
        parts = Math.max(2, parts - 1);
        faults = smaller;
      } else if (parts >= faults.size()) {
        break;
      } else {
        parts = Math.min(faults.size(), parts * 2);
      }
    }
    return with(schedule, faults);
  }

  /** One round of ddmin: a part alone, or all but a part. */
  private List<Schedule.Entry> reduce(Schedule schedule, List<Schedule.Entry> faults, int parts)
      throws InterruptedException {
    List<List<Schedule.Entry>> candidates = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int from = faults.size() * part / parts;
      int to = faults.size() * (part + 1) / parts;
      candidates.add(faults.subList(from, to));
    }
    if (parts > 2) {
      for (int part = 0; part < parts; part++) {
        List<Schedule.Entry> rest = new ArrayList<>(faults);
        rest.removeAll(candidates.get(part));
        candidates.add(rest);
      }
    }
    for (List<Schedule.Entry> candidate : candidates) {
      if (candidate.size() < faults.size() && fails(with(schedule, candidate))) {
        return candidate;
      }
    }
    return faults;
  }

  private Schedule shorter(Schedule schedule) throws InterruptedException {
    Schedule smallest = schedule;
    for (int i = 0; i < schedule.faults().size(); i++) {
      while (smallest.faults().get(i).durationMillis() / 2 >= LEAST_FAULT) {
        List<Schedule.Entry> faults = new ArrayList<>(smallest.faults());
        Schedule.Entry entry = faults.get(i);
        faults.set(
            i,
            new Schedule.Entry(
                entry.atMillis(),
                entry.durationMillis() / 2,
                entry.fault(),
                entry.target(),
                entry.nodes(),
                entry.attributes()));
        Schedule candidate = with(smallest, faults);
        if (!fails(candidate)) {
          break;
        }
        smallest = candidate;
      }
    }
    return smallest;
  }

  private Schedule earlierEnd(Schedule schedule) throws InterruptedException {
    long last =
        schedule.faults().stream()
            .mapToLong(entry -> entry.atMillis() + entry.durationMillis())
            .max()
            .orElse(0);
    if (last + TAIL >= schedule.durationMillis()) {
      return schedule;
    }
    Schedule candidate = new Schedule(schedule.seed(), last + TAIL, schedule.faults());
    return fails(candidate) ? candidate : schedule;
  }

  private static Schedule with(Schedule schedule, List<Schedule.Entry> faults) {
    return new Schedule(schedule.seed(), schedule.durationMillis(), faults);
  }
}
