package org.ordeal.runner.systems;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What identifies a build: a digest over names and bytes of its files. */
final class Digests {

  private Digests() {}

  /**
   * SHA-256 over the SHA-256 and the name of each file, in order of name. A directory on a class
   * path counts with all files below it.
   */
  static String of(List<Path> classPath) {
    TreeMap<String, Path> files = new TreeMap<>();
    try {
      for (Path entry : classPath) {
        if (Files.isDirectory(entry)) {
          try (Stream<Path> below = Files.walk(entry)) {
            below
                .filter(Files::isRegularFile)
                .forEach(file -> files.put(entry.relativize(file).toString(), file));
          }
        } else {
          files.put(String.valueOf(entry.getFileName()), entry);
        }
      }
      MessageDigest whole = MessageDigest.getInstance("SHA-256");
      for (var file : files.entrySet()) {
        whole.update(
            (HexFormat.of().formatHex(digest(file.getValue())) + "  " + file.getKey() + "\n")
                .getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(whole.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("The files of the system under test could not be read.", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
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
