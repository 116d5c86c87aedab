package org.ordeal.replication;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of one member at one moment.
 *
 * @param firstIndex, lastIndex the Raft log's bounds
 * @param minCommitLogOffset, maxCommitLogOffset bytes; the retained part of the commit log
 * @param stableCommitLogOffset everything below is on disk for sure
 * @param fsyncs, fsyncNanos number and total time of forced writes
 * @param appendedEntries, appendedBytes written to the commit log since start
 * @param diskUsedRatio 0 to 1, of the file store that holds the commit log; -1 where unknown
 * @param writeRefusal why appends are refused though this member may lead (a sentence), or null
 * @param liveFollowers for a leader: ids of the members that have answered it within an election
 *     timeout
 */
public record ReplicaStatus(
    RoleView role,
    long firstIndex,
    long lastIndex,
    long committedIndex,
    long appliedIndex,
    long checkpointIndex,
    long minCommitLogOffset,
    long maxCommitLogOffset,
    long stableCommitLogOffset,
    long fsyncs,
    long fsyncNanos,
    long appendedEntries,
    long appendedBytes,
    int segments,
    double diskUsedRatio,
    @Nullable String writeRefusal,
    List<String> liveFollowers) {
  public ReplicaStatus {
    liveFollowers = List.copyOf(liveFollowers);
  }
}
