package org.ordeal.runner.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * One layer of an image: a tar file whose bytes depend only on what is in it.
 *
 * @param tar the file
 * @param digest SHA-256 of the file, in hexadecimal
 */
public record Layer(Path tar, String digest) {

  /** Collects the content of a layer; not safe for use by several threads. */
  public static final class Builder {
    private final Map<String, Content> entries = new TreeMap<>();

    private sealed interface Content {
      record Directory(int mode, int owner) implements Content {}

      record Bytes(ByteBuffer bytes, int mode, int owner) implements Content {}

      record Copy(Path source, int mode) implements Content {}

      record Link(String target) implements Content {}
    }

    /** Adds a directory; the parents come by themselves, owned by root. */
    public Builder directory(String path, int mode, int owner) {
      parents(path);
      entries.put(path + "/", new Content.Directory(mode, owner));
      return this;
    }

    /** Adds a file with the given text. */
    public Builder text(String path, String text) {
      return bytes(path, text.getBytes(StandardCharsets.UTF_8), 0644, 0);
    }

    /** Adds a file with the given bytes. */
    public Builder bytes(String path, byte[] bytes, int mode, int owner) {
      parents(path);
      entries.put(
          path, new Content.Bytes(ByteBuffer.wrap(bytes.clone()).asReadOnlyBuffer(), mode, owner));
      return this;
    }

    /** Adds a copy of a file; what a symbolic link leads to is copied. */
    public Builder file(String path, Path source) {
      parents(path);
      entries.put(path, new Content.Copy(source, Files.isExecutable(source) ? 0755 : 0644));
      return this;
    }

    /** Adds a symbolic link. */
    public Builder link(String path, String target) {
      parents(path);
      entries.put(path, new Content.Link(target));
      return this;
    }

    /** Adds all files below a directory, except those whose file name is refused. */
    public Builder tree(String path, Path source, java.util.function.Predicate<Path> accepted)
        throws IOException {
      try (Stream<Path> files = Files.walk(source)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          String name = path + "/" + source.relativize(file).toString().replace('\\', '/');
          if (Files.isSymbolicLink(file)) {
            link(name, Files.readSymbolicLink(file).toString());
          } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && accepted.test(file)) {
            file(name, file);
          }
        }
      }
      return this;
    }

    private void parents(String path) {
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        if (slash < path.length() - 1) {
          entries.putIfAbsent(path.substring(0, slash + 1), new Content.Directory(0755, 0));
        }
      }
    }

    /** Writes the layer into a directory, under its digest; a layer that is there already stays. */
    public Layer writeTo(Path directory) throws IOException {
      Files.createDirectories(directory);
      Path part = Files.createTempFile(directory, "layer", ".part");
      try {
        MessageDigest sha256 = sha256();
        try (OutputStream file = Files.newOutputStream(part);
            DigestOutputStream digested = new DigestOutputStream(file, sha256);
            TarArchiveOutputStream tar =
                new TarArchiveOutputStream(digested, StandardCharsets.UTF_8.name())) {
          tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
          tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
          for (Map.Entry<String, Content> entry : entries.entrySet()) {
            put(tar, entry.getKey(), entry.getValue());
          }
        }
        String digest = HexFormat.of().formatHex(sha256.digest());
        Path tar = directory.resolve(digest + ".tar");
        Files.move(part, tar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return new Layer(tar, digest);
      } finally {
        Files.deleteIfExists(part);
      }
    }

    private static void put(TarArchiveOutputStream tar, String name, Content content)
        throws IOException {
      switch (content) {
        case Content.Directory(int mode, int owner) -> {
          tar.putArchiveEntry(entry(new TarArchiveEntry(name), mode | 040000, owner, 0));
        }
        case Content.Bytes(ByteBuffer buffer, int mode, int owner) -> {
          byte[] bytes = new byte[buffer.remaining()];
          buffer.duplicate().get(bytes);
          tar.putArchiveEntry(
              entry(new TarArchiveEntry(name), mode | 0100000, owner, bytes.length));
          tar.write(bytes);
        }
        case Content.Copy(Path source, int mode) -> {
          tar.putArchiveEntry(
              entry(new TarArchiveEntry(name), mode | 0100000, 0, Files.size(source)));
          try (InputStream in = Files.newInputStream(source)) {
            in.transferTo(tar);
          }
        }
        case Content.Link(String target) -> {
          TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
          link.setLinkName(target);
          tar.putArchiveEntry(entry(link, 0777, 0, 0));
        }
      }
      tar.closeArchiveEntry();
    }

    private static TarArchiveEntry entry(TarArchiveEntry entry, int mode, int owner, long size) {
      entry.setMode(mode);
      entry.setUserId(owner);
      entry.setGroupId(owner);
      entry.setUserName("");
      entry.setGroupName("");
      entry.setModTime(0);
      entry.setSize(size);
      return entry;
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException("This JVM has no SHA-256", e));
    }
  }
}
