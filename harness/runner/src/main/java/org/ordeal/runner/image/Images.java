package org.ordeal.runner.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ordeal.runner.image.ContainerImage.Program;
import org.ordeal.runner.image.RuntimeLayer.Extent;

/**
 * The images that Ordeal makes, and what is in each.
 *
 * <p>Images share the layers of their runtimes, so that a layer is stored once. Not safe for use by
 * several threads.
 */
public final class Images {
  /** Version that a locally built Toxiproxy image is tagged with. */
  public static final String TOXIPROXY_VERSION = "2.12.0";

  private static final String JAVA = "/" + RuntimeLayer.HOME + "/bin/java";
  private static final String DATA = "/data";
  private static final String OWN_USER = RuntimeLayer.USER + ":" + RuntimeLayer.USER;
  private static final Map<String, String> JAVA_ENVIRONMENT =
      Map.of(
          "PATH",
          "/" + RuntimeLayer.HOME + "/bin",
          "JAVA_HOME",
          "/" + RuntimeLayer.HOME,
          "LANG",
          "C.UTF-8",
          "HOME",
          DATA);
  private static final List<String> ACCESS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  private final Path directory;
  private final Map<Extent, Layer> runtimes = new EnumMap<>(Extent.class);

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
    return new ContainerImage(
        name,
        new Program(
            List.of(JAVA), List.of(), JAVA_ENVIRONMENT, OWN_USER, "/", List.of(), List.of()),
        List.of(runtime(Extent.FULL), application(jars).writeTo(directory)));
  }

  /**
   * The reference broker and NameServer: {@code docker run IMAGE mqbroker|mqnamesrv ...}. Settings
   * come from mounted files or the environment, see {@code docker run IMAGE --help}.
   *
   * @param name repository and tag
   * @param jars the broker's class path
   * @throws IOException as for {@link #java}
   */
  public ContainerImage broker(String name, List<Path> jars) throws IOException {
    String main = "org.ordeal.entry.ImageMain";
    List<String> server = new ArrayList<>(List.of(JAVA, "-XX:+UseSerialGC", "-Xss512k"));
    server.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData"));
    server.add("-Duser.home=" + DATA);
    server.addAll(ACCESS);
    server.addAll(List.of("-cp", classPath(jars), main));
    List<String> health = new ArrayList<>(List.of(JAVA, "-XX:+UseSerialGC", "-Xmx32m"));
    health.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    health.addAll(List.of("-Duser.home=" + DATA, "-cp", classPath(jars), main, "health"));
    // Heaps can be told by this variable, which the java command reads.
    Map<String, String> environment = new HashMap<>(JAVA_ENVIRONMENT);
    environment.put("JDK_JAVA_OPTIONS", "-Xmx256m -XX:MaxDirectMemorySize=256m");
    return new ContainerImage(
        name,
        new Program(
            server, List.of("mqbroker"), environment, OWN_USER, DATA, health, List.of(9876, 10911)),
        List.of(runtime(Extent.SMALL), application(jars).writeTo(directory)));
  }

  /**
   * The harness with the reference broker: {@code docker run IMAGE run durability ...} runs
   * everything inside one container, by the process runtime.
   *
   * @param name repository and tag
   * @param jars the harness's class path
   * @param broker the reference broker's class path: its own classes first, then its libraries
   * @throws IOException as for {@link #java}
   */
  public ContainerImage harness(String name, List<Path> jars, List<Path> broker)
      throws IOException {
    Layer.Builder layer = application(jars);
    String target = "app/reference-broker/target/";
    layer.directory(target + "classes", 0755, 0);
    for (Path entry : broker) {
      if (Files.isDirectory(entry)) {
        layer.tree(target + "classes", entry, file -> true);
      } else {
        boolean own = entry.equals(broker.getFirst());
        layer.file(target + (own ? "" : "lib/") + entry.getFileName(), entry);
      }
    }
    // Whoever it is run as can keep runs and locks there.
    layer.directory("data", 01777, RuntimeLayer.USER);
    List<String> entrypoint = new ArrayList<>(List.of(JAVA));
    entrypoint.addAll(ACCESS);
    entrypoint.addAll(List.of("-Dordeal.home=/app", "-Duser.home=" + DATA));
    entrypoint.add("-Dslf4j.internal.verbosity=ERROR");
    entrypoint.addAll(List.of("-cp", classPath(jars), "org.ordeal.runner.cli.Main"));
    return new ContainerImage(
        name,
        new Program(
            entrypoint, List.of("--help"), JAVA_ENVIRONMENT, OWN_USER, DATA, List.of(), List.of()),
        List.of(runtime(Extent.FULL), layer.writeTo(directory)));
  }

  /**
   * The daemon of fault disks. It mounts, so it runs as root, and needs {@code --device /dev/fuse
   * --cap-add SYS_ADMIN}; who is to see the disks must share their directory with it.
   *
   * @param name repository and tag
   * @param jars its class path
   * @throws IOException as for {@link #java}
   */
  public ContainerImage disk(String name, List<Path> jars) throws IOException {
    List<String> entrypoint = new ArrayList<>(List.of(JAVA, "-Xmx160m", "-XX:+UseSerialGC"));
    entrypoint.addAll(ACCESS);
    entrypoint.addAll(List.of("-cp", classPath(jars), "org.ordeal.faults.disk.DiskMain"));
    return new ContainerImage(
        name,
        new Program(entrypoint, List.of(), JAVA_ENVIRONMENT, "0:0", "/", List.of(), List.of()),
        List.of(runtime(Extent.SMALL), application(jars).writeTo(directory)));
  }

  /** Programs that making an image takes and this machine lacks, each with how to get it. */
  public static List<String> lacking() {
    List<String> lacking = new ArrayList<>();
    if (!RuntimeLayer.linkable()) {
      lacking.add("jlink (run Ordeal on a JDK, not on a runtime)");
    }
    if (!SharedLibraries.findable()) {
      lacking.add("ldd (package libc-bin)");
    }
    return List.copyOf(lacking);
  }

  /** The class path of an image's jars, as a JVM in it is told. */
  public static String classPath(List<Path> jars) {
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < jars.size(); i++) {
      entries.add("/" + place(i, jars.get(i)));
    }
    return String.join(":", entries);
  }

  private static Layer.Builder application(List<Path> jars) throws IOException {
    Layer.Builder builder = new Layer.Builder();
    for (int i = 0; i < jars.size(); i++) {
      Path entry = jars.get(i);
      if (Files.isDirectory(entry)) {
        builder.tree(place(i, entry), entry, file -> true);
      } else {
        builder.file(place(i, entry), entry);
      }
    }
    return builder;
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
        new Program(
            List.of("/toxiproxy-server", "-host=0.0.0.0"),
            List.of(),
            Map.of(),
            OWN_USER,
            "/",
            List.of(),
            List.of(8474)),
        List.of(layer.writeTo(directory)));
  }

  private Layer runtime(Extent extent) throws IOException {
    Layer made = runtimes.get(extent);
    if (made == null) {
      Files.createDirectories(directory);
      made = RuntimeLayer.write(directory, extent);
      runtimes.put(extent, made);
    }
    return made;
  }
}
