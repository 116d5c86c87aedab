package org.ordeal.replication;

import com.alipay.sofa.jraft.entity.LocalFileMetaOutter.LocalFileMeta;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.SnapshotCopierOptions;
import com.alipay.sofa.jraft.storage.FileService;
import com.alipay.sofa.jraft.storage.SnapshotStorage;
import com.alipay.sofa.jraft.storage.SnapshotThrottle;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotCopier;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotMetaTable;
import com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotStorage;
import com.alipay.sofa.jraft.storage.snapshot.local.SnapshotFileReader;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What JRaft calls snapshots, made of checkpoints and of the log's own files.
 *
 * <p>To start, JRaft reads the newest checkpoint's index and members, and replays from there. To
 * bring up a member that lags behind the Raft log, it copies an export: hard links to the segment
 * files and the base image of the oldest. Copying is JRaft's own; what it has copied is taken over
 * by {@link SnapshotInstall}.
 */
final class RaftSnapshots implements SnapshotStorage {
  private static final Logger LOG = LoggerFactory.getLogger(RaftSnapshots.class);

  private final ReplicaStore store;
  private final Path exports;
  private final Endpoint address;
  private final RaftOptions raftOptions;
  private final LocalSnapshotStorage copies;
  private final AtomicLong exportNumber = new AtomicLong();

  RaftSnapshots(ReplicaStore store, ReplicaConfig config, Endpoint address, RaftOptions options) {
    this.store = store;
    this.exports = config.commitLogDirectory().resolve("export");
    this.address = address;
    this.raftOptions = options;
    this.copies =
        new LocalSnapshotStorage(SnapshotInstall.directory(config).toString(), null, options);
  }

  @Override
  public boolean init(@Nullable Void nothing) {
    try {
      Checkpoints.deleteTree(store.disk(), exports);
    } catch (IOException e) {
      LOG.error("What is left of old exports cannot be deleted: {}", e.toString());
      return false;
    }
    copies.setServerAddr(address);
    return copies.init(null);
  }

  @Override
  public void shutdown() {
    copies.shutdown();
  }

  @Override
  public boolean setFilterBeforeCopyRemote() {
    return false;
  }

  @Override
  public void setSnapshotThrottle(SnapshotThrottle throttle) {
    copies.setSnapshotThrottle(throttle);
  }

  @Override
  public SnapshotWriter create() {
    return new CheckpointWriter();
  }

  @Override
  @SuppressWarnings("NullAway") // JRaft takes null for "there is none".
  public @Nullable SnapshotReader open() {
    var newest = store.checkpoints().newest();
    return newest == null ? null : new CheckpointReader(newest);
  }

  @Override
  public SnapshotReader copyFrom(String uri, SnapshotCopierOptions options) {
    return copies.copyFrom(uri, options);
  }

  @Override
  public SnapshotCopier startToCopyFrom(String uri, SnapshotCopierOptions options) {
    return copies.startToCopyFrom(uri, options);
  }

  private static SnapshotMeta meta(StateImage image) throws IOException {
    var lists =
        RaftEntries.configuration(
            ByteBuffer.wrap(image.configuration().getBytes(StandardCharsets.UTF_8)));
    return SnapshotMeta.newBuilder()
        .setLastIncludedIndex(image.index())
        .setLastIncludedTerm(image.term())
        .addAllPeers(texts(lists.get(0)))
        .addAllOldPeers(texts(lists.get(1)))
        .addAllLearners(texts(lists.get(2)))
        .addAllOldLearners(texts(lists.get(3)))
        .build();
  }

  private static List<String> texts(List<PeerId> peers) {
    return peers.stream().map(PeerId::toString).toList();
  }

  /** Nothing is written through it: the state machine has made the checkpoint already. */
  private static final class CheckpointWriter extends SnapshotWriter {
    @Override
    public boolean init(@Nullable Void nothing) {
      return true;
    }

    @Override
    public void shutdown() {}

    @Override
    public boolean saveMeta(SnapshotMeta meta) {
      return true;
    }

    @Override
    public boolean addFile(String fileName, @Nullable Message fileMeta) {
      return true;
    }

    @Override
    public boolean removeFile(String fileName) {
      return true;
    }

    @Override
    public void close(boolean keepDataOnError) {}

    @Override
    public void close() {}

    @Override
    public String getPath() {
      return "";
    }

    @Override
    public Set<String> listFiles() {
      return Set.of();
    }

    @Override
    @SuppressWarnings("NullAway") // JRaft takes null for "none".
    public @Nullable Message getFileMeta(String fileName) {
      return null;
    }
  }

  /** A checkpoint as JRaft reads it, and as others copy it once asked for an address. */
  private final class CheckpointReader extends SnapshotReader {
    private final StateImage image;
    private @Nullable Path exported;
    private long readerId;

    CheckpointReader(StateImage image) {
      this.image = image;
    }

    @Override
    public boolean init(@Nullable Void nothing) {
      return true;
    }

    @Override
    public void shutdown() {
      close();
    }

    @Override
    @SuppressWarnings("NullAway") // JRaft takes null for "cannot be read".
    public @Nullable SnapshotMeta load() {
      try {
        return meta(image);
      } catch (IOException e) {
        LOG.error("The checkpoint {} cannot be used: {}", image.index(), e.getMessage());
        return null;
      }
    }

    @Override
    public String generateURIForCopy() {
      try {
        var table = new LocalSnapshotMetaTable(raftOptions);
        table.setMeta(meta(image));
        for (var name : export()) {
          table.addFile(name, LocalFileMeta.getDefaultInstance());
        }
        var reader = new SnapshotFileReader(String.valueOf(exported), null);
        reader.setMetaTable(table);
        readerId = FileService.getInstance().addReader(reader);
        return REMOTE_SNAPSHOT_URI_SCHEME + address + "/" + readerId;
      } catch (IOException e) {
        LOG.error("No export of the checkpoint {}: {}", image.index(), e.toString());
        return "";
      }
    }

    /**
     * Links the segments that hold entries up to the image's, with the state that the oldest begins
     * with.
     */
    private List<String> export() throws IOException {
      var disk = store.disk();
      var directory = exports.resolve(Long.toString(exportNumber.incrementAndGet()));
      exported = directory;
      disk.createDirectories(directory);
      synchronized (store.checkpoints()) { // So that retention deletes none meanwhile.
        var base = store.checkpoints().base(store.log().minPosition());
        if (base == null) {
          throw new IOException(
              "the state at position %d is missing".formatted(store.log().minPosition()));
        }
        disk.replace(directory.resolve(SnapshotInstall.BASE_FILE), base.encode());
        var end = store.log().positionOf(image.index());
        var names =
            store.log().segmentPaths().stream()
                .filter(path -> Long.parseLong(path.getFileName().toString()) <= end)
                .toList();
        for (var path : names) {
          disk.link(path, directory.resolve(path.getFileName()));
        }
        return Stream.concat(
                Stream.of(SnapshotInstall.BASE_FILE),
                names.stream().map(path -> path.getFileName().toString()))
            .toList();
      }
    }

    @Override
    public void close() {
      if (readerId > 0) {
        FileService.getInstance().removeReader(readerId);
        readerId = 0;
      }
      if (exported != null) {
        try {
          Checkpoints.deleteTree(store.disk(), exported);
        } catch (IOException e) {
          LOG.warn("The export {} cannot be deleted: {}", exported, e.toString());
        }
        exported = null;
      }
    }

    @Override
    public String getPath() {
      return "";
    }

    @Override
    public Set<String> listFiles() {
      return Set.of();
    }

    @Override
    @SuppressWarnings("NullAway") // JRaft takes null for "none".
    public @Nullable Message getFileMeta(String fileName) {
      return null;
    }
  }
}
