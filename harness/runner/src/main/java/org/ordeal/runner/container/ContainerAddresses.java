package org.ordeal.runner.container;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.ordeal.faults.Member;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Port;

/**
 * Addresses of a cluster in containers: a block of 64 networks of 16 addresses each. Immutable.
 *
 * <p>Block b takes 172.28.(4 b).0 to 172.28.(4 b + 3).255, so there are 64 blocks.
 */
final class ContainerAddresses implements Addresses {
  /** Blocks that there are. */
  static final int BLOCKS = 64;

  /** Where a node's directory is mounted in its container. */
  static final Path MOUNT = Path.of("/data");

  private static final int NETWORK_SIZE = 16;
  private static final int NETWORKS_PER_BLOCK = 64;
  private static final int TOXIPROXY_HOST = 2;
  private static final int NODE_HOST = 3;
  private static final int PORTS_PER_NODE = 100;

  private final int block;
  private final List<Member> members;

  ContainerAddresses(int block, ClusterSpec spec) {
    this.block = block;
    this.members = spec.members();
  }

  /** The subnet that a node is alone on. */
  String subnet(Member node) {
    return address(node, 0) + "/28";
  }

  /** The node's own address. */
  String real(Member node) {
    return address(node, NODE_HOST);
  }

  /** Toxiproxy's address on a node's network: where that node sees all others. */
  String toxiproxy(Member node) {
    return address(node, TOXIPROXY_HOST);
  }

  InetSocketAddress real(Member node, Port port) {
    return new InetSocketAddress(real(node), bound(node, port));
  }

  InetSocketAddress seenAt(Member from, Member to, Port port) {
    return new InetSocketAddress(toxiproxy(from), bound(to, port));
  }

  @Override
  public String bindAddress(Member node) {
    return real(node);
  }

  @Override
  public int bound(Member node, Port port) {
    return port.number() + PORTS_PER_NODE * (1 + members.indexOf(node));
  }

  @Override
  public int seen(Member from, Member to, Port port) {
    return bound(to, port);
  }

  @Override
  public Path directory(Member node) {
    return MOUNT;
  }

  @Override
  public Path store(Member node) {
    return MOUNT.resolve("store");
  }

  private String address(Member node, int host) {
    int index = members.indexOf(node);
    if (index < 0 || index >= NETWORKS_PER_BLOCK) {
      throw new IllegalArgumentException("No network is set aside for " + node.name() + ".");
    }
    int offset = (block * NETWORKS_PER_BLOCK + index) * NETWORK_SIZE + host;
    return "172.28.%d.%d".formatted(offset >> 8, offset & 0xff);
  }
}
