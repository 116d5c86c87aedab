package org.ordeal.faults.network;

import eu.rekawek.toxiproxy.model.Toxic;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ordeal.faults.Environment;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Link;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.NotRecoveredException;
import org.ordeal.faults.WitnessedInjection;

/** One effect on some streams of some links. */
final class LinkInjection extends WitnessedInjection {

  private static final Duration BEFORE_BOUND = Duration.ofSeconds(2);
  private static final Duration HEALED_BOUND = Duration.ofSeconds(20);
  private static final String SEPARATOR = "-";

  private final String id;
  private final Effect effect;
  private final Map<Link, Set<ToxicDirection>> streams;

  private final Map<Link, Link.Probe> before = new LinkedHashMap<>();
  private final Set<String> shown = new TreeSet<>();
  private final Set<String> contradicted = new TreeSet<>();
  private boolean removed;

  private LinkInjection(
      Environment environment,
      String id,
      List<String> nodes,
      Map<String, Object> attributes,
      Effect effect,
      Map<Link, Set<ToxicDirection>> streams) {
    super(environment, nodes, attributes);
    this.id = id;
    this.effect = effect;
    this.streams = streams;
  }

  /** Puts an effect on every stream that carries what is said on some ways. */
  static LinkInjection onWays(
      Environment environment,
      String id,
      List<String> nodes,
      Map<String, Object> attributes,
      Effect effect,
      Set<Way> ways)
      throws FaultException, InterruptedException {
    Map<Link, Set<ToxicDirection>> streams = new LinkedHashMap<>();
    for (Way way : ways) {
      for (Link link : environment.links(way.from(), way.to())) {
        streams
            .computeIfAbsent(link, any -> EnumSet.noneOf(ToxicDirection.class))
            .add(ToxicDirection.UPSTREAM);
      }
      for (Link link : environment.links(way.to(), way.from())) {
        streams
            .computeIfAbsent(link, any -> EnumSet.noneOf(ToxicDirection.class))
            .add(ToxicDirection.DOWNSTREAM);
      }
    }
    if (streams.isEmpty()) {
      throw new FaultException(
          "There is no link between the nodes that the fault should separate: %s."
              .formatted(String.join(", ", nodes)));
    }
    LinkInjection injection =
        new LinkInjection(environment, id, nodes, attributes, effect, streams);
    injection.strike();
    return injection;
  }

  private void strike() throws FaultException, InterruptedException {
    before.putAll(probe(effect.payloadBytes(), BEFORE_BOUND));
    Observations seen = new Observations();
    before.forEach((link, probe) -> seen.add(link, words(probe)));
    seen.write("before");
    began();
    try {
      onEachLink(
          link -> {
            for (ToxicDirection stream : streams.getOrDefault(link, Set.of())) {
              effect.apply(link.proxy().toxics(), toxicName(stream), stream);
            }
            return link;
          });
    } catch (FaultException e) {
      removeToxics();
      throw e;
    }
    look("in force");
  }

  /** Probes every link and judges what comes back. */
  private void look(String when) throws FaultException, InterruptedException {
    Map<Link, Long> swallowed = new LinkedHashMap<>();
    streams.keySet().forEach(link -> swallowed.put(link, swallowed(link)));
    Map<Link, Link.Probe> during = probe(effect.payloadBytes(), effect.patience());
    Observations seen = new Observations();
    for (Map.Entry<Link, Link.Probe> entry : during.entrySet()) {
      Link link = entry.getKey();
      Link.Probe probe = entry.getValue();
      boolean alive = environment.target(link.to()).state() == NodeState.RUNNING;
      Effect.Judgement judgement =
          alive
              ? effect.judge(
                  streams.getOrDefault(link, Set.of()).size(),
                  before.getOrDefault(link, probe),
                  probe)
              : Effect.Judgement.OPEN;
      long more = swallowed(link) - swallowed.getOrDefault(link, 0L);
      switch (judgement) {
        case SHOWN -> shown.add(link.label());
        case CONTRADICTED -> contradicted.add(link.label());
        case OPEN -> {
          // Says nothing either way.
        }
      }
      seen.add(
          link,
          words(probe)
              + (more > 0 ? " and the proxy kept " + more + " bytes" : "")
              + (alive ? "" : " (the node was not running)"));
    }
    seen.write(when);
    took(!shown.isEmpty() && contradicted.isEmpty());
  }

  /** What was seen on several links at one look, written as one sentence for each pair of nodes. */
  private final class Observations {

    private final Map<String, List<String>> byPair = new LinkedHashMap<>();

    void add(Link link, String words) {
      byPair
          .computeIfAbsent(link.from() + "->" + link.to(), any -> new ArrayList<>())
          .add(link.port() + " " + words);
    }

    void write(String when) {
      byPair.forEach((pair, words) -> log.add(pair, when + ": " + String.join(", ", words)));
    }
  }

  @Override
  protected void mend() throws FaultException, InterruptedException {
    if (!removed) {
      look("before it was healed");
      removeToxics();
      // Called again, where a node did not answer in time: without toxics a look would contradict
      // what was seen with them.
      removed = true;
    }
    verifyHealed();
  }

  private void removeToxics() throws FaultException, InterruptedException {
    onEachLink(
        link -> {
          // Asked for first: one that was never added, or is gone already, must not hinder the
          // rest.
          for (Toxic toxic : link.proxy().toxics().getAll()) {
            if (toxic.getName().startsWith(id + SEPARATOR)) {
              toxic.remove();
            }
          }
          return link;
        });
  }

  private void verifyHealed() throws FaultException, InterruptedException {
    List<Link> left = new ArrayList<>();
    Observations settled = new Observations();
    for (Link link : streams.keySet()) {
      List<String> toxics = toxicsOn(link);
      if (toxics.stream().anyMatch(name -> name.startsWith(id + SEPARATOR))) {
        throw new FaultException(
            "%s is not healed: its proxy still has the toxics %s."
                .formatted(link.label(), String.join(", ", toxics)));
      }
      if (!toxics.isEmpty()) {
        settled.add(link, "is still under another fault");
      } else if (!before.getOrDefault(link, NEVER).answered()) {
        settled.add(link, "has no toxic left, and did not answer before either");
      } else {
        left.add(link);
      }
    }
    settled.write("healed");
    long deadline = System.nanoTime() + HEALED_BOUND.toNanos();
    while (!left.isEmpty()) {
      Map<Link, Link.Probe> after = probe(left, 0, BEFORE_BOUND);
      boolean late = System.nanoTime() > deadline;
      Set<String> silent = new TreeSet<>();
      Observations seen = new Observations();
      left.removeIf(link -> settled(link, after.getOrDefault(link, NEVER), late, silent, seen));
      seen.write("healed");
      if (!silent.isEmpty()) {
        throw new NotRecoveredException(
            List.copyOf(silent),
            "No toxic is left, but %s did not answer within %d s after the fault was over."
                .formatted(String.join(", ", silent), HEALED_BOUND.toSeconds()));
      }
    }
  }

  /** Whether there is nothing more to wait for on a link. */
  private boolean settled(
      Link link, Link.Probe probe, boolean late, Set<String> silent, Observations seen) {
    if (probe.answered()) {
      seen.add(link, words(probe));
      return true;
    }
    if (environment.target(link.to()).state() != NodeState.RUNNING) {
      seen.add(link, "has no toxic left, and the node is not running");
      return true;
    }
    if (late) {
      seen.add(link, "has no toxic left, but the node does not answer: " + words(probe));
      silent.add(link.to());
    }
    return late;
  }

  private static final Link.Probe NEVER = new Link.Probe(Link.Probe.Outcome.NOT_PROBED, 0);

  private static List<String> toxicsOn(Link link) throws FaultException {
    try {
      return link.proxy().toxics().getAll().stream().map(Toxic::getName).toList();
    } catch (IOException e) {
      throw new FaultException(
          "The toxics of %s could not be listed: %s.".formatted(link.label(), e.getMessage()), e);
    }
  }

  private Map<Link, Link.Probe> probe(int payloadBytes, Duration atMost)
      throws FaultException, InterruptedException {
    return probe(List.copyOf(streams.keySet()), payloadBytes, atMost);
  }

  private static Map<Link, Link.Probe> probe(List<Link> links, int payloadBytes, Duration atMost)
      throws FaultException, InterruptedException {
    Map<Link, Link.Probe> probes = new LinkedHashMap<>();
    List<Callable<Link.Probe>> calls =
        links.stream()
            .<Callable<Link.Probe>>map(link -> () -> link.probe(payloadBytes, atMost))
            .toList();
    List<Link.Probe> results = all(calls);
    for (int i = 0; i < links.size(); i++) {
      probes.put(links.get(i), results.get(i));
    }
    return probes;
  }

  private interface OnLink {
    Link on(Link link) throws IOException;
  }

  private void onEachLink(OnLink action) throws FaultException, InterruptedException {
    all(
        streams.keySet().stream()
            .<Callable<Link>>map(
                link ->
                    () -> {
                      try {
                        return action.on(link);
                      } catch (IOException e) {
                        throw new FaultException(
                            "The proxy of %s could not be changed: %s."
                                .formatted(link.label(), e.getMessage()),
                            e);
                      }
                    })
            .toList());
  }

  /** Calls all at once and waits for every one; the first failure is thrown when all have ended. */
  private static <T> List<T> all(List<Callable<T>> calls)
      throws FaultException, InterruptedException {
    List<T> results = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<T> done : each.invokeAll(calls)) {
        results.add(done.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FaultException cause) {
        throw cause;
      }
      throw new FaultException("A link could not be reached: " + e.getCause(), e);
    }
  }

  private static long swallowed(Link link) {
    return link.traffic().map(Link.Traffic::swallowed).orElse(0L);
  }

  private String toxicName(ToxicDirection stream) {
    return id + SEPARATOR + stream.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String words(Link.Probe probe) {
    return switch (probe.outcome()) {
      case ANSWERED -> "answered in %.1f ms".formatted(probe.millis());
      case SILENT -> "silent for %.0f ms".formatted(probe.millis());
      case REFUSED -> "refused the connection";
      case CLOSED -> "closed the connection after %.1f ms".formatted(probe.millis());
      case RESET -> "reset the connection after %.1f ms".formatted(probe.millis());
      case NOT_PROBED -> "not probed, no request to this port is harmless";
    };
  }
}
