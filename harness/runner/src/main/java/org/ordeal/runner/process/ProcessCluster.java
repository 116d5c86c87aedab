package org.ordeal.runner.process;

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

/** A cluster of processes in a slot. */
final class ProcessCluster extends ServingCluster {

  private final Slot slot;
  private final SlotAddresses addresses;
  private final Links links;
  private final @Nullable Disks disks;
  private final Spawner spawner;
  private final List<NodeProcess> nodes;
  private final AtomicBoolean closed = new AtomicBoolean();

  ProcessCluster(
      Launch launch,
      Slot slot,
      SlotAddresses addresses,
      Links links,
      @Nullable Disks disks,
      Spawner spawner,
      List<NodeProcess> nodes) {
    super(launch);
    this.slot = slot;
    this.addresses = addresses;
    this.links = links;
    this.disks = disks;
    this.spawner = spawner;
    this.nodes = List.copyOf(nodes);
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
    return addresses.real(member, port);
  }

  @Override
  protected int seen(Member member, Port port) {
    return port.wildcard() ? port.number() : addresses.bound(member, port);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // All at once: what the others do while one ends matters to nobody any more.
      try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
        nodes.forEach(node -> each.execute(node::destroy));
      }
      spawner.close();
      if (disks != null) {
        disks.close();
      }
      links.close();
      slot.close();
    }
  }
}
