package org.ordeal.faults.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.PowerLossReport;

/**
 * {@code power-loss}: brokers are killed, then their disks lose, in one instant, all that was not
 * synced. Healing starts the brokers on what is left.
 *
 * <p>First the kill, then the cut: a broker that lives on while its disk is cut may answer SEND_OK
 * for what the disk has just dropped, as no machine without power could, and a loss of that message
 * would be a false alarm. A dead process acknowledges nothing, and it syncs nothing either, so that
 * whatever it had not synced by then is still dropped: every acknowledgement that a client ever
 * receives was sent before the cut and is evidence. (A request that was in flight in the kernel may
 * be whole before the cut, as on a real machine; a sync that is held back by slow-fsync ends with
 * the process, without effect.)
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
        DiskControl disks = disks(environment);
        boolean gone = killAll();
        PowerLossReport report = disks.powerLoss(spec);
        for (PowerLossReport.Loss loss : report.disks()) {
          log.add(
              loss.disk(),
              "its disk lost %d unsynced pages (%d survived) and %d changes of metadata; epoch %d"
                  .formatted(
                      loss.pagesLost(), loss.pagesKept(), loss.metadataLost(), loss.epoch()));
        }
        took = gone && report.disks().size() == hit.size();
      } catch (DiskException e) {
        for (TargetNode node : release()) {
          node.start();
        }
        throw new FaultException("The power could not be cut: " + e.getMessage(), e);
      } catch (FaultException | InterruptedException e) {
        for (TargetNode node : release()) {
          node.start();
        }
        throw e;
      }
    }

    /** All at once, as nearly as can be; returns when the kernel has no process left of them. */
    private boolean killAll() throws FaultException, InterruptedException {
      List<Future<?>> kills = new ArrayList<>();
      try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
        for (TargetNode node : hit) {
          kills.add(
              each.submit(
                  () -> {
                    node.kill();
                    return null;
                  }));
        }
        for (Future<?> kill : kills) {
          kill.get();
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof FaultException refused) {
          throw refused;
        }
        throw new FaultException("A node could not be killed: " + e.getCause(), e);
      }
      boolean gone = true;
      for (TargetNode node : hit) {
        log.add(node.name(), "before the cut, after SIGKILL: " + node.stateEvidence());
        gone &= node.state() == NodeState.GONE;
      }
      return gone;
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
