package org.ordeal.runner.container;

import com.github.dockerjava.api.model.ContainerNetwork;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ordeal.faults.Link;
import org.ordeal.faults.Member;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.LinkPorts;
import org.ordeal.runner.cluster.Polling;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.testcontainers.toxiproxy.ToxiproxyContainer;
import org.testcontainers.utility.DockerImageName;

/** Toxiproxy's container on every node's network, and a proxy on every directed link. */
final class ContainerLinks implements AutoCloseable {
  private static final Duration READY_BOUND = Duration.ofSeconds(30);
  private static final int CONTROL_PORT = 8474;

  private record Pair(String from, String to) {}

  private final Engine engine;
  private final ToxiproxyContainer container;
  private final Map<Pair, List<Link>> links = new HashMap<>();

  private ContainerLinks(Engine engine, ToxiproxyContainer container) {
    this.engine = engine;
    this.container = container;
  }

  /**
   * Starts Toxiproxy, puts it on every network under the names of all other nodes, and makes every
   * proxy.
   */
  static ContainerLinks open(
      Engine engine,
      String image,
      ContainerNetworks networks,
      SystemUnderTest system,
      ClusterSpec spec,
      String run)
      throws InterruptedException {
    @SuppressWarnings("resource") // closed by close()
    ToxiproxyContainer container =
        new ToxiproxyContainer(
            DockerImageName.parse(image).asCompatibleSubstituteFor("ghcr.io/shopify/toxiproxy"));
    container.withLabels(engine.labels("toxiproxy"));
    container.withImagePullPolicy(name -> false);
    container.setExposedPorts(List.of());
    container.withCreateContainerCmdModifier(
        command -> command.withName("ordeal-%s-toxiproxy".formatted(run)));
    container.setWaitStrategy(Waiting.NOT_AT_ALL);
    ContainerLinks links = new ContainerLinks(engine, container);
    try {
      container.start();
      for (Member member : spec.members()) {
        links.join(networks, member, spec.members());
      }
      Member first = spec.members().getFirst();
      ToxiproxyClient client =
          new ToxiproxyClient(networks.addresses().toxiproxy(first), CONTROL_PORT);
      if (!Polling.until(READY_BOUND, () -> answers(client))) {
        throw new EnvironmentException(
            "Toxiproxy's container does not answer at %s:%d; its log: %s"
                .formatted(
                    networks.addresses().toxiproxy(first), CONTROL_PORT, container.getLogs()));
      }
      for (Member from : spec.members()) {
        for (Member to : spec.members()) {
          links.create(client, networks.addresses(), system, spec, from, to);
        }
      }
      return links;
    } catch (RuntimeException | InterruptedException e) {
      links.close();
      throw e;
    }
  }

  private void join(ContainerNetworks networks, Member member, List<Member> members) {
    List<String> others =
        members.stream().filter(other -> !other.equals(member)).map(Member::name).toList();
    engine
        .client()
        .connectToNetworkCmd()
        .withNetworkId(networks.id(member))
        .withContainerId(container.getContainerId())
        .withContainerNetwork(
            new ContainerNetwork()
                .withAliases(others)
                .withIpamConfig(
                    new ContainerNetwork.Ipam()
                        .withIpv4Address(networks.addresses().toxiproxy(member))))
        .exec();
  }

  private static boolean answers(ToxiproxyClient client) {
    try {
      client.version();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void create(
      ToxiproxyClient client,
      ContainerAddresses addresses,
      SystemUnderTest system,
      ClusterSpec spec,
      Member from,
      Member to) {
    List<Link> made = new ArrayList<>();
    for (Port port : LinkPorts.dialled(system, spec, from, to)) {
      InetSocketAddress listen = addresses.seenAt(from, to, port);
      InetSocketAddress real = addresses.real(to, port);
      String name = from.name() + "-" + to.name() + "-" + port.name();
      try {
        made.add(
            new ContainerLink(
                from.name(),
                to.name(),
                port,
                client.createProxy(name, text(listen), text(real)),
                listen));
      } catch (IOException e) {
        throw new EnvironmentException(
            "Toxiproxy refused the proxy %s at %s: %s."
                .formatted(name, text(listen), e.getMessage()),
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

  @Override
  public void close() {
    String id = container.getContainerId();
    if (id != null) {
      engine.removeContainer(id);
    }
  }
}
