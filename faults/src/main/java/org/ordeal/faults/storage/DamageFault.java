package org.ordeal.faults.storage;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.Environment;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Order;
import org.ordeal.faults.Selection;
import org.ordeal.faults.TargetNode;
import org.ordeal.faults.WitnessedInjection;
import org.ordeal.faults.disk.Corruption;
import org.ordeal.faults.disk.CorruptionReport;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;

/**
 * A fault that damages files at rest: the broker is killed, its durable files are damaged while
 * nobody has them open, and healing starts it on them. Nothing takes the damage back.
 *
 * <p>A damage that needs to be prepared (a snapshot to be rolled back to) is done at the end
 * instead: injecting prepares it, healing kills, damages and starts.
 */
abstract class DamageFault extends DiskFault {

  /** Files of a commit log in RocketMQ's layout, DLedger's, and the reference broker's. */
  static final Attribute PATH =
      new Attribute(
          "path",
          "glob on the path within the disk; by default the commit log",
          "**{commitlog,data}/[0-9]*[0-9]",
          null,
          null,
          List.of());

  /** How many damaged places the evidence names. */
  private static final int NAMED = 8;

  /** Prepares the damage on one disk; null where there is nothing to prepare. */
  @Nullable String prepare(DiskControl disks, String disk, Map<String, Object> attributes)
      throws DiskException {
    return null;
  }

  /**
   * The damage.
   *
   * @param prepared what {@link #prepare} gave
   */
  abstract Corruption corruption(
      Map<String, Object> attributes, @Nullable String prepared, long seed);

  @Override
  public Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException {
    Damaged injection =
        new Damaged(
            environment,
            order,
            Selection.resolve(environment, order),
            complete(order.attributes()));
    injection.strike();
    return injection;
  }

  static long number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number number ? number.longValue() : 0;
  }

  static String word(Map<String, Object> attributes, String name) {
    return String.valueOf(attributes.get(name));
  }

  private final class Damaged extends WitnessedInjection {
    private final DiskControl disks;
    private final Order order;
    private final Outage outage;
    private final Map<String, String> prepared = new java.util.TreeMap<>();
    private boolean damaged;

    Damaged(
        Environment environment, Order order, List<String> nodes, Map<String, Object> attributes)
        throws FaultException {
      super(environment, nodes, attributes);
      this.disks = disks(environment);
      this.order = order;
      this.outage = new Outage(environment, order.id(), hit, log);
    }

    void strike() throws FaultException, InterruptedException {
      try {
        for (TargetNode node : hit) {
          String preparation = prepare(disks, node.name(), attributes());
          if (preparation != null) {
            prepared.put(node.name(), preparation);
            log.add(node.name(), "its files are remembered as they are now: " + preparation);
          }
        }
      } catch (DiskException e) {
        throw refused(e);
      }
      if (prepared.isEmpty()) {
        damage();
      }
    }

    private void damage() throws FaultException, InterruptedException {
      try {
        boolean all = outage.kill();
        for (TargetNode node : hit) {
          // A kill loses no page, and a dirty one would hide the damage below it.
          disks.sync(node.name());
          CorruptionReport report =
              disks.corrupt(
                  node.name(), corruption(attributes(), prepared.get(node.name()), order.seed()));
          all &= !report.damages().isEmpty();
          log.add(node.name(), sentence(report.damages()));
        }
        damaged = true;
        took(all);
      } catch (DiskException e) {
        outage.start();
        throw refused(e);
      } catch (FaultException | InterruptedException e) {
        outage.start();
        throw e;
      }
    }

    private FaultException refused(DiskException e) {
      return new FaultException("Files could not be damaged: " + e.getMessage(), e);
    }

    private String sentence(List<CorruptionReport.Damage> damages) {
      if (damages.isEmpty()) {
        return "nothing was damaged: no durable file with data matches "
            + attributes().get(PATH.name());
      }
      StringBuilder text =
          new StringBuilder("%d places of its files were damaged: ".formatted(damages.size()));
      damages.stream()
          .limit(NAMED)
          .forEach(
              damage ->
                  text.append(
                      "%s at %d: %s; "
                          .formatted(damage.path(), damage.offset(), damage.description())));
      text.setLength(text.length() - 2);
      return text.append(damages.size() > NAMED ? " and more" : "").toString();
    }

    @Override
    protected void mend() throws FaultException, InterruptedException {
      if (!damaged) {
        damage();
      }
      outage.end("its damaged files");
    }
  }
}
