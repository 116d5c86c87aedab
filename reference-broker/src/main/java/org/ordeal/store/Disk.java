package org.ordeal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The few things that the store asks of a file system, so that tests can stand a disk that fails in
 * its place.
 *
 * <p>What counts as durable is the caller's affair: contents after {@link DiskFile#force}, names
 * after {@link #forceDirectory}. Thread-safe.
 */
public interface Disk {

  /** Opens for reading and writing; creates an empty file where there is none. */
  DiskFile open(Path file) throws IOException;

  boolean exists(Path file) throws IOException;

  /** Names in a directory, sorted; empty where there is no directory. */
  List<String> list(Path directory) throws IOException;

  /** Creates a directory and its parents, and makes the names durable. */
  void createDirectories(Path directory) throws IOException;

  /** Deletes a file; no error where there is none. Durable after {@link #forceDirectory}. */
  void delete(Path file) throws IOException;

  /** Renames, replacing what is there, in one step. Durable after {@link #forceDirectory}. */
  void rename(Path from, Path to) throws IOException;

  /** Gives a file a second name. Durable after {@link #forceDirectory}. */
  void link(Path existing, Path added) throws IOException;

  void forceDirectory(Path directory) throws IOException;

  /** 0 to 1: how full the file store that holds this directory is; -1 where that is not known. */
  double usedRatio(Path directory) throws IOException;

  /** The whole content, or null where there is no such file. For small files. */
  default byte @Nullable [] readAll(Path file) throws IOException {
    if (!exists(file)) {
      return null;
    }
    try (var open = open(file)) {
      var content = ByteBuffer.allocate(Math.toIntExact(open.size()));
      open.read(content, 0);
      return content.array();
    }
  }

  /**
   * Replaces a file's content so that after a crash at any moment either the old or the new one is
   * there, whole: write another file, force it, rename it, force the directory.
   */
  default void replace(Path file, byte[] content) throws IOException {
    var written = file.resolveSibling(file.getFileName() + ".tmp");
    delete(written);
    try (var open = open(written)) {
      open.write(ByteBuffer.wrap(content), 0);
      open.force();
    }
    rename(written, file);
    var directory = file.getParent();
    if (directory != null) {
      forceDirectory(directory);
    }
  }
}
