package org.ordeal.runner.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;

/**
 * Asks brokers what they are, and NameServers whom they name as leader.
 *
 * <p>A broker that leads says so in its own properties: {@code brokerRole} is a master's and {@code
 * brokerId} is 0. Both change with an election. A term is told by systems that have the property
 * {@code term}; Apache's has not.
 */
public final class RoleObserver {

  private static final ObjectMapper JSON = new ObjectMapper();

  private RoleObserver() {}

  /**
   * What a broker said of itself.
   *
   * @param role its role
   * @param term its term, where it tells one
   */
  public record Claim(RoleView.Role role, OptionalLong term) {

    static final Claim DOWN = new Claim(RoleView.Role.DOWN, OptionalLong.empty());
  }

  /** What a broker says of itself; {@link RoleView.Role#DOWN} where it does not answer in time. */
  public static Claim ask(InetSocketAddress broker, Duration atMost) {
    try {
      RemotingCall.Answer answer =
          RemotingCall.call(broker, RemotingCall.GET_BROKER_CONFIG, Map.of(), new byte[0], atMost);
      if (!answer.succeeded()) {
        return Claim.DOWN;
      }
      Properties properties = new Properties();
      properties.load(new StringReader(answer.body()));
      boolean leads =
          properties.getProperty("brokerRole", "").endsWith("MASTER")
              && properties.getProperty("brokerId", "").equals("0");
      return new Claim(
          leads ? RoleView.Role.LEADER : RoleView.Role.FOLLOWER,
          term(properties.getProperty("term", "")));
    } catch (IOException e) {
      return Claim.DOWN;
    }
  }

  /**
   * The address of a group's leader as a NameServer knows it; empty where it knows none, or does
   * not answer in time.
   */
  public static Optional<String> leaderAddress(
      InetSocketAddress nameServer, String group, Duration atMost) {
    try {
      RemotingCall.Answer answer =
          RemotingCall.call(
              nameServer, RemotingCall.GET_BROKER_CLUSTER_INFO, Map.of(), new byte[0], atMost);
      if (!answer.succeeded()) {
        return Optional.empty();
      }
      // Apache writes numbers as names of fields, which no strict JSON has.
      String body = answer.body().replaceAll("([{,])(\\d+):", "$1\"$2\":");
      JsonNode leader =
          JSON.readTree(body).path("brokerAddrTable").path(group).path("brokerAddrs").path("0");
      return leader.isTextual() ? Optional.of(leader.asText()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static OptionalLong term(String text) {
    try {
      return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
