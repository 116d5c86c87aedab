package org.ordeal.broker;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.ConsumerOffset;

/**
 * Which client of a group may consume a queue in order: 41 and 42.
 *
 * <p>A lock is a lease that its owner renews every 20 s and that ends after 60 s; the client itself
 * stops consuming 30 s after its last renewal. Apache's broker keeps locks in memory only, so that
 * after a change of leader the first client to ask gets a queue whose owner still consumes it. Here
 * each change of owner is committed to the log before it is answered (as a consumer offset of a
 * group of its own, whose value stands for the owner), and a new leader takes every lock that it
 * finds as renewed at the moment of its election: the owner goes on, and others wait until it must
 * have stopped.
 */
final class QueueLocks {
  private static final String PREFIX = "CID_RMQ_SYS_LOCK_";
  private static final long LEASE_NANOS = 60_000_000_000L;
  private static final long FREE = 0;

  private record Key(String group, String topic, int queueId) {}

  private final Node node;

  /** When a lock was last renewed in this member's term; absent: at the election. */
  private final Map<Key, Long> renewed = new HashMap<>();

  private long term = -1;
  private long electedAt;

  QueueLocks(Node node) {
    this.node = node;
  }

  static boolean isLock(ConsumerOffset offset) {
    return offset.group().startsWith(PREFIX);
  }

  void lock(Exchange exchange) throws BadRequestException {
    var body = Bodies.read(exchange.request().body());
    var group = text(body, "consumerGroup");
    long owner = owner(text(body, "clientId"));
    var wanted = queues(group, body);
    if (!node.leads()) {
      exchange.reply(Outcomes.notLeader(node.replica().role()));
      return;
    }
    node.confirm(
        exchange,
        () -> {
          var granted = new ArrayList<Key>();
          var taken = new ArrayList<Key>();
          decide(owner, wanted, granted, taken);
          if (taken.isEmpty()) {
            exchange.reply(answer(granted));
            return;
          }
          var _ =
              node.replica()
                  .commitOffsets(entries(taken, owner))
                  .thenAccept(
                      outcome -> {
                        if (outcome instanceof CommandOutcome.Done) {
                          renew(taken);
                          granted.addAll(taken);
                          exchange.reply(answer(granted));
                        } else {
                          exchange.reply(Outcomes.answer(outcome));
                        }
                      });
        });
  }

  /**
   * @param granted gets what the owner holds already, renewed
   * @param taken gets what is free and must be committed first
   */
  private synchronized void decide(
      long owner, List<Key> wanted, List<Key> granted, List<Key> taken) {
    var role = node.replica().role();
    long now = System.nanoTime();
    if (role.term() != term) {
      term = role.term();
      electedAt = now;
      renewed.clear();
    }
    for (var key : wanted) {
      long holder = node.replica().consumerOffset(PREFIX + key.group, key.topic, key.queueId);
      if (holder == owner) {
        renewed.put(key, now);
        granted.add(key);
      } else if (holder <= FREE || now - renewed.getOrDefault(key, electedAt) > LEASE_NANOS) {
        // Held while the entry is on its way, so that two cannot both be told that it is free.
        Long pending = renewed.get(key);
        if (holder <= FREE && pending != null && now - pending < 1_000_000_000L) {
          continue;
        }
        renewed.put(key, now);
        taken.add(key);
      }
    }
  }

  private synchronized void renew(List<Key> keys) {
    long now = System.nanoTime();
    keys.forEach(key -> renewed.put(key, now));
  }

  void unlock(Exchange exchange) throws BadRequestException {
    var body = Bodies.read(exchange.request().body());
    var group = text(body, "consumerGroup");
    long owner = owner(text(body, "clientId"));
    var keys = queues(group, body);
    if (!node.leads()) {
      exchange.reply(Outcomes.notLeader(node.replica().role()));
      return;
    }
    var held =
        keys.stream()
            .filter(
                key ->
                    node.replica().consumerOffset(PREFIX + key.group, key.topic, key.queueId)
                        == owner)
            .toList();
    if (held.isEmpty()) {
      exchange.reply(Command.success());
      return;
    }
    var _ =
        node.replica()
            .commitOffsets(entries(held, FREE))
            .thenAccept(
                outcome -> {
                  synchronized (this) {
                    held.forEach(renewed::remove);
                  }
                  exchange.reply(Outcomes.answer(outcome));
                });
  }

  private static List<ConsumerOffset> entries(List<Key> keys, long owner) {
    return keys.stream()
        .map(key -> new ConsumerOffset(PREFIX + key.group, key.topic, key.queueId, owner))
        .toList();
  }

  private static String text(JsonNode body, String name) throws BadRequestException {
    var value = body.path(name).asText("");
    if (value.isEmpty()) {
      throw new BadRequestException(
          ResponseCode.INVALID_PARAMETER, "The request's body names no " + name + ".");
    }
    return value;
  }

  private List<Key> queues(String group, JsonNode body) throws BadRequestException {
    var keys = new ArrayList<Key>();
    for (var each : body.path("mqSet")) {
      keys.add(new Key(group, text(each, "topic"), each.path("queueId").asInt()));
    }
    return keys;
  }

  private Command answer(List<Key> granted) {
    var body = Bodies.object();
    var set = body.putArray("lockOKMQSet");
    for (var key : granted) {
      set.addObject()
          .put("brokerName", node.settings().brokerName())
          .put("queueId", key.queueId)
          .put("topic", key.topic);
    }
    return Command.success(Bodies.write(body));
  }

  /** A number that stands for a client: 63 bits of FNV-1a over its id, never 0. */
  static long owner(String clientId) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : clientId.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (each & 0xFF)) * 0x100000001b3L;
    }
    return Math.max(1, hash & Long.MAX_VALUE);
  }
}
