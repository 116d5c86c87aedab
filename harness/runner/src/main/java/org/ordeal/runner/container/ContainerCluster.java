package org.ordeal.runner.container;

import eu.rekawek.toxiproxy.Proxy;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Link;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.disk.DiskCanary;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.runner.cluster.ClusterRuntime.Launch;
import org.ordeal.runner.cluster.Disks;
import org.ordeal.runner.cluster.Node;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.ServingCluster;

/** A cluster of containers. */
final class ContainerCluster extends ServingCluster {
  private final ContainerNetworks networks;
  private final ContainerLinks links;
  private final @Nullable Disks disks;
  private final List<ContainerNode> nodes;
  private final Thread atExit = Thread.ofPlatform().unstarted(this::close);
  private final AtomicBoolean closed = new AtomicBoolean();

  ContainerCluster(
      Launch launch,
      ContainerNetworks networks,
      ContainerLinks links,
      @Nullable Disks disks,
      List<ContainerNode> nodes) {
    super(launch);
    this.networks = networks;
    this.links = links;
    this.disks = disks;
    this.nodes = List.copyOf(nodes);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  @Override
  public Set<Need> offers() {
    Set<Need> needs = EnumSet.of(Need.PROCESS, Need.NETWORK);
    if (disks != null) {
      needs.addAll(disks.needs());
    }
    return needs;
  }

  @Override
  public Optional<DiskControl> disks() {
    return Optional.ofNullable(disks).map(Disks::control);
  }

  @Override
  public Optional<Proxy> diskLink(String node) {
    return disks == null ? Optional.empty() : disks.link(node);
  }

  @Override
  public List<DiskCanary> canaries() {
    return disks == null ? List.of() : disks.canaries();
  }

  @Override
  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  @Override
  public List<Link> links(String from, String to) {
    return links.between(from, to);
  }

  @Override
  protected InetSocketAddress real(Member member, Port port) {
    return networks.addresses().real(member, port);
  }

  @Override
  protected int seen(Member member, Port port) {
    return networks.addresses().bound(member, port);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
        nodes.forEach(node -> each.execute(node::remove));
      }
      if (disks != null) {
        disks.close();
      }
      links.close();
      networks.close();
      try {
        Runtime.getRuntime().removeShutdownHook(atExit);
      } catch (IllegalStateException goingDown) {
        // The hook is what closes it.
      }
    }
  }
}
