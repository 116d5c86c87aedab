package org.ordeal.replication;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ordeal.store.NoSpaceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commit log as JRaft's log storage.
 *
 * <p>JRaft appends from one thread and takes the return of {@link #appendEntries} for "durable":
 * the leader counts itself, and a follower answers, only then. So under {@code SYNC_FLUSH} the
 * batch is forced before the return, on either. A batch is whatever queued up while the last one
 * was forced: group commit.
 *
 * <p>A full disk is no failure: nothing was promised yet, so the append waits here for room,
 * appends by clients are refused meanwhile ({@link #waitsForSpace}), and reads go on. Any other
 * error ends the node's part in the group: JRaft steps down and stays in its error state.
 */
final class RaftLogStorage implements LogStorage {
  private static final Logger LOG = LoggerFactory.getLogger(RaftLogStorage.class);
  private static final long RETRY_MILLIS = 100;

  private final ReplicaStore store;
  private final boolean force;
  private volatile boolean waitsForSpace;
  private volatile boolean closing;

  /**
   * @param force whether to force a batch before it counts as appended
   */
  RaftLogStorage(ReplicaStore store, boolean force) {
    this.store = store;
    this.force = force;
  }

  boolean waitsForSpace() {
    return waitsForSpace;
  }

  /** Ends a wait for space; the batch that waits is then not appended. */
  void stopWaiting() {
    closing = true;
  }

  @Override
  public boolean init(LogStorageOptions options) {
    try {
      var configurations = options.getConfigurationManager();
      for (var position : store.log().landmarks()) {
        take(configurations, RaftEntries.toEntry(store.log().readRecord(position).record()));
      }
      return true;
    } catch (IOException e) {
      LOG.error("The configurations in the log cannot be read: {}", e.getMessage());
      return false;
    }
  }

  private static void take(ConfigurationManager configurations, LogEntry entry) {
    var known = new ConfigurationEntry();
    known.setId(new LogId(entry.getId().getIndex(), entry.getId().getTerm()));
    known.setConf(new Configuration(entry.getPeers(), entry.getLearners()));
    if (entry.getOldPeers() != null) {
      known.setOldConf(new Configuration(entry.getOldPeers(), entry.getOldLearners()));
    }
    configurations.add(known);
  }

  @Override
  public void shutdown() {
    // The replica closes the files, after everybody who reads them has stopped.
  }

  @Override
  public long getFirstLogIndex() {
    return store.log().firstIndex();
  }

  @Override
  public long getLastLogIndex() {
    return store.log().lastIndex();
  }

  @Override
  @SuppressWarnings("NullAway") // JRaft asks for null where there is no entry.
  public @Nullable LogEntry getEntry(long index) {
    try {
      var read = store.log().read(index);
      return read == null ? null : RaftEntries.toEntry(read.record());
    } catch (IOException e) {
      store.failed(e);
      return null;
    }
  }

  @Override
  @Deprecated
  public long getTerm(long index) {
    try {
      return index < store.log().firstIndex() ? 0 : store.log().term(index);
    } catch (IOException e) {
      store.failed(e);
      return 0;
    }
  }

  @Override
  public boolean appendEntry(LogEntry entry) {
    return appendEntries(List.of(entry)) == 1;
  }

  @Override
  public int appendEntries(List<LogEntry> entries) {
    var records = new ArrayList<org.ordeal.store.LogRecord>(entries.size());
    for (var entry : entries) {
      records.add(RaftEntries.toRecord(entry));
    }
    try {
      while (true) {
        // What a full disk cut short may have gone in for a part.
        var done = (int) (store.log().lastIndex() + 1 - records.getFirst().index());
        try {
          if (done < records.size()) {
            store.log().append(records.subList(Math.max(0, done), records.size()), force);
          }
          break;
        } catch (NoSpaceException e) {
          waitForSpace(e);
        }
      }
      if (waitsForSpace) {
        LOG.warn("There is room on the disk again: appending goes on.");
        waitsForSpace = false;
      }
      return entries.size();
    } catch (IOException e) {
      store.failed(e);
      return 0;
    }
  }

  private void waitForSpace(NoSpaceException e) throws IOException {
    if (!waitsForSpace) {
      waitsForSpace = true;
      LOG.error("{} Appends are refused until there is room; reads go on.", e.getMessage());
    }
    if (closing) {
      throw e;
    }
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw e;
    }
  }

  @Override
  public boolean truncatePrefix(long firstIndexKept) {
    try {
      store.log().truncatePrefix(firstIndexKept);
      return true;
    } catch (IOException e) {
      store.failed(e);
      return false;
    }
  }

  @Override
  public boolean truncateSuffix(long lastIndexKept) {
    try {
      store.log().truncateSuffix(lastIndexKept);
      return true;
    } catch (IOException e) {
      store.failed(e);
      return false;
    }
  }

  /** JRaft resets after it has installed a snapshot, which has replaced the files already. */
  @Override
  public boolean reset(long nextLogIndex) {
    return truncateSuffix(nextLogIndex - 1) && truncatePrefix(nextLogIndex);
  }
}
