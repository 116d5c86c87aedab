package org.ordeal.faults.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.Environment;
import org.ordeal.faults.Evidence;
import org.ordeal.faults.EvidenceLog;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.NotRecoveredException;
import org.ordeal.faults.Order;
import org.ordeal.faults.Selection;
import org.ordeal.faults.TargetNode;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.PowerLossReport;

/**
 * {@code power-loss}: the disks lose all that was not synced, in one instant, and their brokers are
 * killed. Healing starts the brokers on what is left.
 */
public final class PowerLossFault extends DiskFault {
  private static final Duration SERVING_BOUND = Duration.ofSeconds(60);
  private static final String DOWN = "down";

  @Override
  public String name() {
    return "power-loss";
  }

  @Override
  public String description() {
    return "cuts the power of nodes: all that was not synced is gone; starts them again when it is healed";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(
        Attribute.fraction("keep", "probability that an unsynced page or change survives", 0, 0, 1),
        Attribute.fraction("torn", "probability that such a page is torn", 0.25, 0, 1));
  }

  @Override
  public Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException {
    Map<String, Object> attributes = complete(order.attributes());
    Cut cut = new Cut(environment, order, Selection.resolve(environment, order), attributes);
    cut.strike();
    return cut;
  }

  private static double fraction(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number number ? number.doubleValue() : 0;
  }

  private static final class Cut implements Injection {
    private final Environment environment;
    private final Order order;
    private final List<TargetNode> hit;
    private final Map<String, Object> attributes;
    private final EvidenceLog log;
    private volatile long startNanos;
    private volatile boolean took;
    private volatile boolean healed;

    Cut(Environment environment, Order order, List<String> nodes, Map<String, Object> attributes) {
      this.environment = environment;
      this.order = order;
      this.hit = nodes.stream().<TargetNode>map(environment::target).toList();
      this.attributes = Map.copyOf(attributes);
      this.log = new EvidenceLog(environment);
      this.startNanos = environment.nanos();
    }

    void strike() throws FaultException, InterruptedException {
      double keep = fraction(attributes, "keep");
      PowerLoss spec =
          new PowerLoss(nodes(), keep, fraction(attributes, "torn"), keep, order.seed());
      hit.forEach(node -> environment.holds().hold(node.name(), DOWN, order.id()));
      startNanos = environment.nanos();
      try {
        PowerLossReport report = disks(environment).powerLoss(spec);
        for (PowerLossReport.Loss loss : report.disks()) {
          log.add(
              loss.disk(),
              "its disk lost %d unsynced pages (%d survived) and %d changes of metadata; epoch %d"
                  .formatted(
                      loss.pagesLost(), loss.pagesKept(), loss.metadataLost(), loss.epoch()));
        }
        boolean gone = report.disks().size() == hit.size();
        for (TargetNode node : hit) {
          node.kill();
          log.add(node.name(), "after the cut and SIGKILL: " + node.stateEvidence());
          gone &= node.state() == NodeState.GONE;
        }
        took = gone;
      } catch (DiskException e) {
        release();
        throw new FaultException("The power could not be cut: " + e.getMessage(), e);
      } catch (FaultException | InterruptedException e) {
        for (TargetNode node : release()) {
          node.start();
        }
        throw e;
      }
    }

    private List<TargetNode> release() {
      List<TargetNode> mine = new ArrayList<>();
      for (TargetNode node : hit) {
        if (environment.holds().release(node.name(), DOWN, order.id())) {
          mine.add(node);
        } else {
          log.add(node.name(), "stays down: another fault holds it there");
        }
      }
      return mine;
    }

    @Override
    public void heal() throws FaultException, InterruptedException {
      if (healed) {
        return;
      }
      List<TargetNode> mine = release();
      for (TargetNode node : mine) {
        node.start();
      }
      List<String> missing = new ArrayList<>();
      for (TargetNode node : mine) {
        if (node.awaitServing(SERVING_BOUND)) {
          log.add(node.name(), "serves again on what its disk kept");
        } else {
          log.add(node.name(), "does not serve again: " + node.stateEvidence());
          missing.add(node.name());
        }
      }
      if (!missing.isEmpty()) {
        throw new NotRecoveredException(
            missing,
            "%s did not serve again within %d s after the power came back."
                .formatted(String.join(", ", missing), SERVING_BOUND.toSeconds()));
      }
      healed = true;
    }

    @Override
    public List<String> nodes() {
      return hit.stream().map(TargetNode::name).toList();
    }

    @Override
    public Map<String, Object> attributes() {
      return attributes;
    }

    @Override
    public long startNanos() {
      return startNanos;
    }

    @Override
    public boolean healed() {
      return healed;
    }

    @Override
    public boolean took() {
      return took;
    }

    @Override
    public List<Evidence> evidence() {
      return log.entries();
    }
  }
}
