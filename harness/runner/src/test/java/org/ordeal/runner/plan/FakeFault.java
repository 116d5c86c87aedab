package org.ordeal.runner.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.Environment;
import org.ordeal.faults.Evidence;
import org.ordeal.faults.Fault;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.Order;
import org.ordeal.faults.Target;

/**
 * A fault that touches nothing, for tests of what stands around faults.
 *
 * @param inForce run while it is in force, just before it is healed
 */
public record FakeFault(
    String name,
    Set<Need> needs,
    List<String> targetNames,
    boolean momentary,
    Conduct conduct,
    Runnable inForce)
    implements Fault {

  /** How it behaves when injected. */
  public enum Conduct {
    TAKES,
    LEAVES_NO_EVIDENCE,
    CANNOT_BE_INJECTED,
    CANNOT_BE_HEALED
  }

  public FakeFault(
      String name, Set<Need> needs, List<String> targetNames, boolean momentary, Conduct conduct) {
    this(name, needs, targetNames, momentary, conduct, () -> {});
  }

  public static FakeFault of(String name, Need need, String... targets) {
    return new FakeFault(name, Set.of(need), List.of(targets), false, Conduct.TAKES);
  }

  public FakeFault that(Conduct other) {
    return new FakeFault(name, needs, targetNames, momentary, other, inForce);
  }

  /** Kill, pause, partition, latency, power loss and slow fsync, as far as planning goes. */
  public static List<Fault> several() {
    return Stream.of(
            of("kill", Need.PROCESS, "one", "leader", "minority", "majority", "all", "nameserver"),
            of("pause", Need.PROCESS, "one", "leader", "all"),
            of("partition", Need.NETWORK, "one", "leader", "halves", "one-way"),
            of("latency", Need.NETWORK, "one", "leader"),
            of("power-loss", Need.DISK, "one", "majority", "all"),
            of("slow-fsync", Need.DISK, "all"),
            new FakeFault(
                "restart", Set.of(Need.PROCESS), List.of("one", "leader"), true, Conduct.TAKES))
        .sorted(Comparator.comparing(FakeFault::name))
        .map(Fault.class::cast)
        .toList();
  }

  public static List<Member> members(int brokers) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < brokers; i++) {
      members.add(new Member("n" + i, NodeKind.BROKER, "g0"));
    }
    members.add(new Member("ns0", NodeKind.NAMESERVER, "nameserver"));
    members.add(new Member("c0", NodeKind.CLIENT, "client"));
    return members;
  }

  @Override
  public String description() {
    return "Touches nothing.";
  }

  @Override
  public List<Target> targets() {
    return targetNames.stream().map(n -> new Target(n, n)).toList();
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(Attribute.number("latency_ms", "how slow", 100, 1, 1000));
  }

  @Override
  public Optional<String> refusal(List<Member> members, String target) {
    long brokers = members.stream().filter(m -> m.kind() == NodeKind.BROKER).count();
    return target.equals("halves") && brokers < 2
        ? Optional.of("One broker cannot be parted into halves.")
        : Optional.empty();
  }

  @Override
  public List<String> choose(List<Member> members, String target, RandomGenerator random) {
    List<String> brokers =
        members.stream().filter(m -> m.kind() == NodeKind.BROKER).map(Member::name).toList();
    return switch (target) {
      case "leader" -> List.of();
      case "all" -> brokers;
      case "majority" -> brokers.subList(0, brokers.size() / 2 + 1);
      case "nameserver" -> List.of("ns0");
      default -> List.of(brokers.get(random.nextInt(brokers.size())));
    };
  }

  @Override
  public Injection inject(Environment environment, Order order) throws FaultException {
    if (conduct == Conduct.CANNOT_BE_INJECTED) {
      throw new FaultException("Nobody would hold still.");
    }
    long start = environment.nanos();
    List<String> nodes = order.nodes().isEmpty() ? List.of("n0") : order.nodes();
    Map<String, Object> attributes = complete(order.attributes());
    return new Injection() {
      private volatile boolean healed;

      @Override
      public List<String> nodes() {
        return nodes;
      }

      @Override
      public Map<String, Object> attributes() {
        return attributes;
      }

      @Override
      public long startNanos() {
        return start;
      }

      @Override
      public void heal() throws FaultException {
        if (conduct == Conduct.CANNOT_BE_HEALED) {
          throw new FaultException("It would not go away.");
        }
        inForce.run();
        healed = true;
      }

      @Override
      public boolean healed() {
        return healed || momentary;
      }

      @Override
      public boolean took() {
        return conduct != Conduct.LEAVES_NO_EVIDENCE;
      }

      @Override
      public List<Evidence> evidence() {
        return took() ? List.of(new Evidence(start, nodes.getFirst(), "It was seen.")) : List.of();
      }
    };
  }
}
