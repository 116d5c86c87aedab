package org.ordeal.faults.storage;

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
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.WriteBackPolicy;

/**
 * {@code power-loss}: brokers are killed, then their disks lose, in one instant, all that was not
 * synced. Healing starts the brokers on what is left.
 *
 * <p>First the syncs, then the kill, then the cut. From the moment at which the power begins to go,
 * no sync of these disks completes, so that what is durable on all of them is what was durable
 * then, however long the kill takes: a broker that had the time to sync once more before it dies
 * would have the loss covered up. That is a disk whose last sync was overtaken by the power cut,
 * and {@code last_sync_ms} is how long it had been under way: the time in which a broker that
 * answers before its sync does so. The broker is dead before the cut, since one that lives on may
 * answer SEND_OK for what the disk has just dropped, as no machine without power could, and a loss
 * of that message would be a false alarm. So every acknowledgement that a client ever receives was
 * sent before the cut and is evidence. (A request that was in flight in the kernel may be whole
 * before the cut, as on a real machine.)
 */
public final class PowerLossFault extends DiskFault {

  /**
   * How names and sizes survive, on every disk of the run. A disk is mounted so, and with its ages
   * of write-back, which is why all power losses of a schedule must agree on the three.
   */
  private static final Attribute METADATA =
      Attribute.word(
          "metadata",
          "what survives of names and sizes: in order as ext4 journals them, or only what was itself synced",
          "ext4",
          "strict");

  private static final Attribute DATA_AGE =
      Attribute.number(
          "data_age_ms",
          "age at which unsynced data is written back all the same, -1 for never",
          WriteBackPolicy.LINUX.dataAgeMillis(),
          -1,
          3_600_000);

  private static final long LEAST_DATA_AGE_MILLIS = 2_000;

  private static final Attribute METADATA_AGE =
      Attribute.number(
          "metadata_age_ms",
          "age at which unsynced names and sizes are committed all the same, -1 for never",
          WriteBackPolicy.LINUX.metadataAgeMillis(),
          -1,
          3_600_000);

  private static final String LAST_SYNC = "last_sync_ms";

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
        Attribute.fraction("torn", "probability that such a page is torn", 0.25, 0, 1),
        Attribute.number(
            LAST_SYNC,
            "how long the syncs that the cut overtakes have been waiting",
            200,
            0,
            60_000),
        METADATA,
        DATA_AGE,
        METADATA_AGE);
  }

  /**
   * How the disks of a run are to be mounted for a power loss with these attributes.
   *
   * @throws IllegalArgumentException with a sentence, where an attribute is unknown or out of
   *     bounds
   */
  public WriteBackPolicy writeBack(Map<String, Object> given) {
    Map<String, Object> attributes = complete(given);
    return new WriteBackPolicy(
        MetadataMode.of(String.valueOf(attributes.get(METADATA.name()))),
        ToxicFault.number(attributes, DATA_AGE.name()),
        ToxicFault.number(attributes, METADATA_AGE.name()));
  }

  /** Beside what every attribute refuses, ages that leave the canary no time to prove a disk. */
  @Override
  public Map<String, Object> complete(Map<String, Object> given) {
    Map<String, Object> complete = super.complete(given);
    long age = ToxicFault.number(complete, DATA_AGE.name());
    if (age >= 0 && age < LEAST_DATA_AGE_MILLIS) {
      throw new IllegalArgumentException(
          "The attribute data_age_ms must be -1 or at least %d, not %d: nothing could be lost, nor proven to be."
              .formatted(LEAST_DATA_AGE_MILLIS, age));
    }
    return complete;
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

  private static final class Cut extends WitnessedInjection {
    private final Order order;
    private final Outage outage;

    Cut(Environment environment, Order order, List<String> nodes, Map<String, Object> attributes) {
      super(environment, nodes, attributes);
      this.order = order;
      this.outage = new Outage(environment, order.id(), hit, log);
    }

    void strike() throws FaultException, InterruptedException {
      double keep = fraction(attributes(), "keep");
      PowerLoss spec =
          new PowerLoss(nodes(), keep, fraction(attributes(), "torn"), keep, order.seed());
      began();
      try {
        DiskControl disks = disks(environment);
        try (HeldSyncs syncs = HeldSyncs.on(disks, nodes(), order.id())) {
          TimeUnit.MILLISECONDS.sleep(ToxicFault.number(attributes(), LAST_SYNC));
          boolean gone = outage.kill();
          took(outage.cut(disks, spec) == hit.size() && gone);
          syncs
              .counts()
              .forEach((node, count) -> log.add(node, "syncs that the cut overtook: " + count));
        }
      } catch (DiskException e) {
        outage.start();
        throw new FaultException("The power could not be cut: " + e.getMessage(), e);
      } catch (FaultException | InterruptedException e) {
        outage.start();
        throw e;
      }
    }

    @Override
    protected void mend() throws FaultException, InterruptedException {
      outage.end("what its disk kept");
    }
  }
}
