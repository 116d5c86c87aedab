package org.ordeal.replication;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * All that a replica needs to know to start.
 *
 * @param group the broker group's name
 * @param self this member's id, one of {@code members} or a member that will be added
 * @param members the group's first members; one member is {@code single} mode. A log that exists
 *     knows better
 * @param directory for everything but the commit log ({@code storePathRootDir})
 * @param commitLogDirectory ({@code storePathCommitLog})
 * @param storeHost what messages carry as store host: this broker's client address
 * @param flush when an acknowledgement may be given
 * @param flushInterval for {@code ASYNC}: at least so often is the log forced ({@code
 *     flushIntervalCommitLog})
 * @param flushBytes for {@code ASYNC}: at an interval fewer unforced bytes than this may wait, at
 *     most 10 s
 * @param segmentBytes size at which a segment of the commit log is closed ({@code
 *     mappedFileSizeCommitLog})
 * @param retention segments older than this are deleted ({@code fileReservedTime})
 * @param diskMaxUsedRatio above this the oldest segments are deleted also before their time ({@code
 *     diskMaxUsedSpaceRatio}), 0 to 1
 * @param diskRefuseRatio above this appends are refused, 0 to 1
 * @param maxMessageBytes largest body ({@code maxMessageSize})
 * @param electionTimeout a follower that hears nothing for so long, and up to twice that, stands
 *     for election
 */
public record ReplicaConfig(
    String group,
    String self,
    List<Member> members,
    Path directory,
    Path commitLogDirectory,
    InetSocketAddress storeHost,
    Flush flush,
    Duration flushInterval,
    long flushBytes,
    long segmentBytes,
    Duration retention,
    double diskMaxUsedRatio,
    double diskRefuseRatio,
    int maxMessageBytes,
    Duration electionTimeout) {

  /** RocketMQ's {@code flushDiskType}. */
  public enum Flush {
    /** fsynced on a majority before the acknowledgement. */
    SYNC,
    /**
     * In the page cache of a majority before the acknowledgement; forced by interval and by amount.
     */
    ASYNC
  }

  public ReplicaConfig {
    members = List.copyOf(members);
  }

  /** RocketMQ's defaults for everything that has one. */
  public static ReplicaConfig of(
      String group,
      String self,
      List<Member> members,
      Path directory,
      InetSocketAddress storeHost,
      Flush flush) {
    return new ReplicaConfig(
        group,
        self,
        members,
        directory,
        directory.resolve("commitlog"),
        storeHost,
        flush,
        Duration.ofMillis(500),
        4L * 4096,
        1L << 30,
        Duration.ofDays(3),
        0.75,
        0.90,
        4 << 20,
        Duration.ofMillis(600));
  }
}
