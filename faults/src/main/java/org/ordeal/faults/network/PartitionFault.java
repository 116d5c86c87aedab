package org.ordeal.faults.network;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.Environment;
import org.ordeal.faults.Fault;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.Order;
import org.ordeal.faults.Selection;
import org.ordeal.faults.Target;

/**
 * {@code partition}: what brokers say to each other is swallowed, in some shape; clients and
 * NameServers reach all of them still, which is when two leaders do most harm.
 *
 * <pre>
 *   one              a | b c            a drawn broker is separated from its group
 *   leader           L | b c            the same, with the leader of the moment
 *   halves           a | b c            every group in two parts as equal as can be
 *   bridge           a -- B -- c        two parts of every group that only one broker sees both of
 *   majorities-ring  a&lt;-b&lt;-c&lt;-a         each broker hears a majority, and no two the same one
 *   one-way          a -/-&gt; b c         what a drawn broker says is lost, what it hears is not
 *   nameservers      brokers | ns       no broker and NameServer hear each other
 *   clients          c0 | brokers       a drawn client and the brokers do not hear each other
 * </pre>
 *
 * Shapes after Jepsen's {@code jepsen.nemesis} (bridge, majorities-ring).
 */
public final class PartitionFault implements Fault {

  @Override
  public String name() {
    return "partition";
  }

  @Override
  public String description() {
    return "swallows what brokers of a group say to each other, in some shape";
  }

  @Override
  public List<Target> targets() {
    return List.of(
        new Target("one", "a broker drawn from the seed against the rest of its group"),
        new Target("leader", "the leader of the moment against the rest of its group"),
        new Target("halves", "every group in two parts"),
        new Target("bridge", "every group in two parts, and one broker that hears both"),
        new Target("majorities-ring", "each broker hears a majority, no two the same"),
        new Target("one-way", "what a drawn broker says to its group is lost, not what it hears"),
        new Target("nameservers", "brokers and NameServers do not hear each other"),
        new Target("clients", "a drawn client node and the brokers do not hear each other"));
  }

  @Override
  public List<Attribute> attributes() {
    return List.of();
  }

  @Override
  public Set<Need> needs() {
    return EnumSet.of(Need.NETWORK);
  }

  @Override
  public Optional<String> refusal(List<Member> members, String target) {
    if (targets().stream().noneMatch(known -> known.name().equals(target))) {
      return Optional.of(Selection.unknown(target, targets()));
    }
    if (target.equals("nameservers")) {
      return Selection.refusal(members, target);
    }
    if (target.equals("clients")) {
      return Selection.refusal(members, target);
    }
    int least = target.equals("bridge") || target.equals("majorities-ring") ? 3 : 2;
    for (Map.Entry<String, List<Member>> group : Selection.groups(members).entrySet()) {
      if (group.getValue().size() < least) {
        return Optional.of(
            "A partition of the shape %s needs groups of at least %d brokers; %s has %d."
                .formatted(target, least, group.getKey(), group.getValue().size()));
      }
    }
    return Optional.empty();
  }

  @Override
  public List<String> choose(List<Member> members, String target, RandomGenerator random) {
    return switch (target) {
      case "one", "one-way" -> Selection.choose(members, "one", random);
      case "leader" -> List.of();
      case "clients" -> Selection.choose(members, "client", random);
      case "nameservers" -> Selection.choose(members, "nameservers", random);
      case "halves", "bridge", "majorities-ring" -> {
        // All members in the order that makes the shape: each group's beginning is one part.
        List<String> order = new ArrayList<>();
        for (List<Member> group : Selection.groups(members).values()) {
          order.addAll(Selection.shuffled(group, random));
        }
        yield order;
      }
      default -> throw new IllegalArgumentException(Selection.unknown(target, targets()));
    };
  }

  @Override
  public Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException {
    Map<String, Object> attributes = complete(order.attributes());
    List<Member> members = Selection.members(environment);
    Optional<String> refusal = refusal(members, order.target());
    if (refusal.isPresent()) {
      throw new IllegalArgumentException(refusal.get());
    }
    order.nodes().forEach(environment::target);
    List<String> nodes = order.nodes();
    if (nodes.isEmpty()) {
      Random random = new Random(order.seed());
      nodes =
          order.target().equals("leader")
              ? List.of(Selection.leader(environment, random))
              : choose(members, order.target(), random);
    }
    return LinkInjection.onWays(
        environment,
        order.id(),
        nodes,
        attributes,
        new Effect.Silence(),
        ways(members, order.target(), nodes));
  }

  /** What is cut, given the nodes that {@link #choose} gave. */
  static Set<Way> ways(List<Member> members, String target, List<String> nodes) {
    List<String> brokers =
        Selection.of(members, NodeKind.BROKER).stream().map(Member::name).toList();
    Set<Way> ways = new LinkedHashSet<>();
    switch (target) {
      case "nameservers" -> ways.addAll(Way.between(nodes, brokers));
      case "clients" -> ways.addAll(Way.between(nodes, brokers));
      default -> {
        for (List<Member> group : Selection.groups(members).values()) {
          List<String> names = group.stream().map(Member::name).toList();
          List<String> named = nodes.stream().filter(names::contains).toList();
          if (!named.isEmpty()) {
            ways.addAll(within(names, target, named));
          }
        }
      }
    }
    return ways;
  }

  private static Set<Way> within(List<String> group, String target, List<String> named) {
    Set<Way> ways = new LinkedHashSet<>();
    int size = named.size();
    switch (target) {
      case "one", "leader" -> ways.addAll(Way.between(named, without(group, named)));
      case "halves" ->
          ways.addAll(Way.between(named.subList(0, size / 2), named.subList(size / 2, size)));
      case "bridge" -> {
        List<String> rest = named.subList(1, size);
        int half = rest.size() / 2;
        ways.addAll(Way.between(rest.subList(0, half), rest.subList(half, rest.size())));
      }
      case "majorities-ring" -> {
        int majority = size / 2 + 1;
        for (int first = 0; first < size; first++) {
          List<String> heard = new ArrayList<>();
          for (int next = 0; next < majority; next++) {
            heard.add(named.get((first + next) % size));
          }
          String hearer = heard.get(majority / 2);
          for (String deaf : without(named, heard)) {
            ways.add(new Way(deaf, hearer));
          }
        }
      }
      case "one-way" -> {
        for (String speaker : named) {
          for (String other : without(group, named)) {
            ways.add(new Way(speaker, other));
          }
        }
      }
      default -> throw new IllegalArgumentException("No shape is called '" + target + "'.");
    }
    return ways;
  }

  private static List<String> without(List<String> all, List<String> some) {
    return all.stream().filter(name -> !some.contains(name)).toList();
  }
}
