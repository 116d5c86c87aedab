package org.ordeal.faults.storage;

import java.util.List;
import java.util.Map;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.disk.DiskToxic;

/**
 * {@code disk-error}: reads, writes or syncs fail. Where an operator would then replace the disk
 * and start the machine again, so does healing: a node that has rightly stopped taking part stays
 * out until somebody does, and one that went on, as if nothing had happened, has acknowledged what
 * is not durable, which only a reboot shows.
 */
public final class DiskErrorFault extends ToxicFault {

  @Override
  public String name() {
    return "disk-error";
  }

  @Override
  public String description() {
    return "makes operations of disks fail with EIO";
  }

  @Override
  public List<Attribute> attributes() {
    return List.of(
        Attribute.word("operation", "which operation fails", "fsync", "write", "read"),
        Attribute.word(
            "lie", "whether a sync that fails drops its pages and later ones succeed", "no", "yes"),
        Attribute.number(
            "count", "how many operations fail; 0: all, or one where syncs lie", 0, 0, 1_000_000),
        Replacement.ATTRIBUTE,
        PATH);
  }

  /** Beside what every attribute refuses, a lie where no sync fails that could tell it. */
  @Override
  public Map<String, Object> complete(Map<String, Object> given) {
    Map<String, Object> complete = super.complete(given);
    if ("yes".equals(complete.get("lie")) && !"fsync".equals(complete.get("operation"))) {
      throw new IllegalArgumentException(
          "The attribute lie is about syncs: with operation '%s' none fails, and none could lie; leave out one of the two."
              .formatted(complete.get("operation")));
    }
    return complete;
  }

  /**
   * Whether a fault with these attributes can cost what a node has not made durable: because a
   * write or a sync fails, or because the disk is replaced by one that holds only what is durable.
   *
   * @throws IllegalArgumentException with a sentence, where an attribute is unknown or out of
   *     bounds
   */
  public boolean mayForget(Map<String, Object> given) {
    Map<String, Object> attributes = complete(given);
    return !"read".equals(attributes.get("operation"))
        || after(attributes) == Replacement.After.REBOOT;
  }

  /**
   * Whether the nodes are killed and started again when it is healed.
   *
   * @throws IllegalArgumentException as {@link #mayForget}
   */
  public boolean kills(Map<String, Object> given) {
    return after(complete(given)) != Replacement.After.NOTHING;
  }

  @Override
  Replacement.After after(Map<String, Object> attributes) {
    return Replacement.After.of(attributes);
  }

  @Override
  DiskToxic toxic(String name, Map<String, Object> attributes) {
    return error(name, attributes);
  }

  private static DiskToxic error(String name, Map<String, Object> attributes) {
    DiskToxic toxic = DiskToxic.error(name, String.valueOf(attributes.get("operation")));
    long count = number(attributes, "count");
    if ("yes".equals(attributes.get("lie"))) {
      toxic = toxic.with("lie", true);
      count = Math.max(1, count); // where every sync failed, none would be left to lie
    }
    return count == 0 ? toxic : toxic.with("count", count);
  }
}
