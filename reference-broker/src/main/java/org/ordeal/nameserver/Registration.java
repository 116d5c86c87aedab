package org.ordeal.nameserver;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one broker tells a NameServer.
 *
 * @param brokerAddr where clients reach it, {@code host:port}
 * @param brokerId 0 for the master
 * @param haServerAddr told to slaves of this master
 * @param timeoutMillis forgotten after so long a silence
 * @param version of the topics; changes with each of them
 * @param topics by name; only a master's are taken
 * @param filterServers addresses, mostly none
 */
record Registration(
    String cluster,
    String brokerName,
    String brokerAddr,
    long brokerId,
    String haServerAddr,
    long timeoutMillis,
    boolean enableActingMaster,
    @Nullable String zoneName,
    Version version,
    Map<String, TopicQueues> topics,
    List<String> filterServers) {

  /** RocketMQ's bound for a broker that names none. */
  static final long DEFAULT_TIMEOUT_MILLIS = 120_000;

  Registration {
    topics = Map.copyOf(topics);
    filterServers = List.copyOf(filterServers);
  }

  /** Version of a broker's topics; {@code stateVersion} is the term of its leader. */
  record Version(long stateVersion, long timestamp, long counter) {
    static final Version NONE = new Version(0, 0, 0);
  }

  /** A topic's queues on one broker. */
  record TopicQueues(int readQueueNums, int writeQueueNums, int perm, int topicSysFlag) {
    static final int PERM_WRITE = 2;
    static final int PERM_READ = 4;

    TopicQueues withPerm(int perm) {
      return new TopicQueues(readQueueNums, writeQueueNums, perm, topicSysFlag);
    }
  }
}
