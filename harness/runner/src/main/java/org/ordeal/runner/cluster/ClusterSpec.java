package org.ordeal.runner.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;

/**
 * The cluster that is wanted.
 *
 * @param topology how brokers replicate
 * @param flush when brokers force to disk
 * @param groups replication groups, 1 to 10
 * @param nodes brokers in each group, 1 to 9
 * @param nameServers 1 to 9
 * @param clients client nodes, 0 to 20
 * @param brokerProperties properties laid over every broker's own
 * @param nameServerProperties properties laid over every NameServer's own
 */
public record ClusterSpec(
    Topology topology,
    Flush flush,
    int groups,
    int nodes,
    int nameServers,
    int clients,
    Map<String, String> brokerProperties,
    Map<String, String> nameServerProperties) {

  /** Most brokers that one cluster can have, in all groups together. */
  public static final int MAX_BROKERS = 20;

  /** Most NameServers that one cluster can have. */
  public static final int MAX_NAME_SERVERS = 9;

  /** Most client nodes that one cluster can have. */
  public static final int MAX_CLIENTS = 20;

  public ClusterSpec {
    require(groups >= 1, "A cluster needs at least one group, not " + groups + ".");
    require(nodes >= 1, "A group needs at least one broker, not " + nodes + ".");
    require(
        groups * nodes <= MAX_BROKERS,
        "A cluster has at most %d brokers, not %d groups of %d."
            .formatted(MAX_BROKERS, groups, nodes));
    require(
        nameServers >= 1 && nameServers <= MAX_NAME_SERVERS,
        "A cluster has 1 to %d NameServers, not %d.".formatted(MAX_NAME_SERVERS, nameServers));
    require(
        clients >= 0 && clients <= MAX_CLIENTS,
        "A cluster has 0 to %d client nodes, not %d.".formatted(MAX_CLIENTS, clients));
    require(
        topology != Topology.SINGLE || nodes == 1,
        "The topology single has one broker a group, not "
            + nodes
            + "; take --groups for several brokers.");
    require(
        (topology != Topology.ASYNC_MASTER && topology != Topology.SYNC_MASTER) || nodes >= 2,
        "The topology " + topology.label() + " needs a master and a slave: at least 2 brokers.");
    brokerProperties = Map.copyOf(brokerProperties);
    nameServerProperties = Map.copyOf(nameServerProperties);
  }

  /** Every node, brokers first, then NameServers, then clients, each by number. */
  public List<Member> members() {
    List<Member> members = new ArrayList<>();
    for (int broker = 0; broker < groups * nodes; broker++) {
      members.add(new Member("n" + broker, NodeKind.BROKER, "g" + broker / nodes));
    }
    for (int server = 0; server < nameServers; server++) {
      members.add(new Member("ns" + server, NodeKind.NAMESERVER, "nameserver"));
    }
    for (int client = 0; client < clients; client++) {
      members.add(new Member("c" + client, NodeKind.CLIENT, "client"));
    }
    return List.copyOf(members);
  }

  /** The members of one kind, by number. */
  public List<Member> members(NodeKind kind) {
    return members().stream().filter(member -> member.kind() == kind).toList();
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
