package org.ordeal.runner.process;

import eu.rekawek.toxiproxy.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.ordeal.faults.Link;
import org.ordeal.faults.toxiproxy.EmbeddedToxiproxy;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.Probes;

/**
 * A link whose proxy is one of the embedded Toxiproxy.
 *
 * @param from who dials
 * @param to who is dialled
 * @param target the port of {@code to}
 * @param proxy the proxy between them
 * @param listen where the proxy listens
 * @param real where {@code to} listens
 * @param server whose proxy it is
 */
record ProxiedLink(
    String from,
    String to,
    Port target,
    Proxy proxy,
    InetSocketAddress listen,
    InetSocketAddress real,
    EmbeddedToxiproxy server)
    implements Link {

  @Override
  public String port() {
    return target.name();
  }

  @Override
  public Probe probe(int payloadBytes, Duration atMost) {
    return Probes.probe(listen, target.protocol(), payloadBytes, atMost);
  }

  @Override
  public Probe probeDirectly(Duration atMost) {
    return Probes.probe(real, target.protocol(), 0, atMost);
  }

  @Override
  public Optional<Traffic> traffic() {
    return server
        .statistics(proxy.getName())
        .map(
            counted ->
                new Traffic(
                    counted.upstreamBytes().received(),
                    counted.upstreamBytes().sent(),
                    counted.downstreamBytes().received(),
                    counted.downstreamBytes().sent()));
  }
}
