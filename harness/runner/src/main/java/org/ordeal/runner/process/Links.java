package org.ordeal.runner.process;

import eu.rekawek.toxiproxy.ToxiproxyClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ordeal.faults.Link;
import org.ordeal.faults.Member;
import org.ordeal.faults.toxiproxy.EmbeddedToxiproxy;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.LinkPorts;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemUnderTest;

/** A proxy on every directed link of a cluster, and the server that they are proxies of. */
final class Links implements AutoCloseable {

  private final EmbeddedToxiproxy server;
  private final Map<Pair, List<Link>> links;

  private record Pair(String from, String to) {}

  private Links(EmbeddedToxiproxy server, Map<Pair, List<Link>> links) {
    this.server = server;
    this.links = links;
  }

  /** Starts the server and makes every proxy. */
  static Links open(SystemUnderTest system, ClusterSpec spec, SlotAddresses addresses) {
    EmbeddedToxiproxy server;
    try {
      server = EmbeddedToxiproxy.start("127.0.0.1", 0);
    } catch (IOException e) {
      throw new EnvironmentException(
          "The embedded Toxiproxy could not listen on a loopback port: " + e.getMessage(), e);
    }
    Links opened = new Links(server, new HashMap<>());
    try {
      ToxiproxyClient client = new ToxiproxyClient(server.host(), server.port());
      for (Member from : spec.members()) {
        for (Member to : spec.members()) {
          opened.open(client, from, to, LinkPorts.dialled(system, spec, from, to), addresses);
        }
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void open(
      ToxiproxyClient client, Member from, Member to, List<Port> ports, SlotAddresses addresses) {
    List<Link> made = new ArrayList<>();
    for (Port port : ports) {
      InetSocketAddress listen =
          new InetSocketAddress(addresses.viewAddress(from, to), addresses.seen(from, to, port));
      InetSocketAddress real = addresses.real(to, port);
      String name = from.name() + "-" + to.name() + "-" + port.name();
      try {
        made.add(
            new ProxiedLink(
                from.name(),
                to.name(),
                port,
                client.createProxy(name, text(listen), text(real)),
                listen,
                real,
                server));
      } catch (IOException e) {
        throw new EnvironmentException(
            "The proxy from %s to the port %s of %s could not listen on %s: %s. Another program may hold that port; 'ss -ltnp' shows which."
                .formatted(from.name(), port.name(), to.name(), text(listen), e.getMessage()),
            e);
      }
    }
    links.put(new Pair(from.name(), to.name()), List.copyOf(made));
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /** Every link of one directed pair. */
  List<Link> between(String from, String to) {
    return links.getOrDefault(new Pair(from, to), List.of());
  }

  /** How many proxies there are. */
  int count() {
    return links.values().stream().mapToInt(List::size).sum();
  }

  @Override
  public void close() {
    server.close();
  }
}
