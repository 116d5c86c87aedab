package org.ordeal.replication;

import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.ordeal.store.CommitLog;
import org.ordeal.store.Disk;
import org.ordeal.store.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a member keeps on disk but its vote: the commit log, what was applied of it, and
 * the checkpoints that make a restart short. See the package's page for the picture.
 *
 * <p>Entries are applied, images are taken and snapshots are installed by one thread, JRaft's;
 * {@link Checkpoints} runs on the housekeeper's; any thread reads.
 */
final class ReplicaStore implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaStore.class);

  private final Disk disk;
  private final ReplicaConfig config;
  private final List<Replica.ArrivalListener> listeners;
  private final Consumer<IOException> onFailure;
  private final Checkpoints checkpoints;

  /**
   * The open files; replaced as a whole when a snapshot is installed, or entries are given up. Who
   * needs two of them to go together takes them from one.
   */
  record Files(CommitLog log, AppliedStore applied, MessageReader reader) {}

  private volatile Files files;
  private long segmentBase;

  private ReplicaStore(
      Disk disk,
      ReplicaConfig config,
      List<Replica.ArrivalListener> listeners,
      Consumer<IOException> onFailure)
      throws IOException {
    this.disk = disk;
    this.config = config;
    this.listeners = listeners;
    this.onFailure = onFailure;
    this.checkpoints = new Checkpoints(disk, config.directory().resolve("state"));
    disk.createDirectories(config.directory());
    SnapshotInstall.finish(disk, config, logOptions());
    this.files = openFiles();
  }

  /**
   * Opens the files and brings the applied state as near to the log's end as is certain.
   *
   * @param onFailure told once or more when the store cannot go on
   */
  static ReplicaStore open(
      Disk disk,
      ReplicaConfig config,
      List<Replica.ArrivalListener> listeners,
      Consumer<IOException> onFailure)
      throws IOException {
    return new ReplicaStore(disk, config, listeners, onFailure);
  }

  private CommitLog.Options logOptions() {
    return new CommitLog.Options(
        config.segmentBytes(),
        config.members().size() > 1 ? CommitLog.OnDamage.REFUSE : CommitLog.OnDamage.SET_ASIDE,
        type -> type == RaftEntries.CONFIGURATION,
        System::currentTimeMillis);
  }

  private Files openFiles() throws IOException {
    var log = CommitLog.open(disk, config.commitLogDirectory(), logOptions());
    try {
      var applied = checkpoints.openNewest(config.directory(), log, listeners);
      catchUp(log, applied, log.firstIndex() - 1);
      applied.forgetBefore(
          log.minPosition()); // The checkpoint may be older than the last deletion.
      checkpoints.startedFrom(log, applied);
      segmentBase = log.segmentBase(Math.max(0, applied.appliedEnd() - 1));
      return new Files(log, applied, new MessageReader(log, applied));
    } catch (IOException e) {
      log.close();
      throw e;
    }
  }

  /**
   * Applies what is known to be committed without asking JRaft: what lies before the Raft log's
   * first index.
   */
  private static void catchUp(CommitLog log, AppliedStore applied, long target) throws IOException {
    if (applied.appliedIndex() >= target) {
      return;
    }
    for (var index = Math.max(applied.appliedIndex() + 1, log.minIndex());
        index <= target;
        index++) {
      var read = log.readRetained(index);
      if (read == null) {
        throw new IOException(
            "The log lacks the committed entry %d (it goes from %d to %d)."
                .formatted(index, log.minIndex(), log.lastIndex()));
      }
      if (read.record().type() == EntryType.ENTRY_TYPE_DATA_VALUE) {
        applied.apply(index, read.record().term(), read.payloadPosition(), read.record().payload());
      }
    }
    applied.skipTo(target, log.term(target));
  }

  Files files() {
    return files;
  }

  /**
   * Whether these are not the files any more, asked by who has failed to read from them; waits
   * while they are being replaced.
   */
  boolean replaced(Files seen) {
    synchronized (checkpoints) {
      return files.log != seen.log;
    }
  }

  CommitLog log() {
    return files.log;
  }

  AppliedStore applied() {
    return files.applied;
  }

  MessageReader reader() {
    return files.reader;
  }

  Checkpoints checkpoints() {
    return checkpoints;
  }

  Disk disk() {
    return disk;
  }

  /** The store cannot go on; says so to whoever asked to be told. */
  void failed(IOException cause) {
    onFailure.accept(cause);
  }

  /**
   * Applies a committed entry once it is written here too: a leader may hear of a majority before
   * its own disk.
   */
  List<AppendOutcome.Position> apply(
      long index, long term, ByteBuffer entry, Consumer<Runnable> housekeeper)
      throws IOException, InterruptedException {
    var now = files;
    if (index <= now.applied.appliedIndex()) {
      return List.of();
    }
    now.log.awaitWritten(index);
    var position = now.log.positionOf(index);
    var base = now.log.segmentBase(position);
    if (base != segmentBase) {
      // The state with which this segment begins: with it, and with what follows, everything can be
      // built again.
      segmentBase = base;
      var image = now.applied.image();
      housekeeper.accept(() -> checkpoints.saveBase(now.log, base, image));
    }
    return now.applied.apply(index, term, position + LogRecord.HEADER_BYTES, entry);
  }

  /** Makes a checkpoint of this image; on the housekeeper's thread. */
  boolean checkpoint(StateImage image) {
    return checkpoints.save(files.log, files.applied, image);
  }

  /**
   * Takes over a leader's snapshot that was copied into a directory; on the applying thread.
   *
   * @param index the last entry it holds
   */
  void install(Path copied, long index, long term) throws IOException {
    var old = files;
    if (old.log.lastIndex() >= index && old.log.term(index) == term) {
      catchUp(old.log, old.applied, index); // The log has all of it already.
      return;
    }
    LOG.info("Installing the snapshot with index {} from {}.", index, copied);
    synchronized (checkpoints) {
      SnapshotInstall.begin(disk, config, copied, index);
      old.applied.close();
      old.log.close();
      checkpoints.forget();
      SnapshotInstall.finish(disk, config, logOptions());
      files = openFiles();
    }
  }

  /**
   * Gives up the entries from this index on, though they were applied: their bytes are kept aside,
   * queues and tables go back to what they were before. For a member that JRaft does not run.
   *
   * @param leaderTerm the term of the leader that has other entries
   * @return where the bytes are
   */
  Path giveUpFrom(long index, long leaderTerm) throws IOException {
    synchronized (checkpoints) {
      var old = files;
      if (index < old.log.firstIndex()) {
        throw new IOException(
            "The group has other entries than this member from index %d on, and the log that this member could go back in begins at %d. Remove it from its group, empty its store and add it again."
                .formatted(index, old.log.firstIndex()));
      }
      var kept = GivenUp.keep(disk, config.directory(), old.log, index, leaderTerm);
      old.applied.close();
      checkpoints.forgetFrom(index, old.log.positionOf(index));
      old.log.truncateSuffix(index - 1);
      old.log.close();
      files = openFiles();
      return kept;
    }
  }

  @Override
  public void close() throws IOException {
    files.applied.close();
    files.log.close();
  }
}
