package org.ordeal.runner.container;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.ordeal.faults.disk.DiskMain;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.image.ContainerImage;
import org.ordeal.runner.image.ImageLoader;
import org.ordeal.runner.image.Images;
import org.ordeal.runner.systems.ReferenceProvider;

/**
 * The images that people use by hand: broker, harness, fault disk and Toxiproxy. Not safe for use
 * by several threads.
 */
public final class ImageShelf {
  private final DockerClient engine;
  private final Images images;
  private final ImageLoader loader;
  private final Consumer<String> progress;

  /**
   * An image that the engine has now.
   *
   * @param name repository and tag
   * @param purpose what it is
   * @param id as the engine tells it; depends on the image's content only
   * @param sizeBytes all its layers, as they lie on the engine's disk
   * @param loaded whether it was made now; false where the engine had just this one
   * @param seconds how long it took to make the layers, and to hand it over where that was needed
   */
  public record Shelved(
      String name, String purpose, String id, long sizeBytes, boolean loaded, double seconds) {}

  private interface Recipe {
    ContainerImage make() throws IOException;
  }

  private ImageShelf(DockerClient engine, Path cache, Consumer<String> progress) {
    this.engine = engine;
    this.images = new Images(cache);
    this.loader = new ImageLoader(engine, cache);
    this.progress = progress;
  }

  /**
   * A shelf in the engine of this machine.
   *
   * @param progress takes a line for whoever waits
   * @throws EnvironmentException where no engine answers
   */
  public static ImageShelf open(Consumer<String> progress) {
    return open(ContainerRuntime.cache(), progress);
  }

  static ImageShelf open(Path cache, Consumer<String> progress) {
    Engine.unreachable()
        .ifPresent(
            sentence -> {
              throw new EnvironmentException(sentence);
            });
    return new ImageShelf(Engine.connect().client(), cache, progress);
  }

  /**
   * Makes what the engine does not have yet.
   *
   * @param tag of all images but Toxiproxy's, which has its own version
   * @throws EnvironmentException where the machine lacks something that an image is made of
   */
  public List<Shelved> fill(String tag) {
    List<Path> broker = ReferenceProvider.classPath();
    List<Path> harness =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath())
            .toList();
    List<Shelved> shelved = new ArrayList<>();
    shelved.add(
        shelve(
            "reference broker and NameServer",
            () -> images.broker("ordeal/broker:" + tag, broker)));
    shelved.add(
        shelve(
            "harness with the reference broker",
            () -> images.harness("ordeal/harness:" + tag, harness, broker)));
    shelved.add(shelve("fault disk", () -> images.disk("ordeal/disk:" + tag, diskClassPath())));
    NodeImages.server()
        .ifPresent(server -> shelved.add(shelve("Toxiproxy", () -> images.toxiproxy(server))));
    return List.copyOf(shelved);
  }

  /**
   * What a cluster needs beside the images that {@link #fill} made: a sentence where the engine has
   * no Toxiproxy and none could be made.
   */
  public Optional<String> lacking() {
    return NodeImages.hasToxiproxy(engine)
        ? Optional.empty()
        : Optional.of("No image of Toxiproxy was made: " + NodeImages.NO_SERVER);
  }

  private Shelved shelve(String purpose, Recipe recipe) {
    long begun = System.nanoTime();
    try {
      progress.accept("Making the image: " + purpose + ".");
      ContainerImage image = recipe.make();
      boolean loaded = loader.load(image);
      Long size = engine.inspectImageCmd(image.name()).exec().getSize();
      return new Shelved(
          image.name(),
          purpose,
          image.id(),
          size == null ? 0 : size,
          loaded,
          (System.nanoTime() - begun) / 1e9);
    } catch (IOException e) {
      throw new EnvironmentException(
          "The image (%s) could not be made: %s.".formatted(purpose, e.getMessage()), e);
    }
  }

  /** Only what the daemon needs: its module and Jackson. */
  private static List<Path> diskClassPath() throws IOException {
    Set<Path> entries = new LinkedHashSet<>();
    for (Class<?> type :
        List.of(DiskMain.class, ObjectMapper.class, JsonFactory.class, JsonCreator.class)) {
      try {
        entries.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()));
      } catch (URISyntaxException e) {
        throw new IOException("The jar of " + type.getName() + " cannot be found", e);
      }
    }
    return List.copyOf(entries);
  }
}
