package org.ordeal.faults.process;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.Fault;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.Selection;
import org.ordeal.faults.Target;

/** What all faults of processes have in common: they hit nodes, by selector. */
abstract class ProcessFault implements Fault {

  @Override
  public List<Target> targets() {
    return Selection.targets();
  }

  @Override
  public List<Attribute> attributes() {
    return List.of();
  }

  @Override
  public Set<Need> needs() {
    return EnumSet.of(Need.PROCESS);
  }

  @Override
  public Optional<String> refusal(List<Member> members, String target) {
    return Selection.refusal(members, target);
  }

  @Override
  public List<String> choose(List<Member> members, String target, RandomGenerator random) {
    return Selection.choose(members, target, random);
  }
}
