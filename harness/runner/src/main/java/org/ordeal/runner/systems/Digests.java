package org.ordeal.runner.systems;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What identifies a build: a digest over names and bytes of its files. */
public final class Digests {

  private Digests() {}

  /**
   * SHA-256 over the SHA-256 and the name of each file, in order of name; files of one name in
   * order of the class path. A directory on a class path counts with all files below it.
   */
  static String of(List<Path> classPath) {
    TreeMap<String, List<Path>> files = new TreeMap<>();
    try {
      for (Path entry : classPath) {
        if (Files.isDirectory(entry)) {
          try (Stream<Path> below = Files.walk(entry)) {
            below
                .filter(Files::isRegularFile)
                .forEach(file -> add(files, entry.relativize(file), file));
          }
        } else {
          add(files, entry.getFileName(), entry);
        }
      }
      MessageDigest whole = MessageDigest.getInstance("SHA-256");
      for (var named : files.entrySet()) {
        for (Path file : named.getValue()) {
          whole.update(
              (HexFormat.of().formatHex(digest(file)) + "  " + named.getKey() + "\n")
                  .getBytes(StandardCharsets.UTF_8));
        }
      }
      return HexFormat.of().formatHex(whole.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("The files of a class path could not be read.", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  /**
   * The same of a class path as a JVM has it, such as the harness's own, jars from elsewhere
   * included; an entry that is not there does not count. Equal wherever the same build lies.
   */
  public static String ofClassPath(String classPath) {
    return of(
        Arrays.stream(classPath.split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty())
            .map(Path::of)
            .filter(Files::exists)
            .toList());
  }

  private static void add(Map<String, List<Path>> files, @Nullable Path name, Path file) {
    files.computeIfAbsent(String.valueOf(name), _ -> new ArrayList<>()).add(file);
  }

  private static byte[] digest(Path file) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return digest.digest();
  }
}
