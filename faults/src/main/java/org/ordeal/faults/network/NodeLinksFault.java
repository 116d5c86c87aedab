package org.ordeal.faults.network;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.ordeal.faults.Environment;
import org.ordeal.faults.Fault;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.Order;
import org.ordeal.faults.Selection;
import org.ordeal.faults.Target;

/** A fault on everything that some nodes say and hear, whoever they talk to. */
abstract class NodeLinksFault implements Fault {

  /** The effect for these attributes. */
  abstract Effect effect(Map<String, Object> attributes);

  @Override
  public List<Target> targets() {
    return Selection.targets();
  }

  @Override
  public Set<Need> needs() {
    return EnumSet.of(Need.NETWORK);
  }

  @Override
  public Optional<String> refusal(List<Member> members, String target) {
    return Selection.refusal(members, target);
  }

  @Override
  public List<String> choose(List<Member> members, String target, RandomGenerator random) {
    return Selection.choose(members, target, random);
  }

  @Override
  public Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException {
    Map<String, Object> attributes = complete(order.attributes());
    List<String> nodes = Selection.resolve(environment, order);
    List<String> everybody = Selection.members(environment).stream().map(Member::name).toList();
    return LinkInjection.onWays(
        environment,
        order.id(),
        nodes,
        attributes,
        effect(attributes),
        Way.between(nodes, everybody));
  }

  static long number(Map<String, Object> attributes, String name) {
    return ((Number) attributes.getOrDefault(name, 0L)).longValue();
  }
}
