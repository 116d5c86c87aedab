package org.ordeal.checks.log;

import java.util.Map;
import org.ordeal.history.CheckResult;

/**
 * The figures of a {@code durability} or {@code log} result under the names that {@code
 * results.json} gives them.
 *
 * @param attempted sends invoked
 * @param acknowledged sends acknowledged in full
 * @param weaker sends acknowledged weakly
 * @param failed sends that certainly failed
 * @param indeterminate sends of unknown outcome, those never completed included
 * @param lost acknowledged, gone
 * @param unreadable acknowledged, on disk or found later, not returned
 * @param duplicated at two places, not by the client's doing
 * @param recovered indeterminate, but found
 * @param unexpected read, never sent
 * @param divergent offsets that nodes serve differently
 * @param undecided acknowledged, not found, but not every node could be read
 */
public record LogCounts(
    long attempted,
    long acknowledged,
    long weaker,
    long failed,
    long indeterminate,
    long lost,
    long unreadable,
    long duplicated,
    long recovered,
    long unexpected,
    long divergent,
    long undecided) {

  /** The figures of a result. */
  public static LogCounts of(CheckResult result) {
    Map<String, Long> counts = result.counts();
    return new LogCounts(
        counts.getOrDefault("attempted", 0L),
        counts.getOrDefault("acknowledged", 0L),
        counts.getOrDefault("weaker", 0L),
        counts.getOrDefault("failed", 0L),
        counts.getOrDefault("indeterminate", 0L),
        counts.getOrDefault("lost", 0L),
        counts.getOrDefault("unreadable", 0L),
        counts.getOrDefault("duplicate", 0L),
        counts.getOrDefault("unseen-recovered", 0L),
        counts.getOrDefault("unexpected", 0L),
        counts.getOrDefault("divergence", 0L),
        counts.getOrDefault("undecided", 0L));
  }
}
