package org.ordeal.runner.container;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ordeal.faults.Member;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.cluster.ClusterSpec;

/** The networks of a cluster, one for each node. */
final class ContainerNetworks implements AutoCloseable {
  private final Engine engine;
  private final ContainerAddresses addresses;
  private final Map<Member, String> ids;

  private ContainerNetworks(Engine engine, ContainerAddresses addresses, Map<Member, String> ids) {
    this.engine = engine;
    this.addresses = addresses;
    this.ids = ids;
  }

  /**
   * Makes the networks in the first block that is free.
   *
   * @param run unique name of the run, for the networks' names
   * @throws EnvironmentException where none of the blocks is free
   */
  static ContainerNetworks open(Engine engine, ClusterSpec spec, String run) {
    for (int block = 0; block < ContainerAddresses.BLOCKS; block++) {
      ContainerAddresses addresses = new ContainerAddresses(block, spec);
      Map<Member, String> ids = new LinkedHashMap<>();
      boolean free = true;
      for (Member member : spec.members()) {
        Optional<String> id =
            engine.createNetwork(
                "ordeal-%s-%s".formatted(run, member.name()), addresses.subnet(member));
        if (id.isEmpty()) {
          free = false;
          break;
        }
        ids.put(member, id.get());
      }
      if (free) {
        return new ContainerNetworks(engine, addresses, ids);
      }
      ids.values().forEach(engine::removeNetwork);
    }
    throw new EnvironmentException(
        "The container engine has no room for the networks of a cluster: every subnet of"
            + " 172.28.0.0/16 that Ordeal uses is taken. 'docker network ls' shows by whom.");
  }

  ContainerAddresses addresses() {
    return addresses;
  }

  String id(Member member) {
    String id = ids.get(member);
    if (id == null) {
      throw new IllegalArgumentException("There is no network of " + member.name() + ".");
    }
    return id;
  }

  @Override
  public void close() {
    ids.values().forEach(engine::removeNetwork);
  }
}
