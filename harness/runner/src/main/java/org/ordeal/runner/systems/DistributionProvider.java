package org.ordeal.runner.systems;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.SystemProvider;
import org.ordeal.runner.cluster.SystemUnderTest;

/** {@code dist:<directory>}: an unpacked binary release of RocketMQ, or of a build of it. */
public final class DistributionProvider implements SystemProvider {

  @Override
  public String scheme() {
    return "dist";
  }

  @Override
  public String usage() {
    return "dist:<directory>";
  }

  @Override
  public String description() {
    return "an unpacked binary release, with its jars in lib/";
  }

  @Override
  public List<String> known() {
    return List.of();
  }

  @Override
  public SystemUnderTest resolve(String directory, Consumer<String> progress) {
    if (directory.isEmpty()) {
      throw new UsageException("The system 'dist' needs a directory: dist:<directory>.");
    }
    return release(scheme() + ":" + directory, Path.of(directory).toAbsolutePath().normalize());
  }

  /**
   * The release in a directory.
   *
   * @param name what the system is called
   * @throws UsageException where it is none
   */
  public static SystemUnderTest release(String name, Path directory) {
    Path lib = directory.resolve("lib");
    List<Path> jars;
    try (Stream<Path> files = Files.list(lib)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UsageException(
          "There is no unpacked release in %s: its folder lib/ could not be read (%s)."
              .formatted(directory, e),
          e);
    }
    for (String part : List.of("namesrv", "broker")) {
      if (jars.stream().noneMatch(jar -> String.valueOf(jar.getFileName()).contains(part))) {
        throw new UsageException(
            "The release in %s has no %s jar in its folder lib/.".formatted(directory, part));
      }
    }
    return new ApacheSystem(name, Digests.of(jars), jars);
  }
}
