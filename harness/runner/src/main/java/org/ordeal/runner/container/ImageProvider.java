package org.ordeal.runner.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.SystemProvider;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.image.FileTree;
import org.ordeal.runner.systems.DistributionProvider;

/**
 * {@code image:<ref>}: the RocketMQ in a container image, such as the official {@code
 * apache/rocketmq:5.1.0}.
 *
 * <p>Its jars are taken out of {@code $ROCKETMQ_HOME/lib} and run like those of a release, so that
 * they run on either runtime, on the harness's JDK and with the harness's settings; the image's own
 * JVM and start scripts are not used.
 */
public final class ImageProvider implements SystemProvider {
  private static final String HOME = "ROCKETMQ_HOME";

  /** Flat names only: what an archive says is never a path here. */
  private static final Pattern JAR = Pattern.compile("lib/([A-Za-z0-9_+.-]+\\.jar)");

  private final Path cache;

  /** A provider that keeps what it takes out in the user's cache. */
  public ImageProvider() {
    this(ContainerRuntime.cache().resolveSibling("systems"));
  }

  ImageProvider(Path cache) {
    this.cache = cache;
  }

  @Override
  public String scheme() {
    return "image";
  }

  @Override
  public String usage() {
    return "image:<ref>";
  }

  @Override
  public String description() {
    return "the RocketMQ in a container image: the jars of its $ROCKETMQ_HOME/lib";
  }

  @Override
  public List<String> known() {
    return List.of();
  }

  @Override
  public SystemUnderTest resolve(String reference, Consumer<String> progress) {
    if (reference.isEmpty()) {
      throw new UsageException(
          "The system 'image' needs an image: image:<ref>, such as image:apache/rocketmq:5.1.0.");
    }
    Engine engine = Engine.connect();
    try {
      InspectImageResponse image = image(engine.client(), reference, progress);
      String home =
          home(image)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "The image %s holds no RocketMQ that can be found: it sets no %s."
                              .formatted(reference, HOME)));
      Path release = unpacked(engine, reference, image, home, progress);
      return DistributionProvider.release(scheme() + ":" + reference, release);
    } catch (DockerException refused) {
      throw new EnvironmentException(
          "The container engine did not give out the image %s: %s."
              .formatted(reference, refused.getMessage()),
          refused);
    }
  }

  private static InspectImageResponse image(
      DockerClient engine, String reference, Consumer<String> progress) {
    try {
      return engine.inspectImageCmd(reference).exec();
    } catch (NotFoundException absent) {
      progress.accept("Pulling the image " + reference + ".");
    }
    try {
      engine.pullImageCmd(reference).start().awaitCompletion();
      return engine.inspectImageCmd(reference).exec();
    } catch (DockerException | DockerClientException refused) {
      throw new EnvironmentException(
          "The container engine has no image %s and could not pull it: %s."
              .formatted(
                  reference,
                  String.valueOf(refused.getMessage()).lines().findFirst().orElse("no reason")),
          refused);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("Pulling " + reference + " was broken off.", asked);
    }
  }

  private static Optional<String> home(InspectImageResponse image) {
    String[] environment = image.getConfig() == null ? null : image.getConfig().getEnv();
    return environment == null
        ? Optional.empty()
        : Arrays.stream(environment)
            .filter(variable -> variable.startsWith(HOME + "="))
            .map(variable -> variable.substring(HOME.length() + 1))
            .filter(path -> path.startsWith("/"))
            .findFirst();
  }

  /** The directory with the image's {@code lib/}, which is kept by the image's id. */
  private Path unpacked(
      Engine engine,
      String reference,
      InspectImageResponse image,
      String home,
      Consumer<String> progress) {
    String id = String.valueOf(image.getId()).replaceAll("[^A-Za-z0-9]", "-");
    Path kept = cache.resolve(id);
    if (Files.isDirectory(kept)) {
      return kept;
    }
    progress.accept("Taking RocketMQ out of the image " + reference + ".");
    DockerClient client = engine.client();
    String container =
        client
            .createContainerCmd(reference)
            .withLabels(engine.labels("system"))
            .withCmd("none")
            .exec()
            .getId();
    try {
      Files.createDirectories(cache);
      Path beside = Files.createTempDirectory(cache, "taking");
      try (InputStream archive =
          client.copyArchiveFromContainerCmd(container, home + "/lib").exec()) {
        unpack(archive, beside);
        Files.move(beside, kept, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        FileTree.delete(beside);
      }
      return kept;
    } catch (NotFoundException absent) {
      throw new UsageException("The image %s has no %s/lib.".formatted(reference, home), absent);
    } catch (IOException failed) {
      throw new EnvironmentException(
          "The jars of the image %s could not be kept in %s: %s."
              .formatted(reference, kept, failed.getMessage()),
          failed);
    } finally {
      engine.removeContainer(container);
    }
  }

  /**
   * Unpacks the jars of an archive of {@code lib}, and nothing else.
   *
   * @param into gets a folder {@code lib}
   */
  static void unpack(InputStream archive, Path into) throws IOException {
    Path lib = Files.createDirectory(into.resolve("lib"));
    TarArchiveInputStream entries = new TarArchiveInputStream(archive);
    for (TarArchiveEntry entry = entries.getNextEntry();
        entry != null;
        entry = entries.getNextEntry()) {
      Matcher jar = JAR.matcher(entry.getName());
      if (entry.isFile() && !entry.isSymbolicLink() && !entry.isLink() && jar.matches()) {
        Files.copy(entries, lib.resolve(jar.group(1)));
      }
    }
  }
}
