package org.ordeal.runner.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateNetworkResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.image.ContainerImage;
import org.testcontainers.DockerClientFactory;

/**
 * The container engine, and the labels by which we find our own things in it again. Safe for use by
 * several threads.
 *
 * <p>Everything carries {@code org.ordeal} (what it is) and {@code org.ordeal.owner} (pid and start
 * time of the harness): what belongs to a harness that is no more is swept by the next one.
 */
final class Engine {
  static final String OWNER_LABEL = ContainerImage.LABEL + ".owner";

  private final DockerClient client;
  private final String owner;

  private Engine(DockerClient client) {
    this.client = client;
    this.owner = ownerOf(ProcessHandle.current());
  }

  /**
   * Connects.
   *
   * @throws EnvironmentException where no engine answers
   */
  static Engine connect() {
    try {
      return new Engine(DockerClientFactory.lazyClient());
    } catch (IllegalStateException | DockerException e) {
      throw new EnvironmentException(unreachable(e), e);
    }
  }

  /** Why no cluster can be run in containers on this machine; empty where one can. */
  static Optional<String> missing() {
    try {
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        return Optional.of(
            "No container engine answers (DOCKER_HOST, /var/run/docker.sock): install Docker Engine"
                + " and start dockerd.");
      }
    } catch (RuntimeException e) {
      return Optional.of(unreachable(e));
    }
    String host = String.valueOf(System.getenv("DOCKER_HOST"));
    if (host.startsWith("tcp://") || host.startsWith("ssh://")) {
      return Optional.of(
          "DOCKER_HOST is "
              + host
              + ": the harness dials containers at their own addresses, which needs an engine on"
              + " this machine.");
    }
    return Optional.empty();
  }

  private static String unreachable(Exception e) {
    return "The container engine cannot be reached: %s. Start dockerd, or set DOCKER_HOST."
        .formatted(String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"));
  }

  DockerClient client() {
    return client;
  }

  /** The labels of something of ours. */
  Map<String, String> labels(String what) {
    return new HashMap<>(Map.of(ContainerImage.LABEL, what, OWNER_LABEL, owner));
  }

  /**
   * Makes an internal network.
   *
   * @return its id; empty where the subnet is taken
   */
  Optional<String> createNetwork(String name, String subnet) {
    try {
      CreateNetworkResponse created =
          client
              .createNetworkCmd()
              .withName(name)
              .withDriver("bridge")
              .withInternal(true)
              .withCheckDuplicate(true)
              .withLabels(labels("network"))
              .withIpam(new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet(subnet)))
              .exec();
      return Optional.of(created.getId());
    } catch (ConflictException e) {
      return Optional.empty();
    } catch (DockerException e) {
      if (String.valueOf(e.getMessage()).contains("overlaps")) {
        return Optional.empty();
      }
      throw new EnvironmentException(
          "The container engine refused the network %s: %s.".formatted(subnet, e.getMessage()), e);
    }
  }

  void removeContainer(String id) {
    try {
      client.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    } catch (NotFoundException | ConflictException gone) {
      // Gone, or on its way.
    }
  }

  void removeNetwork(String id) {
    try {
      client.removeNetworkCmd(id).exec();
    } catch (NotFoundException gone) {
      // Somebody was faster.
    }
  }

  /**
   * Removes containers and networks of harnesses that are no more.
   *
   * @return what was removed, one name each
   */
  List<String> sweep() {
    List<String> swept = new ArrayList<>();
    for (Container container :
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(OWNER_LABEL)).exec()) {
      if (!alive(container.getLabels().get(OWNER_LABEL))) {
        removeContainer(container.getId());
        swept.add("container " + String.join(" ", container.getNames()));
      }
    }
    for (Network network : client.listNetworksCmd().exec()) {
      Map<String, String> labels = network.getLabels();
      if (labels != null && labels.containsKey(OWNER_LABEL) && !alive(labels.get(OWNER_LABEL))) {
        removeNetwork(network.getId());
        swept.add("network " + network.getName());
      }
    }
    return swept;
  }

  private static boolean alive(@org.jspecify.annotations.Nullable String owner) {
    if (owner == null || owner.indexOf('-') < 0) {
      return false;
    }
    try {
      long pid = Long.parseLong(owner.substring(0, owner.indexOf('-')));
      return ProcessHandle.of(pid).map(handle -> ownerOf(handle).equals(owner)).orElse(false);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String ownerOf(ProcessHandle process) {
    return process.pid()
        + "-"
        + process.info().startInstant().map(start -> start.toEpochMilli()).orElse(0L);
  }
}
