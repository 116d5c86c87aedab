package org.ordeal.runner.matrix;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.ordeal.runner.UsageException;

/** Puts the shares of several machines together. */
public final class MatrixMerge {

  private static final Comparator<MatrixEntry> BY_HARM =
      Comparator.comparingInt(MatrixMerge::weight)
          .thenComparingInt(MatrixEntry::unrecovered)
          .thenComparingLong(MatrixEntry::lost);

  private MatrixMerge() {}

  /**
   * Merges into a directory. Of several entries of one run the worst stays: a promise that was
   * broken once is broken, whatever another attempt came to; what was conclusive outweighs what was
   * not; of one verdict, the more that did not come back, then the more that was lost, the worse.
   * What the target holds already counts as one more share.
   *
   * @throws UsageException where a source is no matrix, or one of another configuration; nothing is
   *     written then
   */
  public static void into(MatrixDirectory target, List<Path> sources) {
    Merged merged = merged(target, sources);
    target.replace(merged.plan());
    merged.entries().forEach(target::put);
  }

  /**
   * Refuses what cannot be merged, and writes nothing.
   *
   * @throws UsageException where a source is no matrix, or one of another configuration
   */
  public static void check(MatrixDirectory target, List<Path> sources) {
    var _ = merged(target, sources);
  }

  private record Merged(MatrixPlan plan, Collection<MatrixEntry> entries) {}

  private static Merged merged(MatrixDirectory target, List<Path> sources) {
    Set<Path> places = new LinkedHashSet<>();
    sources.forEach(source -> places.add(absolute(source)));
    if (target.plan().isPresent()) {
      places.add(absolute(target.path()));
    } else if (target.size() > 0) {
      throw new UsageException(
          "%s holds entries and no plan.json, so that nobody can tell what they are of: give another --dir."
              .formatted(target.path()));
    }
    List<MatrixPlan> plans = new ArrayList<>();
    Map<MatrixRun, MatrixEntry> merged = new LinkedHashMap<>();
    Path base = absolute(target.path());
    for (Path place : places) {
      MatrixDirectory source = new MatrixDirectory(place);
      MatrixPlan plan = source.requirePlan().whole();
      if (!plans.isEmpty() && !plan.measuresAs(plans.getFirst())) {
        throw new UsageException(
            "%s cannot be merged: it is of another configuration (%s) than %s (%s)."
                .formatted(
                    place,
                    plan.configuration(),
                    places.iterator().next(),
                    plans.getFirst().configuration()));
      }
      plans.add(plan);
      for (MatrixRun run : plan.runs()) {
        source
            .entry(run, plan.configuration())
            .map(entry -> entry.seenFrom(base, place))
            .ifPresent(entry -> merged.merge(run, entry, BinaryOperator.maxBy(BY_HARM)));
      }
    }
    return new Merged(plans.stream().reduce(MatrixPlan::with).orElseThrow(), merged.values());
  }

  private static int weight(MatrixEntry entry) {
    return switch (entry.verdict()) {
      case null -> 0;
      case UNKNOWN -> 1;
      case PASS -> 2;
      case FAIL -> 3;
    };
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
