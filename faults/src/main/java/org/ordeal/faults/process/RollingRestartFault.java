package org.ordeal.faults.process;

import java.util.List;
import java.util.Map;
import org.ordeal.faults.Environment;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Order;
import org.ordeal.faults.Selection;
import org.ordeal.faults.Target;

/**
 * {@code rolling-restart}: what an upgrade does. Each node is stopped in order and started again,
 * and the next one's turn comes when it serves and its group has a leader.
 */
public final class RollingRestartFault extends ProcessFault {

  @Override
  public String name() {
    return "rolling-restart";
  }

  @Override
  public String description() {
    return "restarts nodes one after the other, each when the one before serves again";
  }

  @Override
  public List<Target> targets() {
    return Selection.targets().stream()
        .filter(target -> List.of("all", "nameservers", "clients").contains(target.name()))
        .toList();
  }

  @Override
  public boolean momentary() {
    return true;
  }

  @Override
  public Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException {
    Map<String, Object> attributes = complete(order.attributes());
    RestartFault.Restarting restarting =
        new RestartFault.Restarting(
            environment, order.id(), Selection.resolve(environment, order), attributes);
    restarting.strike(restarting.hit().stream().map(List::of).toList());
    return restarting;
  }
}
