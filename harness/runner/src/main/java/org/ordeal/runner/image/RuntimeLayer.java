package org.ordeal.runner.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Makes the layer under all our images: a Java runtime by {@code jlink} and what it stands on. */
final class RuntimeLayer {
  /** Where the runtime lies in an image. */
  static final String HOME = "opt/jre";

  /** The user that everything runs as. */
  static final int USER = 1000;

  /** How much of the platform a runtime has. */
  enum Extent {
    /** What the reference broker and the fault disk need. */
    SMALL(
        "java.base",
        "java.logging",
        "java.management",
        "java.naming",
        "java.net.http",
        "java.sql",
        "java.xml",
        "jdk.httpserver",
        "jdk.management",
        "jdk.net",
        "jdk.unsupported"),
    /**
     * What the harness and Apache RocketMQ need as well; {@code java.desktop} only for {@code
     * java.beans}, so its window-system libraries stay out.
     */
    FULL(
        "java.base",
        "java.compiler",
        "java.desktop",
        "java.instrument",
        "java.logging",
        "java.management",
        "java.management.rmi",
        "java.naming",
        "java.net.http",
        "java.rmi",
        "java.scripting",
        "java.security.jgss",
        "java.sql",
        "java.xml",
        "jdk.attach",
        "jdk.crypto.ec",
        "jdk.httpserver",
        "jdk.jcmd",
        "jdk.management",
        "jdk.net",
        "jdk.unsupported",
        "jdk.zipfs");

    /** Names with commas between. */
    private final String modules;

    Extent(String... modules) {
      this.modules = String.join(",", modules);
    }
  }

  private static final Set<String> WINDOW_SYSTEM =
      Set.of(
          "libawt_xawt.so",
          "libfontmanager.so",
          "libfreetype.so",
          "libjavajpeg.so",
          "libjawt.so",
          "libjsound.so",
          "liblcms.so",
          "libmlib_image.so",
          "libsplashscreen.so",
          "psfontj2d.properties",
          "psfont.properties.ja");

  private RuntimeLayer() {}

  /**
   * Runs {@code jlink} and writes the layer.
   *
   * @param directory where layers are kept
   * @param extent which modules it has
   * @throws IOException if this JVM has no {@code jlink} (it is a runtime, not a JDK) or it fails
   */
  static Layer write(Path directory, Extent extent) throws IOException {
    Files.createDirectories(directory);
    // Linking takes seconds; the same JDK gives the same bytes, so the digest is remembered. The
    // name sets it apart from layers that were linked within the harness, whose bytes varied.
    Path remembered =
        directory.resolve(
            "linked-%s-%08x-%s.digest"
                .formatted(
                    extent.name().toLowerCase(Locale.ROOT),
                    extent.modules.hashCode(),
                    Runtime.version().toString().replace('+', '-')));
    if (Files.exists(remembered)) {
      String digest = Files.readString(remembered).strip();
      Path tar = directory.resolve(digest + ".tar");
      if (Files.exists(tar)) {
        return new Layer(tar, digest);
      }
    }
    Layer layer = link(directory, extent);
    Files.writeString(remembered, layer.digest());
    return layer;
  }

  private static Layer link(Path directory, Extent extent) throws IOException {
    Path scratch = Files.createTempDirectory(directory, "runtime");
    try {
      Path runtime = scratch.resolve("jre");
      jlink(runtime, extent);
      Layer.Builder layer = new Layer.Builder();
      layer.tree(HOME, runtime, file -> !WINDOW_SYSTEM.contains(file.getFileName().toString()));
      for (Path library : SharedLibraries.neededBy(binaries(runtime), scratch)) {
        layer.file(library.toString().substring(1), library.toRealPath());
      }
      layer.text("etc/passwd", "root:x:0:0::/:/none\nordeal:x:1000:1000::/data:/none\n");
      layer.text("etc/group", "root:x:0:\nordeal:x:1000:\n");
      layer.text("etc/nsswitch.conf", "hosts: files dns\n");
      layer.directory("tmp", 01777, 0);
      layer.directory("data", 0755, USER);
      return layer.writeTo(directory);
    } finally {
      FileTree.delete(scratch);
    }
  }

  /** Whether this JVM belongs to a JDK, which has {@code jlink}. */
  static boolean linkable() {
    return Files.isExecutable(program());
  }

  private static Path program() {
    return Path.of(System.getProperty("java.home"), "bin", "jlink");
  }

  /**
   * In a process of its own: within one JVM, what {@code jlink} writes depends on what ran there
   * before, and a second run writes other bytes than the first.
   */
  private static void jlink(Path output, Extent extent) throws IOException {
    if (!linkable()) {
      throw new IOException(
          "Images need jlink, which only a JDK has, but "
              + System.getProperty("java.home")
              + " is a runtime: run Ordeal on a JDK 25");
    }
    Process process =
        new ProcessBuilder(
                program().toString(),
                "--add-modules",
                extent.modules,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-9",
                "--vm",
                "server",
                "--output",
                output.toString())
            .redirectErrorStream(true)
            .start();
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException("jlink failed with exit code " + exit + ": " + said.strip());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("jlink was interrupted.");
    }
  }

  private static List<Path> binaries(Path runtime) throws IOException {
    List<Path> binaries = new ArrayList<>(List.of(runtime.resolve("bin/java")));
    try (Stream<Path> files = Files.walk(runtime.resolve("lib"))) {
      files
          .filter(file -> file.toString().endsWith(".so"))
          .filter(file -> !WINDOW_SYSTEM.contains(file.getFileName().toString()))
          .sorted()
          .forEach(binaries::add);
    }
    return binaries;
  }
}
