package org.ordeal.runner.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Fault;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.Target;
import org.ordeal.history.Schedule;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.ImpossibleException;
import org.ordeal.runner.UsageException;

/** Draws a schedule of faults from a seed. Immutable and safe for use by several threads. */
public final class Planner {

  /** The shortest time that leaves room for one fault between two quiet times. Milliseconds. */
  static final long LEAST_WITH_FAULTS = 6_000;

  private static final long SLOT = 13_000;
  private static final long LEAST_SLOT = 3_000;
  private static final long LONGEST_FAULT = 15_000;

  /** A disk writes metadata back after about 5 s: before that, a cut takes topics away too. */
  private static final long WRITE_BACK = 7_000;

  /**
   * Faults that only weaken: another fault may begin and end while one of these is in force, and
   * the evidence of both stands.
   */
  private static final Set<String> WEAKENING =
      Set.of("latency", "bandwidth", "slow-fsync", "disk-slow", "clock");

  private final FaultCatalogue catalogue;
  private final List<Member> members;
  private final Set<Need> offers;

  /**
   * @param members every node of the cluster
   * @param offers what the runtime can do to them
   */
  public Planner(FaultCatalogue catalogue, List<Member> members, Set<Need> offers) {
    this.catalogue = catalogue;
    this.members = List.copyOf(members);
    this.offers = Set.copyOf(offers);
  }

  /**
   * Draws the schedule.
   *
   * @param seed decides everything that the requests leave open
   * @param durationMillis how long the load runs
   * @throws UsageException for an unknown fault or target, one that this cluster or runtime cannot
   *     take, or a time too short for any
   */
  public Schedule plan(long seed, long durationMillis, List<FaultRequest> requests) {
    List<Chosen> chosen = requests.stream().map(this::choose).toList();
    if (chosen.isEmpty()) {
      return new Schedule(seed, durationMillis, List.of());
    }
    if (durationMillis < LEAST_WITH_FAULTS) {
      throw new UsageException(
          "A load of %d ms leaves no room for faults with quiet time before and after; give --time at least %d ms, or --faults none."
              .formatted(durationMillis, LEAST_WITH_FAULTS));
    }
    SeededRandom random = new SeededRandom(seed);
    List<Act> acts = acts(random.split("order"), chosen, durationMillis);
    List<Schedule.Entry> entries = lay(random, acts, durationMillis);
    entries.sort(
        Comparator.comparingLong(Schedule.Entry::atMillis).thenComparing(Schedule.Entry::fault));
    return new Schedule(seed, durationMillis, entries);
  }

  /**
   * Refuses a schedule that was written by hand, or for another cluster, where it cannot be carried
   * out on this one.
   */
  public void check(Schedule schedule) {
    for (Schedule.Entry entry : schedule.faults()) {
      choose(new FaultRequest(entry.fault(), entry.target(), entry.attributes()));
      for (String node : entry.nodes()) {
        if (members.stream().noneMatch(m -> m.name().equals(node))) {
          throw new UsageException(
              "The schedule hits the node '%s' with %s, and this cluster has only %s."
                  .formatted(
                      node,
                      entry.fault(),
                      String.join(", ", members.stream().map(Member::name).toList())));
        }
      }
      if (entry.atMillis() < 0
          || entry.durationMillis() < 0
          || entry.atMillis() > schedule.durationMillis()) {
        throw new UsageException(
            "The schedule starts %s at %d ms for %d ms, which lies outside of its own load of %d ms."
                .formatted(
                    entry.fault(),
                    entry.atMillis(),
                    entry.durationMillis(),
                    schedule.durationMillis()));
      }
    }
  }

  // ---- which faults, at whom ------------------------------------------------------------------

  /**
   * A request that was found possible.
   *
   * @param target null where each act draws its own
   * @param attributes the value of every attribute
   */
  private record Chosen(
      Fault fault,
      @Nullable String target,
      List<String> candidates,
      Map<String, Object> attributes) {

    Chosen at(String wanted) {
      boolean known = fault.targets().stream().anyMatch(t -> t.name().equals(wanted));
      return known ? new Chosen(fault, wanted, List.of(wanted), attributes) : this;
    }
  }

  private Chosen choose(FaultRequest request) {
    Fault fault = catalogue.named(request.fault());
    Map<String, Object> attributes = complete(fault, request.attributes());
    for (Need need : fault.needs()) {
      if (!offers.contains(need)) {
        String sentence =
            "The fault %s needs %s, which this run cannot have here. %s"
                .formatted(request, words(need), remedy(need));
        throw switch (need) {
          // The machine lacks it: nothing is quietly replaced by a milder fault.
          case DISK, DISK_LINK, CLOCK -> new EnvironmentException(sentence);
          case PROCESS, NETWORK -> new ImpossibleException(sentence);
        };
      }
    }
    List<String> names = fault.targets().stream().map(Target::name).toList();
    if (request.target() != null) {
      if (!names.contains(request.target())) {
        throw UsageException.unknownName("target of " + fault.name(), request.target(), names);
      }
      Optional<String> refusal = fault.refusal(members, request.target());
      if (refusal.isPresent()) {
        throw new ImpossibleException(
            "The fault %s cannot be: %s".formatted(request, refusal.get()));
      }
      return new Chosen(fault, request.target(), List.of(request.target()), attributes);
    }
    List<String> candidates =
        names.stream()
            .filter(n -> !n.equals("all") && !n.contains("nameserver") && !n.contains("client"))
            .filter(n -> fault.refusal(members, n).isEmpty())
            .toList();
    if (candidates.isEmpty()) {
      candidates = names.stream().filter(n -> fault.refusal(members, n).isEmpty()).toList();
    }
    if (candidates.isEmpty()) {
      throw new ImpossibleException(
          "The fault %s cannot be: %s"
              .formatted(request, fault.refusal(members, names.getFirst()).orElse("no target.")));
    }
    return new Chosen(fault, null, candidates, attributes);
  }

  private static String words(Need need) {
    return switch (need) {
      case PROCESS -> "nodes that can be killed, frozen and started";
      case NETWORK -> "a proxy on every link";
      case DISK -> "a fault disk under every broker";
      case DISK_LINK -> "a fault disk under every broker, and a proxy before its storage";
      case CLOCK -> "a clock of its own for every node";
    };
  }

  private static String remedy(Need need) {
    return switch (need) {
      case DISK, DISK_LINK -> "'ordeal doctor' says whether this machine can mount one (FUSE).";
      case CLOCK ->
          "'ordeal doctor' says whether this machine can shift clocks (a C compiler, or the built preload).";
      default -> "See 'ordeal list faults' for the others.";
    };
  }

  // ---- in which order -------------------------------------------------------------------------

  /** What happens in one slot: a fault, perhaps inside another that only weakens. */
  private record Act(Chosen inner, @Nullable Chosen outer) {}

  private static List<Act> acts(SeededRandom random, List<Chosen> chosen, long durationMillis) {
    List<Chosen> openers =
        chosen.stream().filter(c -> c.fault().name().equals("slow-fsync")).toList();
    boolean opens =
        !openers.isEmpty() && chosen.stream().anyMatch(c -> c.fault().name().equals("power-loss"));
    List<Chosen> alone =
        opens ? chosen.stream().filter(c -> !openers.contains(c)).toList() : chosen;
    List<Chosen> weak = alone.stream().filter(Planner::weakening).toList();

    long slots = Math.max(1, middle(durationMillis, chosen) / SLOT);
    long most = Math.max(1, middle(durationMillis, chosen) / LEAST_SLOT);
    slots = Math.min(most, Math.max(slots, alone.size()));
    List<Act> acts = new ArrayList<>();
    List<Chosen> round = new ArrayList<>();
    while (acts.size() < slots) {
      if (round.isEmpty()) {
        round.addAll(random.shuffled(alone));
      }
      Chosen inner = round.removeFirst();
      Chosen outer = null;
      if (opens && inner.fault().name().equals("power-loss")) {
        outer = openers.getFirst();
      } else if (!weakening(inner)
          && !inner.fault().momentary()
          && !weak.isEmpty()
          && random.nextLong(3) == 0) {
        outer = random.pick(weak);
      }
      acts.add(new Act(inner, outer));
    }
    if (alone.size() > slots) {
      throw new UsageException(
          "%d faults do not fit into a load of %d ms: give --time at least %d ms."
              .formatted(
                  alone.size(),
                  durationMillis,
                  durationMillis + (alone.size() - slots + 1) * LEAST_SLOT));
    }
    return acts;
  }

  private static boolean weakening(Chosen chosen) {
    return WEAKENING.contains(chosen.fault().name());
  }

  // ---- at which time --------------------------------------------------------------------------

  private static long before(long durationMillis, List<Chosen> chosen) {
    long before = Math.clamp(durationMillis / 8, 1_000, 10_000);
    boolean cut = chosen.stream().anyMatch(c -> c.fault().name().equals("power-loss"));
    return cut && durationMillis >= 3 * WRITE_BACK ? Math.max(before, WRITE_BACK) : before;
  }

  private static long after(long durationMillis) {
    return Math.clamp(durationMillis / 6, 2_000, 15_000);
  }

  private static long middle(long durationMillis, List<Chosen> chosen) {
    return durationMillis - before(durationMillis, chosen) - after(durationMillis);
  }

  private List<Schedule.Entry> lay(SeededRandom random, List<Act> acts, long durationMillis) {
    List<Chosen> all = new ArrayList<>();
    acts.forEach(
        act -> {
          all.add(act.inner());
          if (act.outer() != null) {
            all.add(act.outer());
          }
        });
    long first = before(durationMillis, all);
    long width = middle(durationMillis, all) / acts.size();
    Map<String, Integer> seen = new TreeMap<>();
    List<Schedule.Entry> entries = new ArrayList<>();
    for (int i = 0; i < acts.size(); i++) {
      Act act = acts.get(i);
      SeededRandom drawn = random.split("act " + i);
      long at = first + i * width + drawn.nextLong(width / 10 + 1);
      long length = Math.min(LONGEST_FAULT, drawn.between(width * 35 / 100, width * 60 / 100));
      if (act.outer() == null) {
        entries.add(entry(drawn.split("inner"), act.inner(), at, length, seen));
        continue;
      }
      boolean disk = act.outer().fault().needs().contains(Need.DISK);
      // Slow syncs need a while until acknowledgements that do not wait for them have piled up.
      long lead = Math.max(opens(act) ? length / 2 : length / 4, 250);
      Schedule.Entry inner =
          entry(drawn.split("inner"), act.inner(), at + lead, length - lead, seen);
      // A node restarts on a disk that works again; links are mended when the node is back, so that
      // both ends of each can bear witness.
      long outerLength = disk ? length - 100 : length + width / 10;
      entries.add(
          act.outer().target() == null && opens(act)
              ? entry(drawn.split("inner"), act.outer().at(inner.target()), at, outerLength, seen)
              : entry(drawn.split("outer"), act.outer(), at, outerLength, seen));
      entries.add(inner);
    }
    return entries;
  }

  /**
   * Slow syncs and a power loss belong together: on the same nodes, or a quorum of the others would
   * acknowledge what the slow one has not synced.
   */
  private static boolean opens(Act act) {
    return act.outer() != null
        && act.outer().fault().name().equals("slow-fsync")
        && act.inner().fault().name().equals("power-loss");
  }

  private Schedule.Entry entry(
      SeededRandom random, Chosen chosen, long at, long length, Map<String, Integer> seen) {
    int before = seen.merge(chosen.fault().name(), 1, Integer::sum) - 1;
    String target = chosen.target();
    if (target == null) {
      // The first time a fault is free to choose it goes for the leader: that is what hurts.
      target =
          before == 0 && chosen.candidates().contains("leader")
              ? "leader"
              : random.pick(chosen.candidates());
    }
    return new Schedule.Entry(
        at,
        chosen.fault().momentary() ? 0 : length,
        chosen.fault().name(),
        target,
        chosen.fault().choose(members, target, random.split("nodes")),
        chosen.attributes());
  }

  private static Map<String, Object> complete(Fault fault, Map<String, Object> given) {
    try {
      return fault.complete(given);
    } catch (IllegalArgumentException refused) {
      throw new UsageException(String.valueOf(refused.getMessage()), refused);
    }
  }
}
