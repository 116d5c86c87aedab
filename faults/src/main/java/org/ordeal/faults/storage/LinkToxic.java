package org.ordeal.faults.storage;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.disk.LinkStatistics;

/**
 * A toxic of Toxiproxy on the link of a disk, and how the counters of the link show it.
 *
 * @param type as Toxiproxy calls it
 * @param streams where it lies
 */
record LinkToxic(
    String type,
    Set<ToxicDirection> streams,
    long latencyMillis,
    long jitterMillis,
    long timeoutMillis,
    long kilobytesPerSecond) {

  private static final Attribute TYPE =
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

  /** What a user says of it. */
  static final List<Attribute> ATTRIBUTES = List.of(TYPE, STREAM, LATENCY, JITTER, TIMEOUT, RATE);

  /** Clocks and buffers have their slack. */
  private static final double TOLERANCE = 0.5;

  private static final double SILENCE_NANOS = 200e6;

  static LinkToxic of(Map<String, Object> attributes) {
    Set<ToxicDirection> streams =
        switch (String.valueOf(attributes.get(STREAM.name()))) {
          case "both" -> EnumSet.allOf(ToxicDirection.class);
          case "downstream" -> EnumSet.of(ToxicDirection.DOWNSTREAM);
          default -> EnumSet.of(ToxicDirection.UPSTREAM);
        };
    return new LinkToxic(
        String.valueOf(attributes.get(TYPE.name())),
        streams,
        ToxicFault.number(attributes, LATENCY.name()),
        ToxicFault.number(attributes, JITTER.name()),
        ToxicFault.number(attributes, TIMEOUT.name()),
        ToxicFault.number(attributes, RATE.name()));
  }

  /**
   * Whether requests fail under it, and not only wait. Toxiproxy drops what comes under a timeout,
   * and closes the connection at the latest when the toxic is removed.
   */
  boolean breaks() {
    return type.equals("timeout") || type.equals("reset_peer");
  }

  void apply(Proxy proxy, String prefix) throws IOException {
    for (ToxicDirection stream : streams) {
      String name = prefix + stream.name().toLowerCase(Locale.ROOT);
      switch (type) {
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
    return switch (type) {
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
