package org.ordeal.runner.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ordeal.history.Schedule;

/**
 * Holds other members of a group back around a fault of a disk, so that what its members forget can
 * show.
 *
 * <p>A group that replicates by majorities forgives one forgetful member, and even two, as long as
 * the others have everything and are there when a leader is elected. Whether an acknowledgement
 * needed the disk of the member that is struck shows only if they are not: so enough of the others
 * to form a majority with those struck are cut off for a while before the strike, and the rest is
 * frozen from the strike on. The majority that elects the next leader then knows of the last
 * messages only what the struck disks have kept.
 *
 * <pre>
 *   struck         ----------------------|cut|====back==========   votes with what its disk has kept
 *   held back      -----|##### cut off #####|====================   has nothing of the last seconds
 *   the rest       ----------------------|##### frozen #####|----   has everything, and cannot tell
 * </pre>
 *
 * <p>The case is that of the loss of NATS 2.12.1 that Jepsen found: one node that had forgotten,
 * elected, or electing, while another lagged. A system that keeps its promise loses nothing here
 * either: a majority had the messages on disk, and each two majorities share a member.
 */
public final class HeldBack {

  private static final Set<String> OF_DISKS = Set.of("power-loss", "disk-error");
  private static final long LAG = 4_000;

  /** Before the first strike: something must succeed, then another leader may have to be found. */
  private static final long LEAST_BEFORE = 6_500;

  private static final long AFTER_STRIKE = 50;
  private static final long FROZEN_AFTER_RETURN = 5_000;

  private HeldBack() {}

  /**
   * The schedule with the others held back around each fault of a disk that leaves some of the
   * group alone. A fault aimed at whoever leads then is aimed at one member drawn now, since who
   * lags and who is frozen must be told beforehand. Where the first such fault comes too early for
   * the others to have lagged, everything comes later, and the load is as much longer.
   *
   * @param brokers the members of the one group, at least one
   */
  public static Schedule around(Schedule schedule, List<String> brokers) {
    long first =
        schedule.faults().stream()
            .filter(entry -> holds(entry, brokers))
            .mapToLong(Schedule.Entry::atMillis)
            .min()
            .orElse(LEAST_BEFORE);
    long later = Math.max(0, LEAST_BEFORE - first);
    long load = schedule.durationMillis() + later;
    SeededRandom random = new SeededRandom(schedule.seed()).split("held back");
    List<Schedule.Entry> entries = new ArrayList<>();
    for (int i = 0; i < schedule.faults().size(); i++) {
      Schedule.Entry entry = later(schedule.faults().get(i), later);
      if (holds(entry, brokers)) {
        hold(entry, brokers, random.split("entry " + i), load, entries);
      } else {
        entries.add(entry);
      }
    }
    entries.sort(
        Comparator.comparingLong(Schedule.Entry::atMillis).thenComparing(Schedule.Entry::fault));
    return new Schedule(schedule.seed(), load, entries);
  }

  private static boolean holds(Schedule.Entry entry, List<String> brokers) {
    return OF_DISKS.contains(entry.fault())
        && brokers.size() > 1
        && entry.nodes().size() < brokers.size();
  }

  private static Schedule.Entry later(Schedule.Entry entry, long millis) {
    return new Schedule.Entry(
        entry.atMillis() + millis,
        entry.durationMillis(),
        entry.fault(),
        entry.target(),
        entry.nodes(),
        entry.attributes());
  }

  private static void hold(
      Schedule.Entry entry,
      List<String> brokers,
      SeededRandom random,
      long loadMillis,
      List<Schedule.Entry> entries) {
    List<String> drawn = random.shuffled(brokers);
    Schedule.Entry strike = entry;
    if (entry.nodes().isEmpty()) {
      strike =
          new Schedule.Entry(
              entry.atMillis(),
              entry.durationMillis(),
              entry.fault(),
              "one",
              drawn.subList(0, 1),
              entry.attributes());
    }
    entries.add(strike);
    List<String> others = new ArrayList<>(drawn);
    others.removeAll(strike.nodes());
    int majority = brokers.size() / 2 + 1;
    int lagging =
        strike.nodes().size() >= majority ? others.size() : majority - strike.nodes().size();
    long at = strike.atMillis();
    long from = Math.max(0, at - LAG);
    long until = at + strike.durationMillis() / 2;
    for (String node : others.subList(0, lagging)) {
      entries.add(entry(from, until, "partition", node));
    }
    long frozen = at + AFTER_STRIKE;
    long thawed = Math.min(loadMillis, at + strike.durationMillis() + FROZEN_AFTER_RETURN);
    for (String node : others.subList(lagging, others.size())) {
      entries.add(entry(frozen, Math.max(thawed, frozen + 1), "pause", node));
    }
  }

  private static Schedule.Entry entry(long from, long until, String fault, String node) {
    return new Schedule.Entry(from, until - from, fault, "one", List.of(node), Map.of());
  }
}
