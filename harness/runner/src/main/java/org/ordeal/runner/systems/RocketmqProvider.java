package org.ordeal.runner.systems;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.resolution.VersionRangeResolutionException;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.SystemProvider;
import org.ordeal.runner.cluster.SystemUnderTest;

/** {@code rocketmq:<version>}: a release of Apache RocketMQ from Maven Central. */
public final class RocketmqProvider implements SystemProvider {

  private static final String GROUP = "org.apache.rocketmq:";
  private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.\\-]*");

  @Override
  public String scheme() {
    return "rocketmq";
  }

  @Override
  public String usage() {
    return "rocketmq:<version>";
  }

  @Override
  public String description() {
    return "a release of Apache RocketMQ, from Maven Central";
  }

  @Override
  public List<String> known() {
    return Stream.of("5.1.0", "5.1.1", "5.1.4", "5.2.0", "5.3.3", "5.4.0", "5.5.0")
        .map(version -> scheme() + ":" + version)
        .toList();
  }

  @Override
  public SystemUnderTest resolve(String version, Consumer<String> progress) {
    if (!VERSION.matcher(version).matches()) {
      throw new UsageException(
          "The system 'rocketmq:%s' has no version that could exist. Known: %s."
              .formatted(version, String.join(", ", known())));
    }
    try (MavenCentral central = new MavenCentral(progress)) {
      List<Path> jars;
      try {
        jars =
            central.resolve(
                Stream.of("rocketmq-namesrv", "rocketmq-broker", "rocketmq-controller")
                    .map(artifact -> GROUP + artifact + ":" + version)
                    .toList());
      } catch (DependencyResolutionException e) {
        throw unresolved(central, version, e);
      }
      return new ApacheSystem(scheme() + ":" + version, Digests.of(jars), jars);
    }
  }

  private RuntimeException unresolved(
      MavenCentral central, String version, DependencyResolutionException cause) {
    List<String> published;
    try {
      published = central.versions(GROUP + "rocketmq-controller");
    } catch (VersionRangeResolutionException e) {
      published = List.of();
    }
    if (published.isEmpty()) {
      if (known().contains(scheme() + ":" + version)) {
        return new EnvironmentException(
            "Apache RocketMQ %s is not in the local Maven repository and could not be fetched: %s"
                .formatted(version, cause.getMessage()),
            cause);
      }
      return new UsageException(
          "Apache RocketMQ '%s' is not known, and Maven Central could not be asked. Known: %s."
              .formatted(version, String.join(", ", known())),
          cause);
    }
    if (published.contains(version)) {
      return new EnvironmentException(
          "Apache RocketMQ %s exists, but its jars could not be fetched: %s"
              .formatted(version, cause.getMessage()),
          cause);
    }
    return new UsageException(
        "There is no Apache RocketMQ '%s' on Maven Central. It has %s."
            .formatted(version, String.join(", ", published)),
        cause);
  }
}
