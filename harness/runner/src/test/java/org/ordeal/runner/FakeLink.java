package org.ordeal.runner;

import eu.rekawek.toxiproxy.Proxy;
import java.time.Duration;
import java.util.Optional;
import org.ordeal.faults.Link;

/**
 * A link to a node that answers; whether its proxy does is what a test decides.
 *
 * @param carried whether the proxy carries what is sent
 */
record FakeLink(String from, String to, boolean carried) implements Link {

  @Override
  public String port() {
    return "raft";
  }

  @Override
  public Proxy proxy() {
    throw new UnsupportedOperationException("no fault of these tests acts on links");
  }

  @Override
  public Probe probe(int payloadBytes, Duration atMost) {
    return new Probe(carried ? Probe.Outcome.ANSWERED : Probe.Outcome.CLOSED, 1_000_000);
  }

  @Override
  public Probe probeDirectly(Duration atMost) {
    return new Probe(Probe.Outcome.ANSWERED, 1_000_000);
  }

  @Override
  public Optional<Traffic> traffic() {
    return Optional.empty();
  }
}
