package org.ordeal.faults.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ordeal.faults.Environment;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.Order;
import org.ordeal.faults.Selection;
import org.ordeal.faults.TargetNode;

/**
 * {@code kill}: SIGKILL. What the process had in memory is gone; what it had written to files,
 * forced or not, survives in the page cache. Healing starts it again on the data that it left.
 */
public final class KillFault extends ProcessFault {

  private static final String DOWN = "down";

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String description() {
    return "ends nodes with SIGKILL and starts them again when it is healed";
  }

  @Override
  public Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException {
    Map<String, Object> attributes = complete(order.attributes());
    Killing killing =
        new Killing(environment, order.id(), Selection.resolve(environment, order), attributes);
    killing.strike();
    return killing;
  }

  private static final class Killing extends ProcessInjection {

    Killing(
        Environment environment, String id, List<String> nodes, Map<String, Object> attributes) {
      super(environment, id, nodes, attributes);
    }

    void strike() throws FaultException, InterruptedException {
      List<TargetNode> alive = new ArrayList<>();
      for (TargetNode node : hit) {
        log.add(node.name(), "before: " + node.stateEvidence());
        if (node.state() != NodeState.GONE) {
          alive.add(node);
        }
        environment.holds().hold(node.name(), DOWN, id);
      }
      began();
      try {
        onEach(hit, TargetNode::kill);
      } catch (FaultException | InterruptedException e) {
        for (TargetNode node : hit) {
          if (environment.holds().release(node.name(), DOWN, id)) {
            node.start();
          }
        }
        throw e;
      }
      boolean gone = true;
      for (TargetNode node : hit) {
        log.add(node.name(), "after SIGKILL: " + node.stateEvidence());
        gone &= node.state() == NodeState.GONE;
      }
      // A node that was dead already shows nothing.
      took(gone && !alive.isEmpty());
    }

    @Override
    protected void mend() throws FaultException, InterruptedException {
      List<TargetNode> mine = new ArrayList<>();
      for (TargetNode node : hit) {
        if (environment.holds().release(node.name(), DOWN, id)) {
          mine.add(node);
        } else {
          log.add(node.name(), "stays down: another fault holds it there");
        }
      }
      onEach(mine, TargetNode::start);
      awaitServing(mine);
    }
  }
}
