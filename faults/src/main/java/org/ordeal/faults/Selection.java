package org.ordeal.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * The selectors that say whom a fault hits.
 *
 * <p>{@code one} and {@code leader} hit a single broker of the whole cluster; {@code minority} and
 * {@code majority} hit that share of every group, as a rack or a data centre that fails would.
 */
public final class Selection {

  /** How long a fault waits for a group to have a leader that it can hit. */
  private static final Duration LEADER_BOUND = Duration.ofSeconds(15);

  private static final long LOOK_NANOS = Duration.ofMillis(50).toNanos();

  private static final List<Target> TARGETS =
      List.of(
          new Target("one", "a broker drawn from the seed"),
          new Target("leader", "the broker that leads a group, drawn from the seed, at the moment"),
          new Target("minority", "the largest minority of every group"),
          new Target("majority", "the smallest majority of every group"),
          new Target("all", "every broker"),
          new Target("nameserver", "a NameServer drawn from the seed"),
          new Target("nameservers", "every NameServer"),
          new Target("client", "a client node drawn from the seed"),
          new Target("clients", "every client node"));

  private Selection() {}

  /** Every selector. */
  public static List<Target> targets() {
    return TARGETS;
  }

  /** Why a selector selects nobody, as a sentence; empty where it selects somebody. */
  public static Optional<String> refusal(List<Member> members, String target) {
    if (TARGETS.stream().noneMatch(known -> known.name().equals(target))) {
      return Optional.of(unknown(target, TARGETS));
    }
    List<Member> candidates = of(members, kind(target));
    if (candidates.isEmpty()) {
      return Optional.of(
          "The target %s selects nobody: the cluster has no %s."
              .formatted(target, kindName(kind(target))));
    }
    if (target.equals("minority")) {
      for (Map.Entry<String, List<Member>> group : groups(members).entrySet()) {
        if (group.getValue().size() < 3) {
          return Optional.of(
              "The target minority needs groups of at least 3 brokers; %s has %d."
                  .formatted(group.getKey(), group.getValue().size()));
        }
      }
    }
    return Optional.empty();
  }

  /** Sentence for a target that a fault does not know. */
  public static String unknown(String target, List<Target> known) {
    return "There is no target '%s'; there are %s."
        .formatted(target, String.join(", ", known.stream().map(Target::name).toList()));
  }

  /** Draws nodes; empty for {@code leader}, which the moment decides. */
  public static List<String> choose(List<Member> members, String target, RandomGenerator random) {
    List<Member> candidates = of(members, kind(target));
    return switch (target) {
      case "one", "nameserver", "client" ->
          List.of(candidates.get(random.nextInt(candidates.size())).name());
      case "leader" -> List.of();
      case "minority" -> share(members, random, size -> (size - 1) / 2);
      case "majority" -> share(members, random, size -> size / 2 + 1);
      case "all", "nameservers", "clients" -> candidates.stream().map(Member::name).toList();
      default -> throw new IllegalArgumentException(unknown(target, TARGETS));
    };
  }

  /**
   * The nodes that an order means, now: those it names, or else those that its target selects.
   *
   * @throws FaultException where it wants a leader and there is none for a while
   * @throws IllegalArgumentException with a sentence, where a name or the target is unknown
   */
  public static List<String> resolve(Environment environment, Order order)
      throws FaultException, InterruptedException {
    if (!order.nodes().isEmpty()) {
      order.nodes().forEach(environment::target);
      return order.nodes();
    }
    List<Member> members = members(environment);
    Optional<String> refusal = refusal(members, order.target());
    if (refusal.isPresent()) {
      throw new IllegalArgumentException(refusal.get());
    }
    Random random = new Random(order.seed());
    return order.target().equals("leader")
        ? List.of(leader(environment, random))
        : choose(members, order.target(), random);
  }

  /** The leader of a group that is drawn; waits a while for there to be one. */
  public static String leader(Environment environment, RandomGenerator random)
      throws FaultException, InterruptedException {
    List<String> groups = new ArrayList<>(groups(members(environment)).keySet());
    return leaderOf(environment, groups.get(random.nextInt(groups.size())));
  }

  /**
   * The leader of a group; waits a while for there to be one.
   *
   * @throws FaultException where there is none for so long
   */
  public static String leaderOf(Environment environment, String group)
      throws FaultException, InterruptedException {
    long deadline = System.nanoTime() + LEADER_BOUND.toNanos();
    while (true) {
      Optional<String> leader = environment.leader(group);
      if (leader.isPresent()) {
        return leader.get();
      }
      if (System.nanoTime() > deadline) {
        throw new FaultException(
            "The group %s has no leader: for %d s no broker claimed to lead it."
                .formatted(group, LEADER_BOUND.toSeconds()));
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** The members of an environment. */
  public static List<Member> members(Environment environment) {
    return environment.targets().stream().map(TargetNode::member).toList();
  }

  /** The members of one kind. */
  public static List<Member> of(List<Member> members, NodeKind kind) {
    return members.stream().filter(member -> member.kind() == kind).toList();
  }

  /** The brokers of each group, by group, in order. */
  public static Map<String, List<Member>> groups(List<Member> members) {
    Map<String, List<Member>> groups = new LinkedHashMap<>();
    for (Member broker : of(members, NodeKind.BROKER)) {
      groups.computeIfAbsent(broker.group(), any -> new ArrayList<>()).add(broker);
    }
    return groups;
  }

  /** The names of some members in an order drawn at random. */
  public static List<String> shuffled(List<Member> members, RandomGenerator random) {
    List<String> names = new ArrayList<>(members.stream().map(Member::name).toList());
    Collections.shuffle(names, Random.from(random));
    return names;
  }

  private static List<String> share(
      List<Member> members,
      RandomGenerator random,
      java.util.function.IntUnaryOperator shareOfSize) {
    List<String> chosen = new ArrayList<>();
    for (List<Member> group : groups(members).values()) {
      chosen.addAll(shuffled(group, random).subList(0, shareOfSize.applyAsInt(group.size())));
    }
    Collections.sort(chosen);
    return chosen;
  }

  private static NodeKind kind(String target) {
    return switch (target) {
      case "nameserver", "nameservers" -> NodeKind.NAMESERVER;
      case "client", "clients" -> NodeKind.CLIENT;
      default -> NodeKind.BROKER;
    };
  }

  private static String kindName(NodeKind kind) {
    return switch (kind) {
      case BROKER -> "broker";
      case NAMESERVER -> "NameServer";
      case CLIENT -> "client node";
    };
  }
}
