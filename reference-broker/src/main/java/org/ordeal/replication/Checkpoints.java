package org.ordeal.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ordeal.store.CommitLog;
import org.ordeal.store.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images of the applied state on disk.
 *
 * <pre>
 *   state/state-00000000000000004711    the newest checkpoint, name: its index; its queue files are forced
 *   state/base-00000000001073741824     the state with which the segment at that position begins; without queue files
 * </pre>
 *
 * A restart goes on from the newest checkpoint. Where that, or a queue file, is not what it should
 * be, all queue files are thrown away and the state is built again from the base image of the
 * oldest segment, or from nothing where the log still begins at its beginning. One thread saves.
 */
final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String STATE = "state-";
  private static final String BASE = "base-";

  private final Disk disk;
  private final Path directory;
  private volatile @Nullable StateImage newest;
  private volatile @Nullable IOException broken;
  private volatile long onDisk;

  Checkpoints(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /**
   * The newest checkpoint, or the state that this run has begun with; null where that was the empty
   * one.
   */
  @Nullable StateImage newest() {
    return newest;
  }

  /** The index of the newest checkpoint on disk, 0 where there is none. */
  long indexOnDisk() {
    return onDisk;
  }

  /** Takes the present state for the newest checkpoint, so that the log is replayed from there. */
  void startedFrom(CommitLog log, AppliedStore applied) throws IOException {
    if (applied.appliedIndex() > 0) {
      var image = applied.image();
      newest = image.withConfiguration(configurationAt(log, log.maxPosition(), image.index()));
    }
  }

  /** Opens the newest checkpoint that the files bear out. */
  AppliedStore openNewest(Path root, CommitLog log, List<Replica.ArrivalListener> listeners)
      throws IOException {
    disk.createDirectories(directory);
    for (var name : disk.list(directory).reversed()) {
      var content = name.matches(STATE + "\\d{20}") ? disk.readAll(directory.resolve(name)) : null;
      var image = content == null ? null : StateImage.decode(content);
      if (image == null
          || image.index() > log.lastIndex()
          || image.endPosition() > log.maxPosition()
          || image.index() < log.minIndex() - 1) {
        continue;
      }
      try {
        var opened = AppliedStore.open(disk, root, log, image, true, listeners);
        newest = image;
        onDisk = image.index();
        return opened;
      } catch (IOException e) {
        LOG.warn("The checkpoint {} cannot be used: {}", name, e.getMessage());
      }
    }
    return rebuild(root, log, listeners);
  }

  private AppliedStore rebuild(Path root, CommitLog log, List<Replica.ArrivalListener> listeners)
      throws IOException {
    var base = base(log.minPosition());
    if (base == null) {
      throw new IOException(
          ("Neither a checkpoint nor the state at position %d, where the log begins, can be read from %s."
                  + " Remove the member from its group, empty its store and add it again.")
              .formatted(log.minPosition(), directory));
    }
    if (log.lastIndex() >= log.minIndex()) {
      LOG.info("Building queues and indexes again from the log, from index {}.", log.minIndex());
    }
    deleteTree(disk, root.resolve("consumequeue"));
    deleteTree(disk, root.resolve("index"));
    for (var name : disk.list(directory)) {
      if (name.startsWith(STATE)) {
        disk.delete(directory.resolve(name));
      }
    }
    return AppliedStore.open(disk, root, log, base, false, listeners);
  }

  /** The state with which the segment at a position begins; null where it is not there. */
  @Nullable StateImage base(long position) throws IOException {
    if (position == 0) {
      return new StateImage(0, 0, 0, "", List.of(), new byte[0]);
    }
    var content = disk.readAll(basePath(position));
    return content == null ? null : StateImage.decode(content);
  }

  private Path basePath(long position) {
    return directory.resolve(BASE + "%020d".formatted(position));
  }

  /** Writes the state with which a segment begins. */
  void saveBase(CommitLog log, long position, StateImage image) {
    if (broken != null) {
      return;
    }
    try {
      disk.replace(
          basePath(position),
          image.withConfiguration(configurationAt(log, image.endPosition())).encode());
    } catch (IOException e) {
      giveUp(e);
    }
  }

  /** Makes durable what the image names, then the image. False where that failed. */
  synchronized boolean save(CommitLog log, AppliedStore applied, StateImage taken) {
    if (broken != null || onDisk >= taken.index()) {
      return broken == null;
    }
    try {
      applied.makeDurable(taken);
      var image = taken.withConfiguration(configurationAt(log, log.maxPosition(), taken.index()));
      disk.replace(directory.resolve(STATE + "%020d".formatted(image.index())), image.encode());
      log.saveIndex();
      newest = image;
      onDisk = image.index();
      for (var name : disk.list(directory)) {
        if (name.startsWith(STATE) && !name.endsWith("%020d".formatted(image.index()))) {
          disk.delete(directory.resolve(name));
        }
      }
      applied.deleteUnused(image);
      return true;
    } catch (IOException e) {
      giveUp(e);
      return false;
    }
  }

  /**
   * After a failure nothing is known of what the page cache has lost: checkpoints end, the log goes
   * on alone.
   */
  private void giveUp(IOException e) {
    if (String.valueOf(e.getMessage()).contains("No space left")) {
      LOG.warn("No checkpoint, for want of room on the disk: {}", e.getMessage());
      return;
    }
    broken = e;
    LOG.error("No more checkpoints until a restart, which will replay the log: {}", e.toString());
  }

  /** Forgets and deletes everything. */
  void forget() throws IOException {
    newest = null;
    onDisk = 0;
    deleteTree(disk, directory);
    disk.createDirectories(directory);
  }

  /**
   * Deletes, durably, what was taken of a state with this entry in it.
   *
   * @param index the entry's
   * @param position the entry's
   */
  synchronized void forgetFrom(long index, long position) throws IOException {
    newest = null;
    onDisk = 0;
    for (var name : disk.list(directory)) {
      if ((name.matches(STATE + "\\d{20}")
              && Long.parseLong(name.substring(STATE.length())) >= index)
          || (name.matches(BASE + "\\d{20}")
              && Long.parseLong(name.substring(BASE.length())) > position)) {
        disk.delete(directory.resolve(name));
      }
    }
    disk.forceDirectory(directory);
  }

  /** Deletes base images of segments that are gone. */
  void deleteBasesBefore(long position) throws IOException {
    for (var name : disk.list(directory)) {
      if (name.startsWith(BASE) && Long.parseLong(name.substring(BASE.length())) < position) {
        disk.delete(directory.resolve(name));
      }
    }
  }

  private String configurationAt(CommitLog log, long beforePosition) throws IOException {
    var landmarks = log.landmarks();
    for (var i = landmarks.length - 1; i >= 0; i--) {
      if (landmarks[i] < beforePosition) {
        return text(log, landmarks[i]);
      }
    }
    var known = newest;
    return known == null ? "" : known.configuration();
  }

  private String configurationAt(CommitLog log, long beforePosition, long lastIndex)
      throws IOException {
    var landmarks = log.landmarks();
    for (var i = landmarks.length - 1; i >= 0; i--) {
      if (landmarks[i] < beforePosition
          && log.readRecord(landmarks[i]).record().index() <= lastIndex) {
        return text(log, landmarks[i]);
      }
    }
    var known = newest;
    return known == null ? "" : known.configuration();
  }

  private static String text(CommitLog log, long position) throws IOException {
    ByteBuffer payload = log.readRecord(position).record().payload();
    return StandardCharsets.UTF_8.decode(payload).toString();
  }

  /** Deletes a directory of directories of files, or of files. */
  static void deleteTree(Disk disk, Path directory) throws IOException {
    for (var name : disk.list(directory)) {
      deleteTree(disk, directory.resolve(name));
    }
    disk.delete(directory);
  }
}
