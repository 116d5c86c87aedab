package org.ordeal.checks.linearizability;

import java.util.BitSet;
import java.util.List;
import org.ordeal.checks.linearizability.Decision.Configuration;

/**
 * Why a partition is not linearizable, in as few operations as possible.
 *
 * <p>Deleting an operation from a history can make it fail for no good reason: a read of a value
 * whose write was deleted. So operations are <em>loosened</em> instead: an observer is left out,
 * any other one may take effect at any time, or never. A history that fails although all but a few
 * operations were loosened fails because of these few. The loosened ones that bear on the few are
 * kept to be shown, since they say where a value comes from.
 *
 * @param failing row of the completion at which no linearization is left
 * @param kept rows that cannot be put in order, the failing one included
 * @param loosened rows that explain the kept ones, at whatever time they took effect
 * @param reason one clause
 * @param algorithm the algorithm that found it
 * @param configurations what the object could be like just before
 * @param minimal whether every kept row was tried and found necessary
 */
record Counterexample(
    int failing,
    BitSet kept,
    BitSet loosened,
    String reason,
    String algorithm,
    List<Configuration> configurations,
    boolean minimal) {

  private static final long MOST_NANOS = 3_000_000_000L;
  private static final int MOST_LOOSENED_SHOWN = 24;
  private static final int MOST_ROWS_FOR_CONFIGURATIONS = 400;

  /** Finds the counterexample of a partition that was decided to fail. */
  static Counterexample find(Partition partition, Decision decision, Limits limits) {
    return new Search(partition, limits.part(Math.max(limits.leftNanos() / 2, MOST_NANOS / 30)))
        .run(decision);
  }

  /** The search for one counterexample. */
  private static final class Search {
    private final Partition partition;
    private final Limits limits;
    private final long startNanos = System.nanoTime();

    Search(Partition partition, Limits limits) {
      this.partition = partition;
      this.limits = limits;
    }

    private boolean inTime() {
      return System.nanoTime() - startNanos < MOST_NANOS && limits.leftNanos() > 0;
    }

    private Decision decide(Partition candidate) {
      long left = MOST_NANOS - (System.nanoTime() - startNanos);
      return FrontierEngine.decideBest(candidate, limits.part(Math.max(left / 4, 1_000_000)));
    }

    Counterexample run(Decision decision) {
      int failedAt = firstFailure(decision);
      Partition prefix = partition.prefix(failedAt);
      int failing = 0;
      while (failing < prefix.size && prefix.ret[failing] != failedAt) {
        failing++;
      }
      BitSet dropped = new BitSet(prefix.size);
      Decision found = decide(prefix);
      boolean minimal = false;
      if (found.failed() && failing < prefix.size) {
        found = narrow(prefix, failing, dropped, decision, found);
        minimal = inTime();
      }
      BitSet kept = new BitSet(prefix.size);
      kept.set(0, prefix.size);
      kept.andNot(dropped);
      BitSet shown = explaining(prefix, kept, dropped);
      List<Configuration> configurations = configurations(prefix, kept, dropped, shown);
      return new Counterexample(
          failing < prefix.size ? prefix.originOf(failing) : -1,
          origins(prefix, kept),
          origins(prefix, shown),
          found.failed() ? found.reason() : decision.reason(),
          decision.algorithm(),
          configurations,
          minimal);
    }

    /**
     * The earliest position by which no linearization is left: failing is for good. An engine that
     * walks through the history knows what open operations will return, so it can fail earlier, but
     * never later.
     */
    private int firstFailure(Decision decision) {
      int early = decision.failedAt();
      if (early >= 0 && decide(partition.prefix(early)).failed()) {
        return early;
      }
      int high = partition.length - 1;
      int latest = -1;
      for (int row : decision.rows()) {
        if (partition.completed(row)) {
          latest = Math.max(latest, partition.ret[row]);
        }
      }
      if (latest > early && latest < high && decide(partition.prefix(latest)).failed()) {
        high = latest;
      }
      int low = early + 1;
      while (low < high && inTime()) {
        int middle = (low + high) >>> 1;
        if (decide(partition.prefix(middle)).failed()) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return high;
    }

    /** Loosens as much as possible; returns the decision on what is left. */
    private Decision narrow(
        Partition prefix, int failing, BitSet dropped, Decision decision, Decision whole) {
      Decision found = whole;
      BitSet suspects = rowsOf(prefix, decision.rows());
      suspects.or(rowsIn(whole));
      suspects.set(failing);
      BitSet others = new BitSet(prefix.size);
      others.set(0, prefix.size);
      others.andNot(suspects);
      Decision fewer = decide(prefix.loosened(others));
      if (fewer.failed()) {
        dropped.or(others);
        found = fewer;
      }
      int chunk = Integer.highestOneBit(Math.max(1, prefix.size - dropped.cardinality()));
      while (chunk >= 1 && inTime()) {
        boolean progress = false;
        int row = dropped.nextClearBit(0);
        while (row < prefix.size && inTime()) {
          BitSet candidate = (BitSet) dropped.clone();
          int count = 0;
          while (row < prefix.size && count < chunk) {
            if (row != failing) {
              candidate.set(row);
              count++;
            }
            row = dropped.nextClearBit(row + 1);
          }
          if (count == 0) {
            break;
          }
          fewer = decide(prefix.loosened(candidate));
          if (fewer.failed()) {
            dropped.or(candidate);
            found = fewer;
            progress = true;
          }
        }
        if (chunk > 1 || !progress) {
          chunk /= 2;
        }
      }
      return found;
    }

    private static BitSet rowsIn(Decision decision) {
      BitSet rows = new BitSet();
      decision.rows().forEach(rows::set);
      return rows;
    }

    /** The rows of the prefix that are the given rows of the whole partition. */
    private static BitSet rowsOf(Partition prefix, List<Integer> origins) {
      BitSet wanted = new BitSet();
      origins.forEach(wanted::set);
      BitSet rows = new BitSet(prefix.size);
      for (int row = 0; row < prefix.size; row++) {
        if (wanted.get(prefix.originOf(row))) {
          rows.set(row);
        }
      }
      return rows;
    }

    private static BitSet explaining(Partition prefix, BitSet kept, BitSet dropped) {
      BitSet shown = new BitSet(prefix.size);
      Cells cells = new Cells();
      int count = 0;
      for (int row = dropped.nextSetBit(0);
          row >= 0 && count < MOST_LOOSENED_SHOWN;
          row = dropped.nextSetBit(row + 1)) {
        cells.set(prefix.f[row], prefix.a[row], prefix.b[row]);
        if (!prefix.model.observer(cells) && related(prefix, row, kept)) {
          shown.set(row);
          count++;
        }
      }
      return shown;
    }

    private static boolean related(Partition prefix, int row, BitSet kept) {
      for (int other = kept.nextSetBit(0); other >= 0; other = kept.nextSetBit(other + 1)) {
        if (prefix.model.related(prefix, row, other)) {
          return true;
        }
      }
      return false;
    }

    private List<Configuration> configurations(
        Partition prefix, BitSet kept, BitSet dropped, BitSet shown) {
      Partition few = prefix.loosened(dropped);
      if (few.size > MOST_ROWS_FOR_CONFIGURATIONS) {
        BitSet rows = (BitSet) kept.clone();
        rows.or(shown);
        BitSet loose = (BitSet) shown.clone();
        few = loosenedOnly(prefix, rows, loose);
      }
      Decision decision = FrontierEngine.decide(few, false, limits.part(500_000_000L));
      return decision.failed() ? decision.configurations() : List.of();
    }

    private static Partition loosenedOnly(Partition prefix, BitSet rows, BitSet loose) {
      BitSet looseAmongRows = new BitSet();
      int at = 0;
      for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
        looseAmongRows.set(at++, loose.get(row));
      }
      return prefix.only(rows).loosened(looseAmongRows);
    }

    private static BitSet origins(Partition prefix, BitSet rows) {
      BitSet origins = new BitSet();
      rows.stream().map(prefix::originOf).forEach(origins::set);
      return origins;
    }
  }

  /** All rows that are shown. */
  BitSet rows() {
    BitSet rows = (BitSet) kept.clone();
    rows.or(loosened);
    return rows;
  }
}
