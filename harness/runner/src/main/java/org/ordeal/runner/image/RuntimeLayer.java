package org.ordeal.runner.image;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Makes the layer under all our images: a Java runtime by {@code jlink} and what it stands on. */
final class RuntimeLayer {
  /** Where the runtime lies in an image. */
  static final String HOME = "opt/jre";

  /** The user that everything runs as. */
  static final int USER = 1000;

  /**
   * What the reference broker, the harness and Apache RocketMQ need; {@code java.desktop} only for
   * {@code java.beans}, so its window-system libraries stay out.
   */
  private static final List<String> MODULES =
      List.of(
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
   * @throws IOException if this JVM has no {@code jlink} (it is a runtime, not a JDK) or it fails
   */
  static Layer write(Path directory) throws IOException {
    Files.createDirectories(directory);
    // Linking takes seconds; the same JDK gives the same bytes, so the digest is remembered.
    Path remembered =
        directory.resolve("runtime-" + Runtime.version().toString().replace('+', '-') + ".digest");
    if (Files.exists(remembered)) {
      String digest = Files.readString(remembered).strip();
      Path tar = directory.resolve(digest + ".tar");
      if (Files.exists(tar)) {
        return new Layer(tar, digest);
      }
    }
    Layer layer = link(directory);
    Files.writeString(remembered, layer.digest());
    return layer;
  }

  private static Layer link(Path directory) throws IOException {
    Path scratch = Files.createTempDirectory(directory, "runtime");
    try {
      Path runtime = scratch.resolve("jre");
      jlink(runtime);
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
      deleteTree(scratch);
    }
  }

  private static void jlink(Path output) throws IOException {
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(
                () ->
                    new IOException(
                        "Images need jlink, which only a JDK has, but "
                            + System.getProperty("java.home")
                            + " is a runtime: run Ordeal on a JDK 25"));
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    int exit =
        jlink.run(
            writer,
            writer,
            "--add-modules",
            String.join(",", MODULES),
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            "--compress",
            "zip-9",
            "--vm",
            "server",
            "--output",
            output.toString());
    if (exit != 0) {
      throw new IOException("jlink failed with exit code " + exit + ": " + said);
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

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
