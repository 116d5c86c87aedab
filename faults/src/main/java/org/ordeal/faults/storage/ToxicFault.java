package org.ordeal.faults.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.Environment;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Order;
import org.ordeal.faults.Selection;
import org.ordeal.faults.WitnessedInjection;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.DiskToxic;
import org.ordeal.faults.disk.ToxicEvidence;

/** A fault that a toxic on each disk brings about, and that is over when the toxics are removed. */
abstract class ToxicFault extends DiskFault {

  /** Which files of a disk a fault hits. */
  static final Attribute PATH =
      new Attribute("path", "glob on the path within the disk", "**", null, null, List.of());

  /** Which operations a fault hits that by default hits all that it can. */
  static final String OPERATION = "operation";

  private static final String ALL = "all";

  /** {@link #OPERATION}, by default all. */
  static Attribute operation(String description, String... operations) {
    List<String> choices = new ArrayList<>(List.of(ALL));
    choices.addAll(List.of(operations));
    return Attribute.word(OPERATION, description, choices.toArray(String[]::new));
  }

  /** The toxic aimed at what {@link #OPERATION} says. */
  static DiskToxic aimed(DiskToxic toxic, Map<String, Object> attributes) {
    String operation = String.valueOf(attributes.get(OPERATION));
    return operation.equals(ALL) ? toxic : toxic.onOperations(operation);
  }

  /** The toxic that these attributes, defaults included, mean; its path is set by the caller. */
  abstract DiskToxic toxic(String name, Map<String, Object> attributes);

  /**
   * How long injecting waits for each disk to hold back or fail its first operation; where none
   * comes in that time, the fault is in force all the same, without that evidence yet.
   */
  Duration firstHitBound() {
    return Duration.ZERO;
  }

  /** What is done to the nodes when the fault is healed. */
  Replacement.After after(Map<String, Object> attributes) {
    return Replacement.After.NOTHING;
  }

  @Override
  public Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException {
    Map<String, Object> attributes = complete(order.attributes());
    DiskControl disks = disks(environment);
    List<String> nodes = Selection.resolve(environment, order);
    DiskToxic toxic = toxic(name() + "-" + order.id(), attributes);
    String path = String.valueOf(attributes.get(PATH.name()));
    Poisoned injection =
        new Poisoned(
            environment,
            order,
            disks,
            nodes,
            attributes,
            path.equals("**") ? toxic : toxic.onPath(path),
            after(attributes));
    injection.strike();
    injection.awaitFirstHits(firstHitBound());
    return injection;
  }

  static long number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static final class Poisoned extends WitnessedInjection {
    private static final long LOOK_MILLIS = 10;
    private final DiskControl disks;
    private final Replacement replacement;
    private final List<String> poisoned = new ArrayList<>();
    private final DiskToxic toxic;
    private boolean all = true;

    Poisoned(
        Environment environment,
        Order order,
        DiskControl disks,
        List<String> nodes,
        Map<String, Object> attributes,
        DiskToxic toxic,
        Replacement.After after) {
      super(environment, nodes, attributes);
      this.disks = disks;
      this.toxic = toxic;
      this.replacement =
          new Replacement(
              after, new Outage(environment, order.id(), hit, log), disks, nodes, order.seed());
    }

    void strike() throws FaultException, InterruptedException {
      try {
        for (String node : nodes()) {
          disks.addToxic(node, toxic);
          poisoned.add(node);
          log.add(node, "its disk has the fault " + toxic.type() + " " + toxic.attributes());
        }
      } catch (DiskException e) {
        remove();
        throw new FaultException("The disk fault could not be injected: " + e.getMessage(), e);
      }
    }

    void awaitFirstHits(Duration bound) throws FaultException, InterruptedException {
      long deadline = System.nanoTime() + bound.toNanos();
      try {
        for (String node : nodes()) {
          while (System.nanoTime() < deadline) {
            ToxicEvidence evidence = disks.evidence(node, toxic.name());
            if (evidence.hits() + evidence.waiting() > 0) {
              log.add(node, "its disk holds back its first operation");
              break;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
          }
        }
      } catch (DiskException e) {
        remove();
        throw new FaultException("The disk fault could not be watched: " + e.getMessage(), e);
      } catch (InterruptedException e) {
        remove();
        throw e;
      }
    }

    @Override
    protected void mend() throws FaultException, InterruptedException {
      all &= replacement.goDown();
      remove();
      took(all);
      replacement.end();
    }

    private void remove() throws FaultException {
      List<String> left = new ArrayList<>();
      for (String node : List.copyOf(poisoned)) {
        try {
          // What hangs until the fault is removed is counted as held back only a moment after.
          long hanging = disks.evidence(node, toxic.name()).waiting();
          ToxicEvidence evidence = disks.removeToxic(node, toxic.name());
          poisoned.remove(node);
          all &= evidence.hits() + hanging > 0;
          long dropped = evidence.pagesDropped();
          log.add(
              node,
              "its disk held back %s and failed %s operations%s, and %d were waiting; the fault is removed"
                  .formatted(
                      evidence.delayed(),
                      evidence.failed(),
                      dropped == 0 ? "" : " (%d dirty pages dropped)".formatted(dropped),
                      hanging));
        } catch (DiskException e) {
          left.add(node + " (" + e.getMessage() + ")");
        }
      }
      if (!left.isEmpty()) {
        throw new FaultException("The disk fault could not be healed on " + left + ".");
      }
    }
  }
}
