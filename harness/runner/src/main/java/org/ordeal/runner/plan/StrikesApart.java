package org.ordeal.runner.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.ordeal.history.Schedule;
import org.ordeal.runner.promise.Promises;

/**
 * Leaves out strikes at disks that would make another fault of the one that was asked for: such as
 * come so soon after another that the two count as one, and such as are aimed at more or others
 * than the first was, where nobody said at whom.
 *
 * <p>A long load has room for several strikes, and each draws its own member. Where two members
 * forget within a few seconds, a group may lose what it promises to keep when one does: the cell of
 * a matrix would be judged by the promise of its neighbour, and by another one for each length of
 * the load.
 */
public final class StrikesApart {

  private static final Set<String> STRIKES = Set.of("power-loss", "disk-error");

  private StrikesApart() {}

  /** The schedule without them; the first strike of each fault always stays. */
  public static Schedule of(Schedule schedule) {
    List<Schedule.Entry> kept = new ArrayList<>();
    List<Schedule.Entry> leftOut = new ArrayList<>();
    schedule.faults().stream()
        .filter(entry -> STRIKES.contains(entry.fault()))
        .sorted(Comparator.comparingLong(Schedule.Entry::atMillis))
        .forEach(
            entry -> {
              boolean adds = kept.stream().anyMatch(before -> addsTo(before, entry));
              (adds ? leftOut : kept).add(entry);
            });
    List<Schedule.Entry> entries =
        schedule.faults().stream()
            .filter(entry -> !leftOut.contains(entry))
            .filter(entry -> leftOut.stream().noneMatch(strike -> opens(entry, strike)))
            .toList();
    return new Schedule(schedule.seed(), schedule.durationMillis(), entries);
  }

  private static boolean addsTo(Schedule.Entry before, Schedule.Entry entry) {
    boolean same = !entry.nodes().isEmpty() && entry.nodes().equals(before.nodes());
    return before.fault().equals(entry.fault())
        && (!before.target().equals(entry.target()) || (!same && Promises.together(before, entry)));
  }

  /** Slow syncs around a strike are of no use without it. */
  private static boolean opens(Schedule.Entry entry, Schedule.Entry strike) {
    return entry.fault().equals("slow-fsync")
        && entry.atMillis() <= strike.atMillis()
        && strike.atMillis() <= entry.atMillis() + entry.durationMillis();
  }
}
