package org.ordeal.faults.storage;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.model.Toxic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.Environment;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Need;
import org.ordeal.faults.Order;
import org.ordeal.faults.Selection;
import org.ordeal.faults.WitnessedInjection;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.LinkStatistics;

/**
 * {@code disk-link}: a toxic of Toxiproxy on the TCP connections over which the disks of nodes
 * reach their storage, as with a network disk. In a run that has this fault every disk is mounted
 * so. Where requests fail under it, healing replaces the disk as {@code disk-error} does.
 */
public final class DiskLinkFault extends DiskFault {

  @Override
  public String name() {
    return "disk-link";
  }

  @Override
  public String description() {
    return "puts a Toxiproxy toxic on the way between disks and their storage";
  }

  @Override
  public Set<Need> needs() {
    return EnumSet.of(Need.DISK, Need.DISK_LINK, Need.PROCESS);
  }

  @Override
  public List<Attribute> attributes() {
    List<Attribute> attributes = new ArrayList<>(LinkToxic.ATTRIBUTES);
    attributes.add(Replacement.ATTRIBUTE);
    return attributes;
  }

  /**
   * Whether requests fail under a fault with these attributes, so that the disk is replaced when it
   * is healed.
   *
   * @throws IllegalArgumentException with a sentence, where an attribute is unknown or out of
   *     bounds
   */
  public boolean failsRequests(Map<String, Object> given) {
    return LinkToxic.of(complete(given)).breaks();
  }

  @Override
  public Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException {
    Map<String, Object> attributes = complete(order.attributes());
    Poisoned injection =
        new Poisoned(
            environment,
            order,
            Selection.resolve(environment, order),
            attributes,
            LinkToxic.of(attributes));
    injection.strike();
    return injection;
  }

  private static final class Poisoned extends WitnessedInjection {
    private static final long LOOK_MILLIS = 20;
    private static final long HEALED_SECONDS = 20;
    private static final LinkStatistics NOTHING = new LinkStatistics(0, 0, 0, 0, 0, 0, 0, 0);

    private final String prefix;
    private final LinkToxic toxic;
    private final DiskControl disks;
    private final Map<String, LinkStatistics> usual = new HashMap<>();
    private final Map<String, LinkStatistics> then = new HashMap<>();
    private final Replacement replacement;
    private boolean looked;
    private boolean all = true;

    Poisoned(
        Environment environment,
        Order order,
        List<String> nodes,
        Map<String, Object> attributes,
        LinkToxic toxic)
        throws FaultException {
      super(environment, nodes, attributes);
      this.prefix = order.id() + "-";
      this.toxic = toxic;
      this.disks = disks(environment);
      this.replacement =
          new Replacement(
              toxic.breaks() ? Replacement.After.of(attributes) : Replacement.After.NOTHING,
              new Outage(environment, order.id(), hit, log),
              disks,
              nodes,
              order.seed());
    }

    void strike() throws FaultException {
      for (String node : nodes()) {
        usual.put(node, look(node));
      }
      began();
      try {
        for (String node : nodes()) {
          toxic.apply(proxy(node), prefix);
          // Only now: what was answered in between was not under the toxic.
          then.put(node, look(node));
          log.add(node, "the link to its storage has the toxic " + toxic.type());
        }
      } catch (IOException e) {
        remove();
        throw new FaultException("The toxic could not be added: " + e.getMessage(), e);
      } catch (FaultException e) {
        remove();
        throw e;
      }
    }

    @Override
    protected void mend() throws FaultException, InterruptedException {
      if (!looked) {
        for (String node : nodes()) {
          LinkStatistics first = then.getOrDefault(node, NOTHING);
          LinkStatistics now = look(node);
          all &= toxic.shown(usual.getOrDefault(node, NOTHING), first, now);
          log.add(node, words(first, now));
        }
        looked = true;
      }
      if (toxic.breaks()) {
        // Nothing may wait for the storage any more when a node is killed: a thread that waits for
        // a map to be written does not die before that is done, or has failed.
        cutOff();
        all &= replacement.goDown();
      }
      remove();
      took(all);
      awaitAnswers();
      replacement.end();
    }

    private static String words(LinkStatistics then, LinkStatistics now) {
      long answered = now.answered() - then.answered();
      return "in force its storage answered %d requests, in %.1f ms on average; %d failed, and %d waited, the oldest for %.0f ms"
          .formatted(
              answered,
              answered == 0 ? 0 : (now.answeredNanos() - then.answeredNanos()) / 1e6 / answered,
              now.broken() - then.broken(),
              now.waiting(),
              now.longestWaitNanos() / 1e6);
    }

    private void cutOff() throws FaultException {
      for (String node : nodes()) {
        try {
          proxy(node).disable();
        } catch (IOException e) {
          throw new FaultException(
              "The disk link of %s could not be cut: %s.".formatted(node, e.getMessage()), e);
        }
      }
    }

    private void remove() throws FaultException {
      List<String> left = new ArrayList<>();
      for (String node : nodes()) {
        try {
          for (Toxic each : proxy(node).toxics().getAll()) {
            if (each.getName().startsWith(prefix)) {
              each.remove();
            }
          }
          if (toxic.breaks()) {
            proxy(node).enable();
          }
        } catch (IOException e) {
          left.add(node + " (" + e.getMessage() + ")");
        }
      }
      if (!left.isEmpty()) {
        throw new FaultException(
            "The toxic could not be removed from the disk link of " + left + ".");
      }
    }

    /** Until the storage answers again, or nothing asks it. */
    private void awaitAnswers() throws FaultException, InterruptedException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(HEALED_SECONDS);
      for (String node : nodes()) {
        if (poisonedStill(node)) {
          log.add(node, "the toxic is removed; the link is still under another fault");
          continue;
        }
        LinkStatistics atFirst = look(node);
        for (LinkStatistics now = atFirst;
            now.waiting() > 0 && now.answered() == atFirst.answered();
            now = look(node)) {
          if (System.nanoTime() > deadline) {
            throw new FaultException(
                "No toxic is left, but the storage of %s does not answer after %d s."
                    .formatted(node, HEALED_SECONDS));
          }
          TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        log.add(
            node,
            atFirst.waiting() == 0
                ? "the toxic is removed, and nothing waits for the storage"
                : "the toxic is removed, and the storage answers");
      }
    }

    private boolean poisonedStill(String node) throws FaultException {
      try {
        return !proxy(node).toxics().getAll().isEmpty();
      } catch (IOException e) {
        throw new FaultException(
            "The toxics on the disk link of %s could not be listed: %s."
                .formatted(node, e.getMessage()),
            e);
      }
    }

    private Proxy proxy(String node) throws FaultException {
      return environment.diskLink(node).orElseThrow(() -> unlinked(node));
    }

    private static FaultException unlinked(String node) {
      return new FaultException(
          "The disk of %s was not mounted with a link to its storage.".formatted(node));
    }

    private LinkStatistics look(String node) throws FaultException {
      try {
        LinkStatistics link = disks.statistics(node).link();
        if (link == null) {
          throw unlinked(node);
        }
        return link;
      } catch (DiskException e) {
        throw new FaultException("The disk of " + node + " does not answer: " + e.getMessage(), e);
      }
    }
  }
}
