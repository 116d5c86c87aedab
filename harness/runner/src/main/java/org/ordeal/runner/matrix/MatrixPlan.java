package org.ordeal.runner.matrix;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ordeal.runner.UsageException;

/**
 * What a matrix is to measure: {@code plan.json} of its directory. Without it nobody could tell a
 * run that was never carried out from one that was never wanted.
 *
 * @param system the system under test
 * @param configuration what all runs have in common, as a line for people; entries are summed up
 *     only where it is equal
 * @param runs of the whole matrix, on however many machines, each once
 * @param shard this machine's share, from 1
 * @param shards how many machines share the matrix; every {@code shards}-th run is this one's
 */
public record MatrixPlan(
    String system, String configuration, List<MatrixRun> runs, int shard, int shards) {

  public MatrixPlan {
    // A word given twice makes no more evidence.
    runs = List.copyOf(new LinkedHashSet<>(runs));
    checkShare(shard, shards);
  }

  /**
   * Refuses a share that there is not.
   *
   * @throws UsageException with a sentence
   */
  public static void checkShare(int shard, int shards) {
    if (shard < 1 || shard > shards) {
      throw new UsageException(
          "--shard %d/%d names no shard: write 1/%d to %d/%d."
              .formatted(shard, shards, shards, shards, shards));
    }
  }

  /** The runs of this machine's share. */
  public List<MatrixRun> share() {
    return IntStream.range(0, runs.size())
        .filter(i -> i % shards == shard - 1)
        .mapToObj(runs::get)
        .toList();
  }

  /** Whether the entries of both may be summed up together. */
  boolean measuresAs(MatrixPlan other) {
    return configuration.equals(other.configuration);
  }

  /** The same, on one machine. */
  MatrixPlan whole() {
    return new MatrixPlan(system, configuration, runs, 1, 1);
  }

  /** The runs of both, in the place of this; of two shares of one matrix, the whole matrix. */
  MatrixPlan with(MatrixPlan other) {
    Set<MatrixRun> both = new LinkedHashSet<>(runs);
    both.addAll(other.runs);
    boolean same = shard == other.shard && shards == other.shards;
    return new MatrixPlan(
        system, configuration, List.copyOf(both), same ? shard : 1, same ? shards : 1);
  }
}
