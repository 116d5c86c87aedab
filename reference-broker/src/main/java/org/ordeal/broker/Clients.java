package org.ordeal.broker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Language;
import org.ordeal.remoting.Peer;
import org.ordeal.remoting.RequestCode;

/**
 * The producers and consumers that are connected, as their heartbeats tell.
 *
 * <p>Not replicated: clients send heartbeats to each member, so each knows them. Thread-safe; who
 * must be told of a change is told over the network outside of any lock.
 */
final class Clients {
  /** Silent for longer than this, a client is forgotten. */
  private static final long EXPIRY_NANOS = 120_000_000_000L;

  /** A subscription as a consumer tells it. */
  record Subscription(String topic, String expression, String type, long version) {}

  /** One client of a group. */
  record Client(String id, Peer peer, Language language, int version, long lastHeard) {}

  /** How a consumer group consumes. */
  record Manner(String type, String model, String fromWhere) {}

  /** A consumer group at one moment. */
  record GroupView(Manner manner, List<Client> clients, List<Subscription> subscriptions) {}

  private static final class Group {
    Manner manner = new Manner("CONSUME_PASSIVELY", "CLUSTERING", "CONSUME_FROM_LAST_OFFSET");
    final Map<Peer, Client> clients = new HashMap<>();
    Map<String, Subscription> subscriptions = new TreeMap<>();
  }

  private final Map<String, Group> consumers = new TreeMap<>();
  private final Map<String, Map<Peer, Client>> producers = new TreeMap<>();

  /** Notes a producer's heartbeat. */
  synchronized void producer(String group, Client client) {
    producers.computeIfAbsent(group, _ -> new HashMap<>()).put(client.peer(), client);
  }

  /** Notes a consumer's heartbeat, and tells the group's clients when something has changed. */
  void consumer(String group, Client client, Manner manner, List<Subscription> subscriptions) {
    List<Peer> tell;
    synchronized (this) {
      var entry = consumers.computeIfAbsent(group, _ -> new Group());
      // A client that has reconnected must not be counted twice.
      entry
          .clients
          .values()
          .removeIf(each -> each.id().equals(client.id()) && !each.peer().equals(client.peer()));
      boolean changed = entry.clients.put(client.peer(), client) == null;
      entry.manner = manner;
      var table = new TreeMap<String, Subscription>();
      for (var each : subscriptions) {
        var old = entry.subscriptions.get(each.topic());
        table.put(each.topic(), old != null && old.version() > each.version() ? old : each);
      }
      changed |= !table.keySet().equals(entry.subscriptions.keySet());
      entry.subscriptions = table;
      tell = changed ? List.copyOf(entry.clients.keySet()) : List.of();
    }
    notify(group, tell);
  }

  void unregisterProducer(String group, Peer peer) {
    synchronized (this) {
      var entry = producers.get(group);
      if (entry != null) {
        entry.remove(peer);
        if (entry.isEmpty()) {
          producers.remove(group);
        }
      }
    }
  }

  void unregisterConsumer(String group, Peer peer) {
    List<Peer> tell = List.of();
    synchronized (this) {
      var entry = consumers.get(group);
      if (entry != null && entry.clients.remove(peer) != null) {
        tell = List.copyOf(entry.clients.keySet());
        if (entry.clients.isEmpty()) {
          consumers.remove(group);
        }
      }
    }
    notify(group, tell);
  }

  /** Forgets all that came over a connection. */
  void disconnected(Peer peer) {
    Set<String> consuming = new HashSet<>();
    synchronized (this) {
      producers.values().forEach(each -> each.remove(peer));
      producers.values().removeIf(Map::isEmpty);
      consumers.forEach(
          (name, group) -> {
            if (group.clients.containsKey(peer)) {
              consuming.add(name);
            }
          });
    }
    consuming.forEach(group -> unregisterConsumer(group, peer));
  }

  /** Forgets clients that have been silent for too long. */
  void expire() {
    long now = System.nanoTime();
    var silent = new ArrayList<Peer>();
    synchronized (this) {
      producers
          .values()
          .forEach(
              each -> each.values().removeIf(client -> now - client.lastHeard() > EXPIRY_NANOS));
      producers.values().removeIf(Map::isEmpty);
      consumers
          .values()
          .forEach(
              group ->
                  group.clients.values().stream()
                      .filter(client -> now - client.lastHeard() > EXPIRY_NANOS)
                      .map(Client::peer)
                      .forEach(silent::add));
    }
    silent.forEach(this::disconnected);
  }

  private static void notify(String group, List<Peer> peers) {
    for (var peer : peers) {
      peer.tell(
          Command.request(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, Map.of("consumerGroup", group)));
    }
  }

  synchronized Optional<Subscription> subscription(String group, String topic) {
    var entry = consumers.get(group);
    return entry == null ? Optional.empty() : Optional.ofNullable(entry.subscriptions.get(topic));
  }

  synchronized Optional<GroupView> consumerGroup(String group) {
    var entry = consumers.get(group);
    return entry == null
        ? Optional.empty()
        : Optional.of(
            new GroupView(
                entry.manner,
                List.copyOf(entry.clients.values()),
                List.copyOf(entry.subscriptions.values())));
  }

  synchronized List<Client> producerGroup(String group) {
    var entry = producers.get(group);
    return entry == null ? List.of() : List.copyOf(entry.values());
  }

  synchronized Map<String, List<Client>> producerGroups() {
    var all = new TreeMap<String, List<Client>>();
    producers.forEach((name, clients) -> all.put(name, List.copyOf(clients.values())));
    return all;
  }

  /** Consumer groups that subscribe to a topic now. */
  synchronized Set<String> groupsOf(String topic) {
    var names = new HashSet<String>();
    consumers.forEach(
        (name, group) -> {
          if (group.subscriptions.containsKey(topic)) {
            names.add(name);
          }
        });
    return names;
  }

  synchronized int consumerCount() {
    return consumers.values().stream().mapToInt(each -> each.clients.size()).sum();
  }

  synchronized int producerCount() {
    return producers.values().stream().mapToInt(Map::size).sum();
  }
}
