package org.ordeal.runner.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * Asks brokers which topics they know.
 *
 * <p>Apache's replicas do not learn of a topic through the log: a follower fetches the leader's
 * list every ten seconds. One that leads before it has fetched it knows no topic, and the others,
 * the former leader too, then take over its list.
 */
public final class TopicObserver {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TopicObserver() {}

  /** Whether a broker knows all of these topics; not, where it does not answer in time. */
  public static boolean knows(
      InetSocketAddress broker, Collection<String> topics, Duration atMost) {
    try {
      RemotingCall.Answer answer =
          RemotingCall.call(
              broker, RemotingCall.GET_ALL_TOPIC_CONFIG, Map.of(), new byte[0], atMost);
      if (!answer.succeeded()) {
        return false;
      }
      JsonNode table = JSON.readTree(answer.body()).path("topicConfigTable");
      return topics.stream().allMatch(table::has);
    } catch (IOException e) {
      return false;
    }
  }
}
