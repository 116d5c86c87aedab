package org.ordeal.runner.systems;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.SystemProvider;
import org.ordeal.runner.cluster.SystemUnderTest;

/**
 * {@code reference}: the broker of this project, as it was built last.
 *
 * <p>The home of the installation is told by the property {@code ordeal.home}; without it, it is
 * the nearest directory above the current one that has a reference broker in it.
 */
public final class ReferenceProvider implements SystemProvider {

  @Override
  public String scheme() {
    return "reference";
  }

  @Override
  public String usage() {
    return "reference";
  }

  @Override
  public String description() {
    return "the reference broker that comes with Ordeal";
  }

  @Override
  public List<String> known() {
    return List.of("reference");
  }

  @Override
  public SystemUnderTest resolve(String argument, Consumer<String> progress) {
    if (!argument.isEmpty()) {
      throw new UsageException(
          "The reference broker comes in one version: write 'reference', not 'reference:%s'."
              .formatted(argument));
    }
    Path target = home().resolve("reference-broker").resolve("target");
    List<Path> classPath = classPath(target);
    return new ReferenceSystem(
        "reference", Digests.of(classPath), classPath, target.resolve("reference-broker.aot"));
  }

  /**
   * The classes and jars of the broker as it was built last.
   *
   * @throws EnvironmentException where it is not built
   */
  public static List<Path> classPath() {
    return classPath(home().resolve("reference-broker").resolve("target"));
  }

  private static List<Path> classPath(Path target) {
    List<Path> classPath = new ArrayList<>();
    classPath.add(ownClasses(target));
    Path lib = target.resolve("lib");
    try (Stream<Path> jars = Files.list(lib)) {
      jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().forEach(classPath::add);
    } catch (IOException e) {
      throw unbuilt(target, e);
    }
    if (!Files.exists(classPath.getFirst())) {
      throw unbuilt(target, null);
    }
    return classPath;
  }

  /**
   * The jar of the reference broker's own classes, since ahead-of-time caches know jars only; the
   * directory of the classes where they have been compiled since, or there is no jar.
   */
  private static Path ownClasses(Path target) {
    Path classes = target.resolve("classes");
    try (Stream<Path> files = Files.list(target);
        Stream<Path> compiled = Files.walk(classes)) {
      List<Path> jars =
          files
              .filter(
                  file -> file.getFileName().toString().matches("ordeal-reference-broker-.*\\.jar"))
              .toList();
      if (jars.size() != 1) {
        return classes;
      }
      FileTime packaged = Files.getLastModifiedTime(jars.getFirst());
      boolean stale =
          compiled
              .filter(Files::isRegularFile)
              .anyMatch(file -> modified(file).compareTo(packaged) > 0);
      return stale ? classes : jars.getFirst();
    } catch (IOException | UncheckedIOException e) {
      return classes;
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path home() {
    String told = System.getProperty("ordeal.home");
    if (told != null) {
      return Path.of(told).toAbsolutePath();
    }
    Path here = Path.of("").toAbsolutePath();
    for (Path above = here; above != null; above = above.getParent()) {
      if (Files.isDirectory(above.resolve("reference-broker"))) {
        return above;
      }
    }
    return here;
  }

  private static EnvironmentException unbuilt(Path target, @Nullable Throwable cause) {
    String sentence =
        "The reference broker is not built: %s lacks classes/ or lib/. Run './ordeal' once, or 'mvn -DskipTests package'."
            .formatted(target);
    return cause == null
        ? new EnvironmentException(sentence)
        : new EnvironmentException(sentence, cause);
  }
}
