package org.ordeal.replication;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ordeal.store.CommitLog;
import org.ordeal.store.Disk;

/**
 * Replaces a member's log by the copy of the leader's, in steps that a crash may interrupt.
 *
 * <p>A member that lags behind what the leader's Raft log still has (a new one, once segments have
 * been deleted) gets the leader's segment files and the state with which the oldest of them begins.
 * A marker file says that this has begun and from where; with the marker there, {@link #finish}
 * does all of it (again); removing the marker is the last step.
 */
final class SnapshotInstall {
  /** The file in a snapshot that holds the state with which its oldest segment begins. */
  static final String BASE_FILE = "base";

  private static final String MARKER = "installing";

  private SnapshotInstall() {}

  static Path directory(ReplicaConfig config) {
    return config.commitLogDirectory().resolve("install"); // On the log's disk, for hard links.
  }

  /** Writes the marker, once the copy it names will outlive a power loss, names included. */
  static void begin(Disk disk, ReplicaConfig config, Path copied, long index) throws IOException {
    for (var name : disk.list(copied)) {
      try (var file = disk.open(copied.resolve(name))) {
        file.force();
      }
    }
    disk.forceDirectory(copied);
    disk.forceDirectory(directory(config));
    var name = directory(config).relativize(copied).toString();
    disk.replace(
        config.directory().resolve(MARKER), (index + "\n" + name).getBytes(StandardCharsets.UTF_8));
  }

  /** Does what a marker says, if there is one. The log must not be open. */
  static void finish(Disk disk, ReplicaConfig config, CommitLog.Options options)
      throws IOException {
    var marker = config.directory().resolve(MARKER);
    var content = disk.readAll(marker);
    if (content == null) {
      return;
    }
    var lines = new String(content, StandardCharsets.UTF_8).split("\n", 2);
    var index = Long.parseLong(lines[0]);
    var copied = directory(config).resolve(lines[1]);
    var target = config.commitLogDirectory();
    var state = config.directory().resolve("state");
    cut(disk, copied, options, index);
    disk.createDirectories(target);
    CommitLog.deleteFiles(disk, target);
    Checkpoints.deleteTree(disk, state);
    disk.createDirectories(state);
    for (var name : disk.list(copied)) {
      if (name.matches("\\d{20}")) {
        disk.link(copied.resolve(name), target.resolve(name));
      }
    }
    disk.forceDirectory(target);
    try (var log = CommitLog.open(disk, target, options)) {
      log.truncatePrefix(index + 1);
      var base = disk.readAll(copied.resolve(BASE_FILE));
      if (log.minPosition() > 0 && base != null) {
        disk.replace(state.resolve("base-%020d".formatted(log.minPosition())), base);
      }
    }
    disk.delete(marker);
    disk.forceDirectory(config.directory());
  }

  /**
   * Cuts the copy at the snapshot's index, since the copy of a file that grows has some of what
   * came after. This is done before its files get a second name: cut afterwards, they would be
   * short in the copy too, before segments that are still there, and no second attempt could
   * succeed.
   */
  private static void cut(Disk disk, Path copied, CommitLog.Options options, long index)
      throws IOException {
    try (var log = CommitLog.open(disk, copied, options)) {
      if (log.lastIndex() < index) {
        throw new IOException(
            "The installed log ends at index %d instead of %d.".formatted(log.lastIndex(), index));
      }
      log.truncateSuffix(index);
    }
  }
}
