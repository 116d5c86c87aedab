package org.ordeal.runner.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The images that Ordeal makes, and what is in each.
 *
 * <p>All share the runtime layer; the images of NameServers, brokers and load clients differ only
 * in their jars, so that a layer is stored once. Not safe for use by several threads.
 */
public final class Images {
  /** Version that a locally built Toxiproxy image is tagged with. */
  public static final String TOXIPROXY_VERSION = "2.12.0";

  private static final String JAVA = "/" + RuntimeLayer.HOME + "/bin/java";
  private static final Map<String, String> JAVA_ENVIRONMENT =
      Map.of(
          "PATH",
          "/" + RuntimeLayer.HOME + "/bin",
          "JAVA_HOME",
          "/" + RuntimeLayer.HOME,
          "LANG",
          "C.UTF-8",
          "HOME",
          "/data");

  private final Path directory;
  private @org.jspecify.annotations.Nullable Layer runtime;

  /**
   * Images whose layers are kept in a directory.
   *
   * @param directory need not exist
   */
  public Images(Path directory) {
    this.directory = directory;
  }

  /**
   * An image that runs Java programs from a set of jars: {@code docker run IMAGE [JVM flags] CLASS
   * ...}.
   *
   * @param name repository and tag
   * @param jars the class path, jars and directories of classes, which comes to lie under {@code
   *     /app}; see {@link #classPath}
   * @throws IOException if the machine lacks what it takes ({@code jlink}, {@code ldd}) or the disk
   *     is full
   */
  public ContainerImage java(String name, List<Path> jars) throws IOException {
    Layer.Builder builder = new Layer.Builder();
    for (int i = 0; i < jars.size(); i++) {
      Path entry = jars.get(i);
      if (Files.isDirectory(entry)) {
        builder.tree(place(i, entry), entry, file -> true);
      } else {
        builder.file(place(i, entry), entry);
      }
    }
    return new ContainerImage(
        name,
        List.of(JAVA),
        JAVA_ENVIRONMENT,
        RuntimeLayer.USER + ":" + RuntimeLayer.USER,
        List.of(),
        List.of(),
        List.of(runtime(), builder.writeTo(directory)));
  }

  /** The class path of an image made by {@link #java}, as a JVM in it is told. */
  public static String classPath(List<Path> jars) {
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < jars.size(); i++) {
      entries.add("/" + place(i, jars.get(i)));
    }
    return String.join(":", entries);
  }

  private static String place(int index, Path entry) {
    return Files.isDirectory(entry)
        ? "app/classes%d".formatted(index)
        : "app/lib/%03d-%s".formatted(index, entry.getFileName());
  }

  /**
   * Toxiproxy's own server.
   *
   * @param server the program, as {@code go install} leaves it
   */
  public ContainerImage toxiproxy(Path server) throws IOException {
    Layer.Builder layer = new Layer.Builder();
    layer.file("toxiproxy-server", server);
    for (Path library : SharedLibraries.neededBy(List.of(server), Path.of("/nowhere"))) {
      layer.file(library.toString().substring(1), library.toRealPath());
    }
    layer.text("etc/nsswitch.conf", "hosts: files dns\n");
    layer.text("etc/passwd", "ordeal:x:1000:1000::/:/none\n");
    return new ContainerImage(
        "ordeal/toxiproxy:" + TOXIPROXY_VERSION,
        List.of("/toxiproxy-server", "-host=0.0.0.0"),
        Map.of(),
        RuntimeLayer.USER + ":" + RuntimeLayer.USER,
        List.of(),
        List.of(8474),
        List.of(layer.writeTo(directory)));
  }

  private Layer runtime() throws IOException {
    if (runtime == null) {
      Files.createDirectories(directory);
      runtime = RuntimeLayer.write(directory);
    }
    return runtime;
  }
}
