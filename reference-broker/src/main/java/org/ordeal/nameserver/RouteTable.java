package org.ordeal.nameserver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ordeal.nameserver.Registration.TopicQueues;
import org.ordeal.nameserver.Registration.Version;

/**
 * Who serves what: the registrations of brokers, and the topics of their masters.
 *
 * <p>Thread-safe: each method is one critical section, and none blocks. {@code connection} is any
 * object that stands for the connection of a broker; it is compared by identity.
 */
final class RouteTable {
  /** All brokers of one name, and the topics that the last master among them told. */
  private static final class Group {
    final String cluster;
    final SortedMap<Long, String> addresses = new TreeMap<>();
    final Map<String, TopicQueues> topics = new HashMap<>();
    boolean enableActingMaster;
    @Nullable String zoneName;

    /** Highest term in which a master has registered. */
    long masterTerm;

    Group(String cluster) {
      this.cluster = cluster;
    }
  }

  /** The last registration of one address. */
  private static final class Live {
    Registration registration;
    Object connection;
    long lastHeard;

    Live(Registration registration, Object connection, long lastHeard) {
      this.registration = registration;
      this.connection = connection;
      this.lastHeard = lastHeard;
    }
  }

  private record Address(String cluster, String address) {}

  /** Brokers of one name as a client sees them. */
  record BrokerView(
      String cluster,
      String brokerName,
      SortedMap<Long, String> addresses,
      boolean enableActingMaster,
      @Nullable String zoneName) {}

  /** A topic's queues on one broker name. */
  record QueueView(String brokerName, TopicQueues queues) {}

  /** A topic's route. */
  record Route(
      List<QueueView> queues, List<BrokerView> brokers, Map<String, List<String>> filterServers) {}

  /** What a registering broker is told. */
  record Registered(boolean accepted, String masterAddr, String haServerAddr) {}

  private final LongSupplier nanos;
  private final Map<String, Group> groups = new TreeMap<>();
  private final Map<Address, Live> live = new HashMap<>();

  /**
   * @param nanos a clock that only goes forward, in nanoseconds
   */
  RouteTable(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Takes a registration; it replaces what the same address told before. */
  synchronized Registered register(Registration told, Object connection) {
    var group = groups.computeIfAbsent(told.brokerName(), _ -> new Group(told.cluster()));
    boolean master = told.brokerId() == 0;
    var holder = group.addresses.get(told.brokerId());
    if (master && told.version().stateVersion() < group.masterTerm) {
      var current = group.addresses.get(0L);
      if (current != null && !current.equals(told.brokerAddr())) {
        forgetIfEmpty(told.brokerName());
        return new Registered(false, current, "");
      }
    }
    if (holder != null && !holder.equals(told.brokerAddr())) {
      var old = live.get(new Address(told.cluster(), holder));
      if (old != null
          && old.registration.version().stateVersion() > told.version().stateVersion()) {
        return new Registered(false, "", "");
      }
    }
    if (holder == null && told.topics().size() == 1) {
      // A broker of Apache's tells a new topic alone, under the version of all its topics. Taken
      // from a broker not known here, it would hide the others from then on.
      forgetIfEmpty(told.brokerName());
      return new Registered(false, "", "");
    }
    // One address has one id only: a slave that became master leaves its old place.
    group.addresses.values().removeIf(told.brokerAddr()::equals);
    group.addresses.put(told.brokerId(), told.brokerAddr());
    group.enableActingMaster = told.enableActingMaster();
    group.zoneName = told.zoneName();
    if (master) {
      group.masterTerm = Math.max(group.masterTerm, told.version().stateVersion());
    }
    if (master || isPrimeSlave(group, told)) {
      told.topics()
          .forEach(
              (topic, queues) -> {
                boolean wipe = !master && group.enableActingMaster;
                group.topics.put(
                    topic,
                    wipe ? queues.withPerm(queues.perm() & ~TopicQueues.PERM_WRITE) : queues);
              });
      if (master) {
        keepWipes(group, told);
      }
    }
    live.put(
        new Address(told.cluster(), told.brokerAddr()),
        new Live(told, connection, nanos.getAsLong()));
    var masterAddr = group.addresses.get(0L);
    var masterLive = masterAddr == null ? null : live.get(new Address(group.cluster, masterAddr));
    return master || masterLive == null
        ? new Registered(true, "", "")
        : new Registered(
            true, Objects.requireNonNull(masterAddr), masterLive.registration.haServerAddr());
  }

  private final Map<String, Version> wiped = new HashMap<>();

  /** A wiped write permission stays wiped until the broker's topics change, as in Apache's. */
  private void keepWipes(Group group, Registration told) {
    var version = wiped.get(told.brokerName());
    if (version == null) {
      return;
    }
    if (version.equals(told.version())) {
      group.topics.replaceAll(
          (_, queues) -> queues.withPerm(queues.perm() & ~TopicQueues.PERM_WRITE));
    } else {
      wiped.remove(told.brokerName());
    }
  }

  private static boolean isPrimeSlave(Group group, Registration told) {
    return group.enableActingMaster && group.addresses.firstKey() == told.brokerId();
  }

  /** Adds one topic to what a broker has told, without a new version. */
  synchronized void registerTopic(String topic, String brokerName, TopicQueues queues) {
    var group = groups.get(brokerName);
    if (group != null) {
      group.topics.put(topic, queues);
    }
  }

  /**
   * Notes that a broker lives; its registration now belongs to the connection on which it was
   * heard.
   *
   * @return the version of its topics known here, null when it has to register first
   */
  synchronized @Nullable Version heard(String cluster, String brokerAddr, Object connection) {
    var entry = live.get(new Address(cluster, brokerAddr));
    if (entry == null) {
      return null;
    }
    entry.lastHeard = nanos.getAsLong();
    entry.connection = connection;
    return entry.registration.version();
  }

  /** The version of a broker's topics, null where it is not registered. */
  synchronized @Nullable Version known(String cluster, String brokerAddr) {
    var entry = live.get(new Address(cluster, brokerAddr));
    return entry == null ? null : entry.registration.version();
  }

  /**
   * Ends a registration at its broker's wish.
   *
   * @return false when the registration in force came later over another connection: nothing is
   *     done then
   */
  synchronized boolean unregister(
      String cluster, String brokerAddr, String brokerName, long brokerId, Object connection) {
    var entry = live.get(new Address(cluster, brokerAddr));
    if (entry == null) {
      return true;
    }
    if (!entry.connection.equals(connection)
        || entry.registration.brokerId() != brokerId
        || !entry.registration.brokerName().equals(brokerName)) {
      return false;
    }
    remove(entry.registration);
    return true;
  }

  /**
   * Ends the registrations that belong to a connection.
   *
   * @return the addresses forgotten
   */
  synchronized List<String> disconnected(Object connection) {
    return removeWhere(entry -> entry.connection.equals(connection));
  }

  /**
   * Ends the registrations of brokers that were silent for longer than their bound.
   *
   * @return the addresses forgotten
   */
  synchronized List<String> expire() {
    long now = nanos.getAsLong();
    return removeWhere(
        entry -> now - entry.lastHeard > entry.registration.timeoutMillis() * 1_000_000L);
  }

  private List<String> removeWhere(Predicate<Live> unwanted) {
    var gone = live.values().stream().filter(unwanted).map(entry -> entry.registration).toList();
    gone.forEach(this::remove);
    return gone.stream().map(Registration::brokerAddr).toList();
  }

  private void remove(Registration registration) {
    live.remove(new Address(registration.cluster(), registration.brokerAddr()));
    var group = groups.get(registration.brokerName());
    if (group != null) {
      group.addresses.values().removeIf(registration.brokerAddr()::equals);
      if (group.enableActingMaster && !group.addresses.containsKey(0L)) {
        group.topics.replaceAll(
            (_, queues) -> queues.withPerm(queues.perm() & ~TopicQueues.PERM_WRITE));
      }
      forgetIfEmpty(registration.brokerName());
    }
  }

  private void forgetIfEmpty(String brokerName) {
    var group = groups.get(brokerName);
    if (group != null && group.addresses.isEmpty()) {
      groups.remove(brokerName);
      wiped.remove(brokerName);
    }
  }

  /** The route of a topic, null where no living broker has it. */
  synchronized @Nullable Route route(String topic) {
    var queues = new ArrayList<QueueView>();
    var brokers = new ArrayList<BrokerView>();
    var filters = new HashMap<String, List<String>>();
    groups.forEach(
        (name, group) -> {
          var held = group.topics.get(topic);
          if (held != null) {
            queues.add(new QueueView(name, held));
            brokers.add(view(name, group));
            for (var address : group.addresses.values()) {
              var entry = live.get(new Address(group.cluster, address));
              if (entry != null && !entry.registration.filterServers().isEmpty()) {
                filters.put(address, entry.registration.filterServers());
              }
            }
          }
        });
    return queues.isEmpty() ? null : new Route(queues, brokers, filters);
  }

  private static BrokerView view(String name, Group group) {
    return new BrokerView(
        group.cluster,
        name,
        new TreeMap<>(group.addresses),
        group.enableActingMaster,
        group.zoneName);
  }

  /** All brokers, by name. */
  synchronized List<BrokerView> brokers() {
    return groups.entrySet().stream().map(each -> view(each.getKey(), each.getValue())).toList();
  }

  /** All topics whose flags satisfy a condition. */
  synchronized SortedSet<String> topics(Predicate<TopicQueues> condition) {
    var names = new TreeSet<String>();
    for (var group : groups.values()) {
      group.topics.forEach(
          (topic, queues) -> {
            if (condition.test(queues)) {
              names.add(topic);
            }
          });
    }
    return names;
  }

  /** All topics of a cluster. */
  synchronized SortedSet<String> topicsOf(String cluster) {
    var names = new TreeSet<String>();
    for (var group : groups.values()) {
      if (group.cluster.equals(cluster)) {
        names.addAll(group.topics.keySet());
      }
    }
    return names;
  }

  /** Forgets a topic, in one cluster or in all. A broker that still has it tells it again. */
  synchronized void deleteTopic(String topic, @Nullable String cluster) {
    for (var group : groups.values()) {
      if (cluster == null || cluster.isEmpty() || group.cluster.equals(cluster)) {
        group.topics.remove(topic);
      }
    }
  }

  /**
   * Takes from, or gives to, all topics of a broker name the permission to write.
   *
   * @return the number of topics
   */
  synchronized int writePermission(String brokerName, boolean give) {
    var group = groups.get(brokerName);
    if (group == null) {
      return 0;
    }
    group.topics.replaceAll(
        (_, queues) ->
            queues.withPerm(
                give
                    ? TopicQueues.PERM_READ | TopicQueues.PERM_WRITE
                    : queues.perm() & ~TopicQueues.PERM_WRITE));
    var master = group.addresses.get(0L);
    var entry = master == null ? null : live.get(new Address(group.cluster, master));
    if (give) {
      wiped.remove(brokerName);
    } else if (entry != null) {
      wiped.put(brokerName, entry.registration.version());
    }
    return group.topics.size();
  }
}
