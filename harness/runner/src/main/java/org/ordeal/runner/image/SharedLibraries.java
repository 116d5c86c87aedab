package org.ordeal.runner.image;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the shared libraries of the machine that programs need, by asking {@code ldd}. */
final class SharedLibraries {
  private static final Pattern LIBRARY =
      Pattern.compile("^\\s*(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)$");

  private SharedLibraries() {}

  /** Whether {@code ldd} is on the path. */
  static boolean findable() {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    return Stream.of(path.split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "ldd")));
  }

  /**
   * The libraries, and the loader, that these files need from outside their own directory tree.
   *
   * @param files programs and libraries
   * @param own a tree whose libraries are not listed
   * @throws IOException if {@code ldd} cannot be run
   */
  static Set<Path> neededBy(Collection<Path> files, Path own) throws IOException {
    Set<Path> needed = new TreeSet<>();
    for (Path file : files) {
      Process ldd;
      try {
        ldd = new ProcessBuilder("ldd", file.toString()).redirectErrorStream(true).start();
      } catch (IOException e) {
        throw new IOException(
            "Cannot run ldd, which tells the libraries that an image needs: install it (libc-bin)",
            e);
      }
      ldd.getOutputStream().close();
      String output = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      for (String line : output.lines().toList()) {
        Matcher matcher = LIBRARY.matcher(line);
        if (matcher.matches()) {
          Path library = Path.of(matcher.group(1));
          if (!library.normalize().startsWith(own) && Files.exists(library)) {
            needed.add(library);
          }
        }
      }
    }
    return needed;
  }
}
