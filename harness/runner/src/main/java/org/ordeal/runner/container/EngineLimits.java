package org.ordeal.runner.container;

import com.github.dockerjava.api.model.Info;
import java.util.List;
import java.util.Optional;

/**
 * Why clusters cannot run on an engine that answers. The harness dials containers at their own
 * addresses and gives them directories by bind mount, so the engine must share this machine's
 * network and files.
 */
final class EngineLimits {
  private static final String ON_THIS_MACHINE =
      ": the harness dials containers at their own addresses and gives them directories of this"
          + " machine, which needs an engine that runs as root on this Linux machine. Images can be"
          + " made there all the same.";

  private EngineLimits() {}

  /** The first limit of the engine that {@code DOCKER_HOST} names; empty where none hinders. */
  static Optional<String> hindering(Info engine) {
    return hindering(System.getenv().getOrDefault("DOCKER_HOST", ""), engine);
  }

  /**
   * The first limit that hinders; empty where none does.
   *
   * @param host value of {@code DOCKER_HOST}, empty where it is not set
   * @param engine what the engine says of itself
   */
  static Optional<String> hindering(String host, Info engine) {
    if (host.startsWith("tcp://") || host.startsWith("ssh://") || host.startsWith("npipe://")) {
      return Optional.of("DOCKER_HOST is " + host + ON_THIS_MACHINE);
    }
    List<String> security = engine.getSecurityOptions();
    if (security != null && security.stream().anyMatch(option -> option.contains("rootless"))) {
      return Optional.of("The container engine is rootless" + ON_THIS_MACHINE);
    }
    String system = String.valueOf(engine.getOperatingSystem());
    if (system.contains("Docker Desktop")) {
      return Optional.of(
          "The container engine runs in a virtual machine (%s)%s"
              .formatted(system, ON_THIS_MACHINE));
    }
    return Optional.empty();
  }
}
