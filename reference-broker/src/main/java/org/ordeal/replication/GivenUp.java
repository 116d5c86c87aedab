package org.ordeal.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.ordeal.store.CommitLog;
import org.ordeal.store.Disk;

/**
 * Entries that a member had applied and its group has forgotten, kept aside for who wants to look
 * for messages in them: {@code given-up/<index>-<position>-<term>}, the bytes of the commit log
 * from the first such entry on; the term is that of the leader that had another one, so that no two
 * losses share a name. Nothing reads or deletes these files.
 */
final class GivenUp {
  static final String DIRECTORY = "given-up";
  private static final int CHUNK_BYTES = 1 << 20;

  private GivenUp() {}

  /** Copies the end of a log, durably. Entries may not be appended meanwhile. */
  static Path keep(Disk disk, Path root, CommitLog log, long index, long leaderTerm)
      throws IOException {
    var directory = root.resolve(DIRECTORY);
    disk.createDirectories(directory);
    disk.forceDirectory(root);
    var position = log.positionOf(index);
    var path = directory.resolve("%d-%d-%d".formatted(index, position, leaderTerm));
    try (var file = disk.open(path)) {
      for (var at = position; at < log.maxPosition(); ) {
        var bytes = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, log.contiguousBytes(at)));
        if (bytes.limit() == 0) {
          throw new IOException("The commit log became shorter while its end was kept aside.");
        }
        log.readBytes(at, bytes);
        file.write(bytes.flip(), at - position);
        at += bytes.limit();
      }
      file.force();
    }
    disk.forceDirectory(directory);
    return path;
  }
}
