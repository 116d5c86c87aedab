package org.ordeal.runner.promise;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ordeal.faults.storage.DiskErrorFault;
import org.ordeal.faults.storage.DiskLinkFault;
import org.ordeal.history.Schedule;
import org.ordeal.runner.UsageException;

/** The table of promises: topology x flush mode x strike. */
public final class Promises {

  /**
   * Power losses and disk errors of several nodes this close together count as one: within it a
   * system's background flush (500 ms in RocketMQ, 10 ms in DLedger) plus a restart need not have
   * made safe again what the first loss took. Milliseconds.
   */
  static final long TOGETHER_MILLIS = 15_000;

  private Promises() {}

  /**
   * The promise of a configuration under the faults of a schedule: that of its worst strike.
   *
   * @param groups the broker groups, each the names of its replicas
   */
  public static Promise documented(
      Configuration configuration, Schedule schedule, List<List<String>> groups) {
    Set<Strike> strikes = strikes(schedule, groups);
    Set<Strike> costly = EnumSet.noneOf(Strike.class);
    strikes.stream().filter(s -> !of(configuration, s).keeps()).forEach(costly::add);
    Set<String> under = new LinkedHashSet<>();
    (costly.isEmpty() ? strikes : costly)
        .stream().filter(s -> s != Strike.NONE).sorted().map(Strike::words).forEach(under::add);
    if (costly.isEmpty()) {
      // Faults that touch nothing that is stored are promised to be survived as well: by name.
      schedule.faults().stream()
          .filter(entry -> missesBrokers(entry) || strike(entry) == Strike.NONE)
          .map(entry -> entry.fault() + (missesBrokers(entry) ? " of " + entry.target() : ""))
          .sorted()
          .forEach(under::add);
    }
    return promise(
        configuration,
        costly.isEmpty(),
        under.isEmpty() ? Strike.NONE.words() : and(List.copyOf(under)));
  }

  private static String and(List<String> words) {
    return words.size() == 1
        ? words.getFirst()
        : String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
  }

  /**
   * The promise that {@code --require} asks for.
   *
   * @param require {@code documented}, {@code keeps} or {@code none}
   * @throws UsageException for another word
   */
  public static Promise required(String require, Promise documented) {
    return switch (require) {
      case "documented" -> documented;
      case "keeps" ->
          documented.keeps()
              ? documented
              : new Promise(
                  true,
                  "Required by --require keeps: no acknowledged message may be lost. (Documented: "
                      + documented.sentence()
                      + ")");
      case "none" ->
          new Promise(
              false,
              true,
              "Waived by --require none: losses are permitted. (Documented: "
                  + documented.sentence()
                  + ")");
      default ->
          throw UsageException.unknownName(
              "requirement", require, List.of("documented", "keeps", "none"));
    };
  }

  /** One cell of the table. */
  public static Promise of(Configuration configuration, Strike strike) {
    boolean keeps =
        switch (configuration.topology()) {
          case "single" -> single(configuration, strike);
          case "dledger" -> dledger(configuration, strike);
          case "async-master" -> asyncMaster(configuration, strike);
          case "sync-master" -> syncMaster(configuration, strike);
          case "controller" -> controller(configuration, strike);
          default ->
              throw UsageException.unknownName(
                  "topology",
                  configuration.topology(),
                  List.of("single", "dledger", "async-master", "sync-master", "controller"));
        };
    return promise(configuration, keeps, strike.words());
  }

  private static Promise promise(Configuration configuration, boolean keeps, String under) {
    String name =
        "%s with %s"
            .formatted(
                configuration.topology(), configuration.sync() ? "SYNC_FLUSH" : "ASYNC_FLUSH");
    return new Promise(
        keeps,
        keeps
            ? "%s keeps every acknowledged message under %s.".formatted(name, under)
            : "%s may lose acknowledged messages under %s.".formatted(name, under));
  }

  private static boolean single(Configuration configuration, Strike strike) {
    return switch (strike) {
      case NONE, KILL_ONE, KILL_ALL -> true;
      case DISK_ERROR, DISK_ERROR_MANY, POWER_ONE, POWER_MANY -> configuration.sync();
      case DISK_CORRUPT, DISK_LOST -> false;
    };
  }

  private static boolean dledger(Configuration configuration, Strike strike) {
    return switch (strike) {
      case NONE, KILL_ONE, KILL_ALL -> true;
      case DISK_ERROR, DISK_ERROR_MANY, POWER_ONE, POWER_MANY, DISK_LOST -> configuration.sync();
      // A replica that rolls back what it acknowledged may vote for one that never had it.
      case DISK_CORRUPT -> false;
    };
  }

  private static boolean asyncMaster(Configuration configuration, Strike strike) {
    return switch (strike) {
      case NONE, KILL_ONE, KILL_ALL -> true; // the master comes back with its page cache
      case DISK_ERROR, DISK_ERROR_MANY, POWER_ONE, POWER_MANY -> configuration.sync();
      case DISK_CORRUPT, DISK_LOST -> false;
    };
  }

  private static boolean syncMaster(Configuration configuration, Strike strike) {
    return switch (strike) {
      case NONE, KILL_ONE, KILL_ALL, DISK_LOST -> true;
      case DISK_ERROR, POWER_ONE -> true; // the other has it in memory, where it is not hit too
      case DISK_ERROR_MANY, POWER_MANY -> configuration.sync();
      case DISK_CORRUPT -> false;
    };
  }

  /**
   * A controller group promises what sync-master does for the set that must acknowledge; where an
   * acknowledgement needs the master alone, a fail-over may leave its tail behind.
   */
  private static boolean controller(Configuration configuration, Strike strike) {
    boolean replicated =
        configuration.on("allAckInSyncStateSet")
            || (Integer.parseInt(configuration.properties().getOrDefault("inSyncReplicas", "1")) > 1
                && !configuration.on("enableAutoInSyncReplicas"));
    boolean unclean = configuration.on("enableElectUncleanMaster");
    if (strike == Strike.NONE) {
      return true;
    }
    return replicated && !unclean && syncMaster(configuration, strike);
  }

  /** What a schedule does to the worst-hit group, one entry a fault. */
  static Set<Strike> strikes(Schedule schedule, List<List<String>> groups) {
    Set<Strike> strikes = EnumSet.noneOf(Strike.class);
    List<Schedule.Entry> forgetting = new ArrayList<>();
    for (Schedule.Entry entry : schedule.faults()) {
      if (missesBrokers(entry)) {
        continue;
      }
      Strike strike = strike(entry);
      if (strike == Strike.POWER_ONE || strike == Strike.DISK_ERROR) {
        forgetting.add(entry);
      } else if (strike == Strike.KILL_ONE
          && !entry.fault().equals("rolling-restart")
          && hits(entry, groups) > 1) {
        strikes.add(Strike.KILL_ALL);
      } else {
        strikes.add(strike);
      }
    }
    for (int i = 0; i < forgetting.size(); i++) {
      Schedule.Entry one = forgetting.get(i);
      int most = hits(one, groups);
      for (int j = 0; j < forgetting.size(); j++) {
        Schedule.Entry other = forgetting.get(j);
        if (i != j && together(one, other)) {
          most = Math.max(most, union(one, other, groups));
        }
      }
      strikes.add(most > 1 ? ofMany(strike(one)) : strike(one));
    }
    return strikes;
  }

  private static Strike ofMany(Strike one) {
    return one == Strike.DISK_ERROR ? Strike.DISK_ERROR_MANY : Strike.POWER_MANY;
  }

  /** What an entry does to a replica, where it hits only one. */
  private static Strike strike(Schedule.Entry entry) {
    return switch (entry.fault()) {
      case "kill", "restart", "rolling-restart" -> Strike.KILL_ONE;
      case "power-loss" -> Strike.POWER_ONE;
      case "disk-error" -> diskError(entry.attributes());
      case "disk-link" ->
          new DiskLinkFault().failsRequests(entry.attributes()) ? Strike.DISK_ERROR : Strike.NONE;
      case "bit-flip", "truncate", "stale-restore" -> Strike.DISK_CORRUPT;
      case "disk-loss" -> Strike.DISK_LOST;
      default -> Strike.NONE;
    };
  }

  /** Of reads that fail nothing is forgotten, unless the disk is then replaced. */
  private static Strike diskError(Map<String, Object> attributes) {
    DiskErrorFault fault = new DiskErrorFault();
    if (fault.mayForget(attributes)) {
      return Strike.DISK_ERROR;
    }
    return fault.kills(attributes) ? Strike.KILL_ONE : Strike.NONE;
  }

  private static boolean missesBrokers(Schedule.Entry entry) {
    return entry.target().startsWith("nameserver")
        || entry.target().startsWith("client")
        || (!entry.nodes().isEmpty()
            && entry.nodes().stream().allMatch(n -> n.startsWith("ns") || n.matches("c\\d+")));
  }

  /** Whether two strikes are so near each other that they count as one. */
  public static boolean together(Schedule.Entry one, Schedule.Entry other) {
    return Math.abs(one.atMillis() - other.atMillis())
        <= TOGETHER_MILLIS + Math.max(one.durationMillis(), other.durationMillis());
  }

  private static int union(Schedule.Entry a, Schedule.Entry b, List<List<String>> groups) {
    if (a.nodes().isEmpty() || b.nodes().isEmpty()) {
      return 2; // who is hit is not known beforehand: it may be two different ones
    }
    Set<String> nodes = new HashSet<>(a.nodes());
    nodes.addAll(b.nodes());
    return groups.stream().mapToInt(g -> inBoth(g, nodes)).max().orElse(nodes.size());
  }

  /** How many replicas of one group an entry hits at once, at most. */
  private static int hits(Schedule.Entry entry, List<List<String>> groups) {
    if (!entry.nodes().isEmpty()) {
      return groups.stream().mapToInt(g -> inBoth(g, entry.nodes())).max().orElse(1);
    }
    int size = groups.stream().mapToInt(List::size).max().orElse(1);
    return switch (entry.target()) {
      case "all" -> size;
      case "majority" -> size / 2 + 1;
      case "minority" -> Math.max(1, (size - 1) / 2);
      default -> 1;
    };
  }

  private static int inBoth(List<String> group, Collection<String> nodes) {
    return (int) group.stream().filter(nodes::contains).count();
  }
}
