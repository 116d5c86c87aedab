package org.ordeal.broker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Limits;
import org.ordeal.remoting.RemotingClient;
import org.ordeal.remoting.RequestCode;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.Member;
import org.ordeal.replication.RoleView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each NameServer told who this broker is and what it holds.
 *
 * <p>Every change of role, term or topics is told to all of them at once. Between changes each is
 * asked every second whether it still knows the version that it was told (QUERY_DATA_VERSION): that
 * keeps the registration alive, and finds a NameServer that has been restarted. A NameServer that
 * does not answer holds up nobody else.
 */
final class Registrar implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Registrar.class);

  private static final long TICK_MILLIS = 1000;
  private static final Duration ANSWER_TIME = Duration.ofMillis(1500);
  private static final Duration CONNECT_TIME = Duration.ofSeconds(1);

  /** A NameServer may forget this broker after so long a silence. */
  private static final long TIMEOUT_MILLIS = 10_000;

  /** What was told: to be told again when it is no longer true. */
  private record Told(long brokerId, RoleView.Role role, long term, long counter, long timestamp) {}

  /** One NameServer, as this broker sees it. */
  private static final class Listener {
    final String address;
    volatile @Nullable Told told;
    volatile long toldAt;
    volatile boolean busy;
    volatile boolean again;
    volatile boolean reachable = true;

    Listener(String address) {
      this.address = address;
    }
  }

  private final Node node;
  private final RemotingClient client;
  private final List<Listener> listeners;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("registrar").factory());
  private final Map<String, String> masterByListener = new ConcurrentHashMap<>();

  Registrar(Node node) {
    this.node = node;
    this.client = new RemotingClient(node.loops(), Limits.DEFAULT, CONNECT_TIME);
    this.listeners = node.settings().nameServers().stream().map(Listener::new).toList();
  }

  void start() {
    var _ = clock.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Tells all NameServers soon what has changed; returns at once. */
  void changed() {
    if (!clock.isShutdown()) {
      clock.execute(this::tick);
    }
  }

  private void tick() {
    try {
      for (var listener : listeners) {
        inform(listener);
      }
    } catch (RuntimeException e) {
      log.error("Registration failed and is tried again.", e);
    }
  }

  private Told now() {
    var role = node.replica().role();
    var version = node.replica().topicVersion();
    return new Told(
        node.brokerId(), role.role(), role.term(), version.counter(), version.timestampMillis());
  }

  private void inform(Listener listener) {
    if (listener.busy) {
      listener.again = true;
      return;
    }
    var role = node.replica().role();
    if (role.role() == RoleView.Role.CANDIDATE && listener.told == null && role.term() == 0) {
      // Nothing is known yet; the first election tells at once.
      return;
    }
    var now = now();
    boolean old =
        System.nanoTime() - listener.toldAt > node.settings().registerInterval().toNanos();
    listener.busy = true;
    var request = now.equals(listener.told) && !old ? question() : registration(now);
    boolean registers = request.code() == RequestCode.REGISTER_BROKER;
    var _ =
        client
            .ask(listener.address, request, ANSWER_TIME)
            .whenCompleteAsync(
                (answer, failure) -> {
                  listener.busy = false;
                  if (failure != null) {
                    failed(listener, failure);
                  } else if (registers) {
                    registered(listener, now, answer);
                  } else if (!"false".equals(answer.fields().get("changed"))) {
                    listener.told = null;
                    inform(listener);
                    return;
                  }
                  if (listener.again) {
                    listener.again = false;
                    inform(listener);
                  }
                },
                clock);
  }

  private void failed(Listener listener, Throwable failure) {
    listener.told = null;
    if (listener.reachable) {
      listener.reachable = false;
      log.warn("NameServer {} cannot be told: {}", listener.address, failure.getMessage());
    }
  }

  private void registered(Listener listener, Told told, Command answer) {
    if (answer.code() != ResponseCode.SUCCESS) {
      log.warn(
          "NameServer {} refused the registration: {} {}",
          listener.address,
          answer.code(),
          Objects.requireNonNullElse(answer.remark(), ""));
      listener.told = null;
      return;
    }
    if (!listener.reachable || listener.told == null || listener.told.term() != told.term()) {
      log.info(
          "Registered as {} of {} with NameServer {}.",
          told.brokerId(),
          node.settings().brokerName(),
          listener.address);
    }
    listener.reachable = true;
    listener.told = told;
    listener.toldAt = System.nanoTime();
    masterByListener.put(
        listener.address, Objects.requireNonNullElse(answer.fields().get("masterAddr"), ""));
  }

  private Map<String, String> identity() {
    return Map.of(
        "brokerName",
        node.settings().brokerName(),
        "brokerAddr",
        node.settings().address(),
        "clusterName",
        node.settings().cluster(),
        "brokerId",
        Long.toString(node.brokerId()));
  }

  private Command question() {
    return Command.request(RequestCode.QUERY_DATA_VERSION, identity())
        .withBody(Bodies.write(version()));
  }

  private ObjectNode version() {
    return Topics.json(node.replica().topicVersion(), node.replica().role().term());
  }

  private Command registration(Told told) {
    var wrapper = Bodies.object();
    wrapper.set("dataVersion", version());
    var table = wrapper.putObject("topicConfigTable");
    node.topics()
        .all()
        .forEach(
            (name, topic) -> {
              var json = Topics.json(topic);
              json.put("perm", topic.perm() & (node.settings().permission() | Topics.PERM_INHERIT));
              table.set(name, json);
            });
    var body = Bodies.object();
    body.putArray("filterServerList");
    body.set("topicConfigSerializeWrapper", wrapper);
    var bytes = Bodies.write(body);
    var crc = new CRC32();
    crc.update(bytes);
    var fields = new java.util.HashMap<>(identity());
    fields.put("brokerId", Long.toString(told.brokerId()));
    fields.put("haServerAddr", node.settings().host() + ":" + (node.settings().port() + 1));
    fields.put("heartbeatTimeoutMillis", Long.toString(TIMEOUT_MILLIS));
    fields.put("compressed", "false");
    fields.put("bodyCrc32", Integer.toString((int) (crc.getValue() & 0x7FFFFFFF)));
    return Command.request(RequestCode.REGISTER_BROKER, fields).withBody(bytes);
  }

  /** The number of NameServers that were told the present state. */
  int informed() {
    var now = now();
    return (int) listeners.stream().filter(each -> now.equals(each.told)).count();
  }

  /** The members' addresses as a NameServer told of the master; empty while none is known. */
  String knownMaster() {
    return masterByListener.values().stream().filter(each -> !each.isEmpty()).findAny().orElse("");
  }

  /** For messages: the member with an id. */
  static String describe(List<Member> members) {
    return String.join(", ", members.stream().map(Member::toString).toList());
  }

  /** Takes the registrations back, then ends. */
  @Override
  public void close() {
    clock.shutdownNow();
    var goodbye = Command.request(RequestCode.UNREGISTER_BROKER, identity());
    var answers =
        listeners.stream()
            .filter(each -> each.told != null)
            .map(each -> client.ask(each.address, goodbye, Duration.ofMillis(500)))
            .toList();
    for (var answer : answers) {
      try {
        answer.get(600, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        log.debug("A NameServer was not told of the end: {}", e.toString());
      }
    }
    client.close();
  }
}
