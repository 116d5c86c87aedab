package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.store.CommitLog;
import org.ordeal.store.Disk;
import org.ordeal.store.LogRecord;
import org.ordeal.store.SimulatedDisk;

/** A snapshot of an entry before the last one that this member has applied. */
class LoadedSnapshotTest {
  private static final long OWN_LAST = 200;
  private static final long APPLIED = 150;
  private static final long INCLUDED = 100;

  @TempDir Path root;

  private static void write(Disk disk, Path directory, long last, long term) throws IOException {
    disk.createDirectories(directory);
    var options = new CommitLog.Options(2000, CommitLog.OnDamage.REFUSE, _ -> false, () -> 1L);
    try (var log = CommitLog.open(disk, directory, options)) {
      for (var index = 1L; index <= last; index++) {
        var nothing = ByteBuffer.allocate(0);
        log.append(
            List.of(new LogRecord(EntryType.ENTRY_TYPE_NO_OP_VALUE, index, term, nothing)), true);
      }
    }
  }

  /** Loads a snapshot of that term into a member whose own entries are of term 1. */
  private ReplicaStore load(long includedTerm) throws IOException {
    var config = Drafts.config(root, Drafts.members(3), "n0", Flush.SYNC, 2000);
    var disk = new SimulatedDisk();
    write(disk, config.commitLogDirectory(), OWN_LAST, 1);
    var copied = SnapshotInstall.directory(config).resolve("snapshot_100");
    write(disk, copied, INCLUDED + 30, includedTerm);
    var store = ReplicaStore.open(disk, config, List.of(), _ -> {});
    store.applied().skipTo(APPLIED, 1);
    var machine =
        new ReplicaMachine(store, new RoleBoard("n0", String::valueOf), Runnable::run, () -> {});
    assertThat(machine.onSnapshotLoad(new Copied(copied, includedTerm))).isTrue();
    return store;
  }

  @Test
  void shouldFollowALeaderWhoseSnapshotIsOfAnotherTermThanItsOwnEntry() throws IOException {
    try (var store = load(2)) {
      assertThat(store.log().lastIndex()).isEqualTo(INCLUDED);
      assertThat(store.log().term(INCLUDED)).isEqualTo(2);
      assertThat(store.applied().appliedIndex()).isEqualTo(INCLUDED);
    }
  }

  @Test
  void shouldKeepItsOwnWhereTheSnapshotIsOfWhatItHas() throws IOException {
    try (var store = load(1)) {
      assertThat(store.log().lastIndex()).isEqualTo(OWN_LAST);
      assertThat(store.applied().appliedIndex()).isEqualTo(APPLIED);
    }
  }

  private static final class Copied extends SnapshotReader {
    private final Path path;
    private final long term;

    Copied(Path path, long term) {
      this.path = path;
      this.term = term;
    }

    @Override
    public SnapshotMeta load() {
      return SnapshotMeta.newBuilder()
          .setLastIncludedIndex(INCLUDED)
          .setLastIncludedTerm(term)
          .build();
    }

    @Override
    public String getPath() {
      return path.toString();
    }

    @Override
    public String generateURIForCopy() {
      return "";
    }

    @Override
    public Set<String> listFiles() {
      return Set.of();
    }

    @Override
    @SuppressWarnings("NullAway") // As JRaft's own: null for a file that is not there.
    public @Nullable Message getFileMeta(String name) {
      return null;
    }

    @Override
    public boolean init(@Nullable Void nothing) {
      return true;
    }

    @Override
    public void shutdown() {}

    @Override
    public void close() {}
  }
}
