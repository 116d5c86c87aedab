package org.ordeal.faults.storage;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.model.Toxic;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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

  private static final Attribute TOXIC =
      Attribute.word(
          "toxic",
          "Toxiproxy's name: delay, a narrow pipe, silence that ends in broken connections, or resets",
          "latency",
          "bandwidth",
          "timeout",
          "reset_peer");

  private static final Attribute STREAM =
      Attribute.word(
          "stream",
          "requests to the storage, its answers, or both",
          "upstream",
          "downstream",
          "both");

  private static final Attribute LATENCY =
      Attribute.number("latency_ms", "latency: delay each way", 1_000, 1, 600_000);

  private static final Attribute JITTER =
      Attribute.number("jitter_ms", "latency: how much it varies, up and down", 0, 0, 300_000);

  private static final Attribute TIMEOUT =
      Attribute.number(
          "timeout_ms",
          "timeout: closes a connection that was silent for so long, 0 only when it is healed; reset_peer: resets it after so long",
          0,
          0,
          600_000);

  private static final Attribute RATE =
      Attribute.number(
          "rate_kb_s",
          "bandwidth: of each connection, each way; 0: nothing, until it is healed",
          64,
          0,
          1_000_000);

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
    return List.of(TOXIC, STREAM, LATENCY, JITTER, TIMEOUT, RATE, Replacement.ATTRIBUTE);
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
            Poison.of(attributes));
    injection.strike();
    return injection;
  }

  /** A toxic, and how the counters of a link show it. */
  record Poison(
      String toxic,
      Set<ToxicDirection> streams,
      long latencyMillis,
      long jitterMillis,
      long timeoutMillis,
      long kilobytesPerSecond) {

    /** Clocks and buffers have their slack. */
    private static final double TOLERANCE = 0.5;

    private static final double SILENCE_NANOS = 200e6;

    static Poison of(Map<String, Object> attributes) {
      Set<ToxicDirection> streams =
          switch (String.valueOf(attributes.get(STREAM.name()))) {
            case "both" -> EnumSet.allOf(ToxicDirection.class);
            case "downstream" -> EnumSet.of(ToxicDirection.DOWNSTREAM);
            default -> EnumSet.of(ToxicDirection.UPSTREAM);
          };
      return new Poison(
          String.valueOf(attributes.get(TOXIC.name())),
          streams,
          ToxicFault.number(attributes, LATENCY.name()),
          ToxicFault.number(attributes, JITTER.name()),
          ToxicFault.number(attributes, TIMEOUT.name()),
          ToxicFault.number(attributes, RATE.name()));
    }

    /**
     * Whether requests fail under it, and not only wait. Toxiproxy drops what comes under a
     * timeout, and closes the connection at the latest when the toxic is removed.
     */
    boolean breaks() {
      return toxic.equals("timeout") || toxic.equals("reset_peer");
    }

    void apply(Proxy proxy, String prefix) throws IOException {
      for (ToxicDirection stream : streams) {
        String name = prefix + stream.name().toLowerCase(Locale.ROOT);
        switch (toxic) {
          case "latency" ->
              proxy.toxics().latency(name, stream, latencyMillis).setJitter(jitterMillis);
          case "bandwidth" -> proxy.toxics().bandwidth(name, stream, kilobytesPerSecond);
          case "timeout" -> proxy.toxics().timeout(name, stream, timeoutMillis);
          default -> proxy.toxics().resetPeer(name, stream, timeoutMillis);
        }
      }
    }

    /**
     * Whether the toxic was seen to act.
     *
     * @param usual the link before the toxic
     * @param then the link when the toxic was there
     * @param now the link with the toxic still there
     */
    boolean shown(LinkStatistics usual, LinkStatistics then, LinkStatistics now) {
      // Not the mean: a few requests that an earlier fault held back would have it high.
      double usually = usual.medianNanos();
      long answered = now.answered() - then.answered();
      long nanos = now.answeredNanos() - then.answeredNanos();
      return switch (toxic) {
        case "latency" -> {
          double least = usually + TOLERANCE * streams.size() * latencyMillis * 1e6;
          yield (answered > 0 && (double) nanos / answered >= least)
              || now.longestWaitNanos() >= least;
        }
        case "bandwidth" -> {
          if (kilobytesPerSecond == 0) {
            yield now.longestWaitNanos() >= SILENCE_NANOS + usually;
          }
          // What one connection carries takes its time on it, whichever connection it was; and it
          // must have been enough to be told from what is usual.
          long most =
              Math.max(
                  streams.contains(ToxicDirection.UPSTREAM)
                      ? now.bytesToStorage() - then.bytesToStorage()
                      : 0,
                  streams.contains(ToxicDirection.DOWNSTREAM)
                      ? now.bytesFromStorage() - then.bytesFromStorage()
                      : 0);
          double cost = (double) most / kilobytesPerSecond * 1e6;
          yield answered > 0 && nanos >= TOLERANCE * cost && cost >= TOLERANCE * usually * answered;
        }
        case "timeout" ->
            now.broken() > then.broken() || now.longestWaitNanos() >= SILENCE_NANOS + usually;
        default -> now.broken() > then.broken();
      };
    }
  }

  private static final class Poisoned extends WitnessedInjection {
    private static final long LOOK_MILLIS = 20;
    private static final long HEALED_SECONDS = 20;

    private final String prefix;
    private final Poison poison;
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
        Poison poison)
        throws FaultException {
      super(environment, nodes, attributes);
      this.prefix = order.id() + "-";
      this.poison = poison;
      this.disks = disks(environment);
      this.replacement =
          new Replacement(
              poison.breaks() ? Replacement.After.of(attributes) : Replacement.After.NOTHING,
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
          poison.apply(proxy(node), prefix);
          // Only now: what was answered in between was not under the toxic.
          then.put(node, look(node));
          log.add(node, "the link to its storage has the toxic " + poison.toxic());
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
          all &= poison.shown(usual.getOrDefault(node, NOTHING), first, now);
          log.add(node, words(first, now));
        }
        looked = true;
      }
      if (poison.breaks()) {
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

    private static final LinkStatistics NOTHING = new LinkStatistics(0, 0, 0, 0, 0, 0, 0, 0);

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
          for (Toxic toxic : proxy(node).toxics().getAll()) {
            if (toxic.getName().startsWith(prefix)) {
              toxic.remove();
            }
          }
          if (poison.breaks()) {
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
      return environment
          .diskLink(node)
          .orElseThrow(
              () ->
                  new FaultException(
                      "The disk of %s was not mounted with a link to its storage."
                          .formatted(node)));
    }

    private LinkStatistics look(String node) throws FaultException {
      try {
        LinkStatistics link = disks.statistics(node).link();
        if (link == null) {
          throw new FaultException(
              "The disk of %s was not mounted with a link to its storage.".formatted(node));
        }
        return link;
      } catch (DiskException e) {
        throw new FaultException("The disk of " + node + " does not answer: " + e.getMessage(), e);
      }
    }
  }
}
