package org.ordeal.runner.container;

import eu.rekawek.toxiproxy.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.ordeal.faults.Link;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.Probes;

/**
 * A link whose proxy is one of Toxiproxy's in its container.
 *
 * @param from who dials
 * @param to who is dialled
 * @param target the port of {@code to}
 * @param proxy the proxy between them
 * @param listen where the proxy listens
 */
record ContainerLink(String from, String to, Port target, Proxy proxy, InetSocketAddress listen)
    implements Link {

  @Override
  public String port() {
    return target.name();
  }

  @Override
  public Probe probe(int payloadBytes, Duration atMost) {
    return Probes.probe(listen, target.protocol(), payloadBytes, atMost);
  }

  /** Toxiproxy's own server counts no bytes by proxy. */
  @Override
  public Optional<Traffic> traffic() {
    return Optional.empty();
  }
}
