package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ordeal.faults.disk.MetadataMode;

/**
 * When what becomes durable: on {@code fsync}, by age ({@link WriteBack}), or with what else is
 * committed. Thread-safe, between {@link Volume#enter} and {@link Volume#exit}.
 */
public final class Durability {
  private final Volume volume;

  /** How many changes of names had been made when an inode was first changed, and when last. */
  private record Span(long first, long last) {}

  private final Map<Inode, Span> metadataPending = new ConcurrentHashMap<>();

  private final Set<Inode> flushWithMetadata = ConcurrentHashMap.newKeySet();
  private volatile long pendingSince;

  Durability(Volume volume) {
    this.volume = volume;
  }

  /** The inodes whose size or attributes are not committed; a view. */
  Set<Inode> pendingInodes() {
    return metadataPending.keySet();
  }

  /** Has the content of a file committed together with its metadata. */
  void flushWithMetadata(Inode inode) {
    flushWithMetadata.add(inode);
    pending(inode);
  }

  /** Whether its content is to be committed together with its metadata. */
  boolean flushesWithMetadata(Inode inode) {
    return flushWithMetadata.contains(inode);
  }

  /** Nothing is pending any more. */
  void forget() {
    metadataPending.clear();
    flushWithMetadata.clear();
  }

  /** Nothing of an inode is to be committed any more. */
  void forget(Inode inode) {
    metadataPending.remove(inode);
    flushWithMetadata.remove(inode);
  }

  /** Notes that an inode has attributes or a size to be committed. */
  void pending(Inode inode) {
    if (metadataPending.isEmpty()) {
      pendingSince = System.nanoTime();
    }
    long changes = volume.journal.added();
    metadataPending.merge(
        inode, new Span(changes, changes), (old, now) -> new Span(old.first(), now.last()));
  }

  /**
   * With how many changes of names a commit ends that holds at least so many. What is pending of an
   * inode is committed as a whole, so a commit with its first change reaches to its last.
   */
  long endOfCommit(long changes) {
    long end = changes;
    long before;
    do {
      before = end;
      for (Span span : metadataPending.values()) {
        if (span.first() <= end) {
          end = Math.max(end, span.last());
        }
      }
    } while (end > before);
    return end;
  }

  /**
   * The inodes whose size or attributes were first changed when no more than so many changes of
   * names had been made, by number of the inode.
   */
  List<Inode> pendingUpTo(long changes) {
    return metadataPending.entrySet().stream()
        .filter(entry -> entry.getValue().first() <= changes)
        .map(Map.Entry::getKey)
        .sorted(Comparator.comparingLong(Inode::id))
        .toList();
  }

  /** When the oldest uncommitted metadata was changed, or -1 if there is none. */
  long metadataSince() {
    if (!metadataPending.isEmpty()) {
      return volume.journal.isEmpty()
          ? pendingSince
          : Math.min(pendingSince, volume.journal.oldestNanos());
    }
    return volume.journal.isEmpty() ? -1 : volume.journal.oldestNanos();
  }

  /** {@code fsync} of a file or directory. */
  public void sync(Inode inode) throws IOException {
    if (volume.settings.metadata() == MetadataMode.EXT4) {
      commitMetadata();
    } else {
      syncStrictly(inode);
    }
    if (inode.isRegular()) {
      volume.contents().ensureOpen(inode);
      inode.file().flush(volume.settings.hostSync());
      if (inode.timesSet || volume.settings.metadata() == MetadataMode.STRICT) {
        commitAttributes(inode);
      }
      // Again: what was written since the first commit may be younger than a name made since.
      commitEarlier();
    }
    volume.counters.syncs.increment();
  }

  private void syncStrictly(Inode inode) throws IOException {
    if (inode.isDirectory()) {
      volume.names.lock();
      try {
        volume.tree.materialize(inode);
        volume.journal.commitDirectory(inode, volume.tree);
        volume.tree.commitAttributes(inode);
      } finally {
        volume.names.unlock();
      }
    } else if (!inode.materialized) {
      materialize(inode);
    }
    metadataPending.remove(inode);
  }

  void materialize(Inode inode) throws IOException {
    volume.names.lock();
    try {
      volume.tree.materialize(inode);
    } finally {
      volume.names.unlock();
    }
  }

  private void commitAttributes(Inode inode) throws IOException {
    volume.names.lock();
    try {
      synchronized (inode) {
        inode.attributesPending |= inode.timesSet;
      }
      volume.tree.commitAttributes(inode);
    } finally {
      volume.names.unlock();
    }
  }

  /** Commits every change of volume.names, every explicit size and every attribute. */
  public void commitMetadata() throws IOException {
    if (volume.journal.isEmpty() && metadataPending.isEmpty()) {
      return;
    }
    volume.names.lock();
    try {
      volume.journal.commitAll(volume.tree);
      for (Inode inode : List.copyOf(metadataPending.keySet())) {
        commitPending(inode);
      }
    } finally {
      volume.names.unlock();
    }
  }

  /** What fails is pending again: a later commit must not report it as done. */
  private void commitPending(Inode inode) throws IOException {
    // Before the commit, so that what is changed meanwhile is noted anew.
    Span span = metadataPending.remove(inode);
    boolean content = flushWithMetadata.remove(inode);
    boolean committed = false;
    try {
      commitInode(inode, content);
      committed = true;
    } finally {
      if (!committed && span != null) {
        metadataPending.merge(inode, span, (now, old) -> new Span(old.first(), now.last()));
        if (content) {
          flushWithMetadata.add(inode);
        }
      }
    }
  }

  /**
   * Commits what is older than a change that becomes durable without a commit of its own: growth,
   * filled holes and punched ones are journaled by ext4, so none survives without all that was
   * journaled before it. In strict mode nothing is promised.
   */
  void commitEarlier() throws IOException {
    if (volume.settings.metadata() == MetadataMode.EXT4) {
      commitMetadata();
    }
  }

  /**
   * Commits one inode's size and attributes, and with {@code content} its data; under the
   * name-space lock.
   */
  void commitInode(Inode inode, boolean content) throws IOException {
    if (!inode.materialized || !inode.isPlaced()) {
      return;
    }
    if (inode.isRegular() && (content || inode.file().sizePending())) {
      volume.tree.open(inode);
      if (content) {
        inode.file().flush(false);
      }
      inode.file().commitSize();
      volume.names().closeIfIdle(inode);
    }
    volume.tree.commitAttributes(inode);
  }

  /** An {@code fsync} that fails and drops what it should have written; returns how many pages. */
  public int forsake(Inode inode) {
    return inode.isRegular() ? inode.file().forsake() : 0;
  }

  /** Makes everything durable. */
  public void syncAll() throws IOException {
    commitMetadata();
    for (Inode inode : volume.dirtyFiles) {
      if (inode.links > 0) {
        volume.contents().ensureOpen(inode);
        inode.file().flush(volume.settings.hostSync());
        if (inode.timesSet) {
          commitAttributes(inode);
        }
        volume.names().idle(inode);
      }
    }
  }
}
