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
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.image.ContainerImage;
import org.testcontainers.DockerClientFactory;

/**
 * The container engine, and the labels by which we find our own things in it again. Safe for use by
 * several threads.
 *
 * <p>Everything carries {@code org.ordeal} (what it is) and {@code org.ordeal.owner} ({@link
 * Owner}): what belongs to a harness that is no more is swept by the next one.
 */
final class Engine {
  static final String OWNER_LABEL = ContainerImage.LABEL + ".owner";

  private final DockerClient client;
  private final String owner;

  private Engine(DockerClient client) {
    this.client = client;
    this.owner = Owner.current().label();
  }

  /**
   * Connects.
   *
   * @throws EnvironmentException where no engine answers
   */
  static Engine connect() {
    try {
      Optional<String> unreachable = unreachable();
      if (unreachable.isPresent()) {
        throw new EnvironmentException(unreachable.get());
      }
      return new Engine(DockerClientFactory.lazyClient());
    } catch (IllegalStateException | DockerException e) {
      throw new EnvironmentException(unreachable(e), e);
    }
  }

  /** Why no engine can be had; empty where one answers. */
  static Optional<String> unreachable() {
    try {
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        return Optional.of(
            "No container engine answers (DOCKER_HOST, /var/run/docker.sock): install Docker Engine"
                + " and start dockerd.");
      }
      return elsewhere(
          System.getenv("DOCKER_HOST"),
          DockerClientFactory.instance().getTransportConfig().getDockerHost().toString());
    } catch (RuntimeException e) {
      return Optional.of(unreachable(e));
    }
  }

  /**
   * Whether another engine answers than the one that was asked for: Testcontainers goes on to the
   * usual socket where it finds none at {@code DOCKER_HOST}.
   */
  static Optional<String> elsewhere(@Nullable String wanted, String found) {
    if (wanted == null
        || wanted.isBlank()
        || wanted.replaceFirst("/+$", "").equals(found.replaceFirst("/+$", ""))) {
      return Optional.empty();
    }
    return Optional.of(
        "No container engine answers at DOCKER_HOST=%s; only at %s. Start it, or unset DOCKER_HOST."
            .formatted(wanted, found));
  }

  /** Why no cluster can be run in containers on this machine; empty where one can. */
  static Optional<String> missing() {
    Optional<String> unreachable = unreachable();
    if (unreachable.isPresent()) {
      return unreachable;
    }
    return EngineLimits.hindering(connect().client().infoCmd().exec());
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
   * What a sweep found of harnesses that are no more.
   *
   * @param containers how many were removed
   * @param networks how many were removed
   * @param stuck what could not be removed, and why
   */
  record Swept(int containers, int networks, List<String> stuck) {
    Swept {
      stuck = List.copyOf(stuck);
    }

    /** One line; empty where there was nothing. */
    Optional<String> sentence() {
      if (containers == 0 && networks == 0 && stuck.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          "Removed %s and %s of a run that was killed.%s"
              .formatted(
                  counted(containers, "container"),
                  counted(networks, "network"),
                  stuck.isEmpty() ? "" : " Could not remove " + String.join("; ", stuck) + "."));
    }

    private static String counted(int count, String what) {
      return "%d %s%s".formatted(count, what, count == 1 ? "" : "s");
    }
  }

  /** Removes containers and networks of harnesses that are no more. */
  Swept sweep() {
    int containers = 0;
    int networks = 0;
    List<String> stuck = new ArrayList<>();
    for (Container container :
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(OWNER_LABEL)).exec()) {
      if (Owner.isGone(container.getLabels().get(OWNER_LABEL))) {
        try {
          removeContainer(container.getId());
          containers++;
        } catch (DockerException e) {
          stuck.add("container " + container.getId() + ": " + e.getMessage());
        }
      }
    }
    for (Network network : client.listNetworksCmd().exec()) {
      Map<String, String> labels = network.getLabels();
      if (labels != null && Owner.isGone(labels.get(OWNER_LABEL))) {
        try {
          removeNetwork(network.getId());
          networks++;
        } catch (DockerException e) {
          stuck.add("network " + network.getName() + ": " + e.getMessage());
        }
      }
    }
    return new Swept(containers, networks, stuck);
  }
}
