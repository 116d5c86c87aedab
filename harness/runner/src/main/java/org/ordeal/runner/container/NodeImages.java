package org.ordeal.runner.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.image.ContainerImage;
import org.ordeal.runner.image.ImageLoader;
import org.ordeal.runner.image.Images;

/** Makes and loads the images that a cluster's containers need, each once. */
final class NodeImages {
  /** Where Toxiproxy is looked for, and how it is had. */
  static final String NO_SERVER =
      "no toxiproxy-server was found (ORDEAL_TOXIPROXY_SERVER, the path, $GOPATH/bin/server). Run"
          + " 'go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0', or pull the image "
          + NodeImages.OFFICIAL_TOXIPROXY
          + ".";

  static final String OFFICIAL_TOXIPROXY = "ghcr.io/shopify/toxiproxy:2.12.0";

  private final Images images;
  private final ImageLoader loader;
  private final DockerClient engine;
  private final Consumer<String> progress;
  private final Map<List<Path>, String> byClassPath = new HashMap<>();

  NodeImages(DockerClient engine, Path cache, Consumer<String> progress) {
    this.images = new Images(cache);
    this.loader = new ImageLoader(engine, cache);
    this.engine = engine;
    this.progress = progress;
  }

  /**
   * The name of an image that has a class path, which lies under {@code /app} in it.
   *
   * @param name what to call it, without tag
   */
  String java(String name, List<Path> classPath) {
    return byClassPath.computeIfAbsent(
        classPath, path -> load(() -> images.java("ordeal/" + name + ":run", path)));
  }

  /** The class path of that image, as a JVM in it is told. */
  static String classPath(List<Path> classPath) {
    return Images.classPath(classPath);
  }

  /** The name of an image with Toxiproxy's server: the official one where it is there already. */
  String toxiproxy() {
    if (hasOfficialToxiproxy(engine)) {
      return OFFICIAL_TOXIPROXY;
    }
    Path server =
        server()
            .orElseThrow(
                () ->
                    new EnvironmentException(
                        "There is no Toxiproxy: the engine has no image "
                            + OFFICIAL_TOXIPROXY
                            + ", and "
                            + NO_SERVER));
    return load(() -> images.toxiproxy(server));
  }

  /** Whether the engine has the official image, or an image can be made here. */
  static boolean hasToxiproxy(DockerClient engine) {
    return server().isPresent() || hasOfficialToxiproxy(engine);
  }

  static boolean hasOfficialToxiproxy(DockerClient engine) {
    try {
      engine.inspectImageCmd(OFFICIAL_TOXIPROXY).exec();
      return true;
    } catch (NotFoundException absent) {
      return false;
    }
  }

  /** Toxiproxy's server on this machine, where there is one. */
  static Optional<Path> server() {
    String told = System.getenv("ORDEAL_TOXIPROXY_SERVER");
    String goPath = System.getenv("GOPATH");
    Stream<Path> path =
        Stream.of(String.valueOf(System.getenv("PATH")).split(java.io.File.pathSeparator))
            .map(directory -> Path.of(directory).resolve("toxiproxy-server"));
    Stream<Path> go =
        Stream.of(
            (goPath == null ? Path.of(System.getProperty("user.home"), "go") : Path.of(goPath))
                .resolve("bin/server"));
    return Stream.concat(
            told == null ? Stream.empty() : Stream.of(Path.of(told)), Stream.concat(path, go))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private interface Recipe {
    ContainerImage make() throws IOException;
  }

  private String load(Recipe recipe) {
    try {
      ContainerImage image = recipe.make();
      if (loader.load(image)) {
        progress.accept("Loaded the image " + image.name() + ".");
      }
      return image.name();
    } catch (IOException e) {
      throw new EnvironmentException(
          "An image could not be made: %s.".formatted(e.getMessage()), e);
    }
  }
}
