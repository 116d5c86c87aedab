package org.ordeal.workloads.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.control.ServingNode;

/**
 * Asks brokers who they think they are. The reference broker's runtime information names role and
 * term; in Apache's broker the live configuration names {@code brokerRole}, which follows
 * elections. Not by their logs, which differ from system to system.
 */
final class RoleProbe {

  private final BrokerWire wire;

  RoleProbe(BrokerWire wire) {
    this.wire = wire;
  }

  Reply.Roles roles(Request.Roles request) throws InterruptedException {
    Map<String, Reply.RoleOfNode> found = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (ServingNode node : request.nodes()) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> found.put(node.node(), roleOf(node, request.timeoutMillis()))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return new Reply.Roles(
        request.nodes().stream()
            .map(
                node ->
                    found.getOrDefault(
                        node.node(), new Reply.RoleOfNode(node.node(), "down", null)))
            .toList());
  }

  /** Whether the node at this address says of itself, now, that it leads. */
  boolean claimsToLead(String address, long timeoutMillis) {
    return roleOf(new ServingNode(address, "", address), timeoutMillis).role().equals("leader");
  }

  private Reply.RoleOfNode roleOf(ServingNode node, long timeoutMillis) {
    try {
      Map<String, String> info = wire.runtimeInfo(node.address(), timeoutMillis);
      String named = info.get("ordealRole");
      if (named != null) {
        return new Reply.RoleOfNode(
            node.node(),
            named.equalsIgnoreCase("leader") ? "leader" : "follower",
            term(info.get("ordealTerm")));
      }
      Properties config = wire.brokerConfig(node.address(), timeoutMillis);
      String role = "SLAVE".equals(config.getProperty("brokerRole")) ? "follower" : "leader";
      return new Reply.RoleOfNode(node.node(), role, null);
    } catch (RemotingException | MQBrokerException e) {
      return new Reply.RoleOfNode(node.node(), "down", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reply.RoleOfNode(node.node(), "down", null);
    }
  }

  private static @Nullable Long term(@Nullable String text) {
    try {
      return text == null ? null : Long.valueOf(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
