package org.ordeal.faults;

import eu.rekawek.toxiproxy.Proxy;
import java.time.Duration;
import java.util.Optional;

/**
 * The way from one node to one port of another: connections that {@code from} dials to {@code to}.
 *
 * <p>Requests of {@code from} travel upstream, what {@code to} answers travels downstream. What
 * {@code to} says to {@code from} of its own accord travels on another link, the one that it
 * dialled itself; whoever wants to separate two nodes must cut both.
 *
 * <p>Safe for use by several threads.
 */
public interface Link {

  /** Who dials. */
  String from();

  /** Who is dialled. */
  String to();

  /** What the port is for, such as {@code raft} or {@code listen}. */
  String port();

  /** Name in evidence: {@code n0->n1 (raft)}. */
  default String label() {
    return from() + "->" + to() + " (" + port() + ")";
  }

  /** The proxy that every connection of this link goes through. */
  Proxy proxy();

  /**
   * Sends a harmless request through the proxy, as {@code from} would, and waits for the answer.
   *
   * @param payloadBytes how much to send along, 0 for as little as the protocol needs
   * @param atMost bound on the wait
   */
  Probe probe(int payloadBytes, Duration atMost) throws InterruptedException;

  /**
   * Sends the same request straight to the node, past the proxy: whether a silent link is the
   * node's doing or the proxy's. {@link Probe.Outcome#NOT_PROBED} where the node can be reached
   * through the proxy only.
   *
   * @param atMost bound on the wait
   */
  default Probe probeDirectly(Duration atMost) throws InterruptedException {
    return new Probe(Probe.Outcome.NOT_PROBED, 0);
  }

  /** Bytes that this link's proxy took in and gave out so far, where the proxy counts them. */
  Optional<Traffic> traffic();

  /**
   * What a probe saw.
   *
   * @param outcome how it ended
   * @param nanos from the start of the dial to the outcome
   */
  record Probe(Outcome outcome, long nanos) {

    /** Ways in which a probe ends. */
    public enum Outcome {
      /** The node answered. */
      ANSWERED,
      /** The connection opened, and nothing came back within the bound. */
      SILENT,
      /** Nobody accepted the connection. */
      REFUSED,
      /** The connection was closed in an orderly way before an answer came. */
      CLOSED,
      /** The connection was reset before an answer came. */
      RESET,
      /** This port knows no request that would be harmless. */
      NOT_PROBED
    }

    /** Whether the node answered. */
    public boolean answered() {
      return outcome == Outcome.ANSWERED;
    }

    /** From dial to outcome, in milliseconds. */
    public double millis() {
      return nanos / 1e6;
    }
  }

  /**
   * Bytes through a proxy since it was made.
   *
   * @param upstreamIn taken from {@code from}
   * @param upstreamOut given to {@code to}
   * @param downstreamIn taken from {@code to}
   * @param downstreamOut given to {@code from}
   */
  record Traffic(long upstreamIn, long upstreamOut, long downstreamIn, long downstreamOut) {

    /** Bytes that went in and did not come out (yet), both ways together. */
    public long swallowed() {
      return Math.max(0, upstreamIn - upstreamOut) + Math.max(0, downstreamIn - downstreamOut);
    }
  }
}
