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

  private static final int WILDCARD_BASE = 20_000;
  private static final int WILDCARDS_PER_SLOT = 60;

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
    if (!port.wildcard()) {
      return port.number();
    }
    int share =
        switch (port.name()) {
          case "raft" -> 0;
          case "ha" -> ClusterSpec.MAX_BROKERS;
          case "controller" -> 2 * ClusterSpec.MAX_BROKERS;
          default ->
              throw new IllegalArgumentException(
                  "No numbers are set aside for wildcard ports called '" + port.name() + "'.");
        };
    return WILDCARD_BASE + slot * WILDCARDS_PER_SLOT + share + number(node);
  }

  @Override
  public int seen(Member from, Member to, Port port) {
    return port.number();
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
