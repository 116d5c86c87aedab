package org.ordeal.faults.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ordeal.faults.Environment;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.Order;
import org.ordeal.faults.Selection;
import org.ordeal.faults.TargetNode;

/** {@code restart}: nodes end in order (SIGTERM), all at once, and are started again. */
public final class RestartFault extends ProcessFault {

  @Override
  public String name() {
    return "restart";
  }

  @Override
  public String description() {
    return "stops nodes in order, all at once, and starts them again at once";
  }

  @Override
  public boolean momentary() {
    return true;
  }

  @Override
  public Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException {
    Map<String, Object> attributes = complete(order.attributes());
    Restarting restarting =
        new Restarting(environment, order.id(), Selection.resolve(environment, order), attributes);
    restarting.strike(List.of(restarting.hit()));
    return restarting;
  }

  /** Waves of nodes that are restarted one wave after the other. */
  static final class Restarting extends ProcessInjection {

    Restarting(
        Environment environment, String id, List<String> nodes, Map<String, Object> attributes) {
      super(environment, id, nodes, attributes);
    }

    void strike(List<? extends List<TargetNode>> waves)
        throws FaultException, InterruptedException {
      began();
      boolean all = true;
      for (List<TargetNode> wave : waves) {
        List<Long> before = pids(wave);
        wave.forEach(node -> log.add(node.name(), "before: " + node.stateEvidence()));
        onEach(wave, TargetNode::stop);
        wave.forEach(node -> log.add(node.name(), "after SIGTERM: " + node.stateEvidence()));
        onEach(wave, TargetNode::start);
        awaitServing(wave);
        List<Long> after = pids(wave);
        for (int i = 0; i < wave.size(); i++) {
          all &= before.get(i) >= 0 && after.get(i) >= 0 && !before.get(i).equals(after.get(i));
          log.add(
              wave.get(i).name(),
              "was process %d and is process %d now".formatted(before.get(i), after.get(i)));
        }
        awaitLeaders(wave);
      }
      took(all && !waves.isEmpty());
    }

    /** A group that is being restarted in turn must be whole before the next node is stopped. */
    private void awaitLeaders(List<TargetNode> wave) throws FaultException, InterruptedException {
      List<String> groups = new ArrayList<>();
      for (TargetNode node : wave) {
        if (node.member().kind() == NodeKind.BROKER && !groups.contains(node.member().group())) {
          groups.add(node.member().group());
        }
      }
      for (String group : groups) {
        String leader = Selection.leaderOf(environment, group);
        log.add(group, "is led by " + leader);
      }
    }

    @Override
    protected void mend() throws FaultException, InterruptedException {
      onEach(hit, TargetNode::start);
      awaitServing(hit);
    }

    private static List<Long> pids(List<TargetNode> nodes) {
      return nodes.stream().map(node -> node.pid().orElse(-1)).toList();
    }
  }
}
