package org.ordeal.runner.process;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.ordeal.faults.Member;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Port;

/** The addresses of a cluster in a slot, as {@link org.ordeal.runner.process} draws them. */
final class SlotAddresses implements Addresses {

  private static final int UNIQUE_BASE = 11_000;
  private static final int UNIQUE_PER_BROKER = 4;
  private static final int UNIQUE_PER_SLOT =
      ClusterSpec.MAX_BROKERS * UNIQUE_PER_BROKER + ClusterSpec.MAX_NAME_SERVERS;

  private final int slot;
  private final List<Member> members;
  private final Path directory;

  SlotAddresses(int slot, ClusterSpec spec, Path directory) {
    this.slot = slot;
    this.members = spec.members();
    this.directory = directory;
  }

  @Override
  public String bindAddress(Member node) {
    return "127.%d.0.%d".formatted(slot, host(node));
  }

  @Override
  public int bound(Member node, Port port) {
    if (port.binding() == Port.Binding.ADDRESS) {
      return port.number();
    }
    int first = UNIQUE_BASE + slot * UNIQUE_PER_SLOT;
    int block = first + number(node) * UNIQUE_PER_BROKER;
    return switch (port.name()) {
      case "vip" -> block;
      case "raft" -> block + 1;
      case "listen" -> block + 2;
      case "ha" -> block + 3;
      case "controller" -> first + ClusterSpec.MAX_BROKERS * UNIQUE_PER_BROKER + number(node);
      default ->
          throw new IllegalArgumentException(
              "No unique numbers are set aside for ports called '" + port.name() + "'.");
    };
  }

  @Override
  public int seen(Member from, Member to, Port port) {
    return port.wildcard() ? port.number() : bound(to, port);
  }

  @Override
  public Path directory(Member node) {
    return directory.resolve("nodes").resolve(node.name());
  }

  @Override
  public Path store(Member node) {
    return directory(node).resolve("store");
  }

  /** Where {@code from} sees {@code to}: the address that its proxies listen on. */
  String viewAddress(Member from, Member to) {
    return "127.%d.%d.%d".formatted(slot, 1 + members.indexOf(from), host(to));
  }

  /** Where a node really listens. */
  InetSocketAddress real(Member node, Port port) {
    return new InetSocketAddress(bindAddress(node), bound(node, port));
  }

  private static int host(Member node) {
    int first =
        switch (node.kind()) {
          case BROKER -> 10;
          case NAMESERVER -> 40;
          case CLIENT -> 70;
        };
    return first + number(node);
  }

  private static int number(Member node) {
    return Integer.parseInt(node.name().replaceAll("\\D", ""));
  }
}
