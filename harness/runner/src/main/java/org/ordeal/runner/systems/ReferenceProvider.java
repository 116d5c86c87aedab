package org.ordeal.runner.systems;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    List<Path> classPath = classPath();
    return new ReferenceSystem("reference", Digests.of(classPath), classPath);
  }

  private static List<Path> classPath() {
    Path home = home();
    Path target = home.resolve("reference-broker").resolve("target");
    List<Path> classPath = new ArrayList<>();
    classPath.add(target.resolve("classes"));
    Path lib = target.resolve("lib");
    try (Stream<Path> jars = Files.list(lib)) {
      jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().forEach(classPath::add);
    } catch (IOException e) {
      throw unbuilt(target, e);
    }
    if (!Files.isDirectory(classPath.getFirst())) {
      throw unbuilt(target, null);
    }
    return classPath;
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
