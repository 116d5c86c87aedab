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
 * {@code pause}: SIGSTOP. The process stands still, its connections stay open, and when it goes on
 * it does not know that time has passed: a leader still believes that it leads.
 */
public final class PauseFault extends ProcessFault {

  private static final String PAUSED = "paused";

  @Override
  public String name() {
    return "pause";
  }

  @Override
  public String description() {
    return "freezes nodes with SIGSTOP and lets them go on with SIGCONT";
  }

  @Override
  public Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException {
    Map<String, Object> attributes = complete(order.attributes());
    Pausing pausing =
        new Pausing(environment, order.id(), Selection.resolve(environment, order), attributes);
    pausing.strike();
    return pausing;
  }

  private static final class Pausing extends ProcessInjection {

    Pausing(
        Environment environment, String id, List<String> nodes, Map<String, Object> attributes) {
      super(environment, id, nodes, attributes);
    }

    void strike() throws FaultException, InterruptedException {
      boolean anyRan = false;
      for (TargetNode node : hit) {
        log.add(node.name(), "before: " + node.stateEvidence());
        anyRan |= node.state() == NodeState.RUNNING;
        environment.holds().hold(node.name(), PAUSED, id);
      }
      began();
      try {
        onEach(hit, TargetNode::pause);
      } catch (FaultException | InterruptedException e) {
        for (TargetNode node : hit) {
          if (environment.holds().release(node.name(), PAUSED, id)) {
            node.resume();
          }
        }
        throw e;
      }
      boolean stopped = true;
      for (TargetNode node : hit) {
        log.add(node.name(), "after SIGSTOP: " + node.stateEvidence());
        stopped &= node.state() == NodeState.PAUSED;
      }
      took(stopped && anyRan);
    }

    @Override
    protected void mend() throws FaultException, InterruptedException {
      List<TargetNode> mine = new ArrayList<>();
      for (TargetNode node : hit) {
        log.add(node.name(), "before SIGCONT: " + node.stateEvidence());
        if (node.state() == NodeState.RUNNING) {
          // Somebody else let it go on: nobody knows for how long it really stood still.
          took(false);
        }
        if (!environment.holds().release(node.name(), PAUSED, id)) {
          log.add(node.name(), "stays frozen: another fault holds it there");
        } else if (node.state() != NodeState.GONE) {
          mine.add(node);
        }
      }
      onEach(mine, TargetNode::resume);
      for (TargetNode node : mine) {
        log.add(node.name(), "after SIGCONT: " + node.stateEvidence());
      }
      awaitServing(mine.stream().filter(node -> node.state() != NodeState.GONE).toList());
    }
  }
}
