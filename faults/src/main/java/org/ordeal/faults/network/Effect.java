package org.ordeal.faults.network;

import eu.rekawek.toxiproxy.model.ToxicDirection;
import eu.rekawek.toxiproxy.model.ToxicList;
import java.io.IOException;
import java.time.Duration;
import org.ordeal.faults.Link;

/** What a fault does to one stream of a link, and how a probe shows it. */
interface Effect {

  /** Adds the toxic to a stream. */
  void apply(ToxicList toxics, String name, ToxicDirection stream) throws IOException;

  /** Bytes that a probe shall carry for the effect to show. */
  default int payloadBytes() {
    return 0;
  }

  /** How long a probe waits while the fault is in force. */
  Duration patience();

  /**
   * Judges a probe that was sent while the fault was in force, to a node that was alive.
   *
   * @param streams how many streams of the link are affected, 1 or 2
   * @param before the same probe before the fault
   * @param during the probe
   */
  Judgement judge(int streams, Link.Probe before, Link.Probe during);

  /** What a probe says of a fault. */
  enum Judgement {
    /** The effect was seen. */
    SHOWN,
    /** The link worked as if there were no fault. */
    CONTRADICTED,
    /** Neither. */
    OPEN
  }

  /** Silence: everything that comes is swallowed, and connections stay open. */
  record Silence() implements Effect {

    @Override
    public void apply(ToxicList toxics, String name, ToxicDirection stream) throws IOException {
      toxics.timeout(name, stream, 0);
    }

    @Override
    public Duration patience() {
      return Duration.ofMillis(700);
    }

    @Override
    public Judgement judge(int streams, Link.Probe before, Link.Probe during) {
      return switch (during.outcome()) {
        case ANSWERED -> Judgement.CONTRADICTED;
        case SILENT -> Judgement.SHOWN;
        case REFUSED, CLOSED, RESET, NOT_PROBED -> Judgement.OPEN;
      };
    }
  }

  /** Delay of everything by a time that varies. */
  record Delay(long latencyMillis, long jitterMillis) implements Effect {

    private static final Duration SLACK = Duration.ofSeconds(3);

    /** Sleeps end a little early or late. */
    private static final double TOLERANCE = 0.9;

    @Override
    public void apply(ToxicList toxics, String name, ToxicDirection stream) throws IOException {
      toxics.latency(name, stream, latencyMillis).setJitter(jitterMillis);
    }

    @Override
    public Duration patience() {
      return Duration.ofMillis(2 * (latencyMillis + jitterMillis)).plus(SLACK);
    }

    @Override
    public Judgement judge(int streams, Link.Probe before, Link.Probe during) {
      if (!during.answered()) {
        return Judgement.OPEN;
      }
      double least = TOLERANCE * streams * Math.max(0, latencyMillis - jitterMillis);
      return during.millis() >= least && during.millis() > before.millis()
          ? Judgement.SHOWN
          : Judgement.CONTRADICTED;
    }
  }

  /** A pipe that lets only so much through. */
  record Narrowing(long kilobytesPerSecond) implements Effect {

    private static final int LEAST_BYTES = 4 << 10;
    private static final int MOST_BYTES = 512 << 10;
    private static final double TOLERANCE = 0.5;
    private static final Duration SLACK = Duration.ofSeconds(4);

    @Override
    public void apply(ToxicList toxics, String name, ToxicDirection stream) throws IOException {
      toxics.bandwidth(name, stream, kilobytesPerSecond);
    }

    /** As much as takes half a second, within bounds. */
    @Override
    public int payloadBytes() {
      return Math.clamp(kilobytesPerSecond * 1000 / 2, LEAST_BYTES, MOST_BYTES);
    }

    @Override
    public Duration patience() {
      return Duration.ofMillis((long) (2 * expectedMillis())).plus(SLACK);
    }

    @Override
    public Judgement judge(int streams, Link.Probe before, Link.Probe during) {
      if (!during.answered()) {
        return Judgement.OPEN;
      }
      return during.millis() >= TOLERANCE * expectedMillis() && during.millis() > before.millis()
          ? Judgement.SHOWN
          : Judgement.CONTRADICTED;
    }

    private double expectedMillis() {
      return (double) payloadBytes() / kilobytesPerSecond;
    }
  }

  /** Connections that are reset, some time after they were opened. */
  record Reset(long afterMillis) implements Effect {

    private static final Duration SLACK = Duration.ofSeconds(3);

    @Override
    public void apply(ToxicList toxics, String name, ToxicDirection stream) throws IOException {
      toxics.resetPeer(name, stream, afterMillis);
    }

    @Override
    public Duration patience() {
      return Duration.ofMillis(afterMillis).plus(SLACK);
    }

    @Override
    public Judgement judge(int streams, Link.Probe before, Link.Probe during) {
      return switch (during.outcome()) {
        case RESET, CLOSED -> Judgement.SHOWN;
        // With a delay, a quick answer is back before the reset.
        case ANSWERED -> afterMillis == 0 ? Judgement.CONTRADICTED : Judgement.OPEN;
        case SILENT, REFUSED, NOT_PROBED -> Judgement.OPEN;
      };
    }
  }
}
