package org.ordeal.nameserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ordeal.nameserver.Registration.TopicQueues;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.EventLoops;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.Limits;
import org.ordeal.remoting.Peer;
import org.ordeal.remoting.RemotingCounters;
import org.ordeal.remoting.RemotingServer;
import org.ordeal.remoting.RequestCode;
import org.ordeal.remoting.ResponseCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running NameServer: serves brokers and clients from a {@link RouteTable}. */
public final class NameServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NameServer.class);

  /** Bits of topicSysFlag. */
  private static final int UNIT = 1;

  private static final int UNIT_SUB = 2;

  private final NameServerSettings settings;
  private final RouteTable routes = new RouteTable(System::nanoTime);
  private final KeyValueTable keyValues;
  private final EventLoops loops;
  private final RemotingServer server;
  private final long started = System.nanoTime();

  private NameServer(NameServerSettings settings, EventLoops loops) throws IOException {
    this.settings = settings;
    this.loops = loops;
    this.keyValues = new KeyValueTable(settings.keyValueFile());
    this.server =
        RemotingServer.listen(
            loops,
            settings.listen(),
            Limits.DEFAULT.withIdleTime(settings.maxIdle()),
            this::handle,
            peer -> peer.onClose(() -> disconnected(peer)));
    loops.repeat(this::expire, settings.scanInterval().toMillis());
  }

  /**
   * Starts serving.
   *
   * @throws IOException with a sentence, when the address or the key-value file cannot be used
   */
  public static NameServer start(NameServerSettings settings) throws IOException {
    var loops = new EventLoops(2);
    try {
      return new NameServer(settings, loops);
    } catch (IOException e) {
      loops.close();
      throw e;
    }
  }

  public InetSocketAddress address() {
    return server.address();
  }

  public RemotingCounters counters() {
    return server.counters();
  }

  /** The number of broker addresses known. */
  public int brokerCount() {
    return routes.brokers().stream().mapToInt(each -> each.addresses().size()).sum();
  }

  /** The number of topics known. */
  public int topicCount() {
    return routes.topics(_ -> true).size();
  }

  private void disconnected(Peer peer) {
    for (var address : routes.disconnected(peer)) {
      log.warn("Forgot broker {}: its connection {} ended.", address, peer);
    }
  }

  private void expire() {
    for (var address : routes.expire()) {
      log.warn("Forgot broker {}: it was silent for longer than its bound.", address);
    }
  }

  private void handle(Exchange exchange) throws BadRequestException, IOException {
    var answer = answer(exchange);
    exchange.reply(answer);
  }

  private Command answer(Exchange exchange) throws BadRequestException, IOException {
    var fields = exchange.fields();
    return switch (exchange.request().code()) {
      case RequestCode.GET_ROUTEINFO_BY_TOPIC -> route(fields.required("topic"));
      case RequestCode.REGISTER_BROKER -> register(exchange);
      case RequestCode.UNREGISTER_BROKER -> unregister(exchange);
      case RequestCode.QUERY_DATA_VERSION -> queryVersion(exchange);
      case RequestCode.BROKER_HEARTBEAT -> {
        routes.heard(
            fields.required("clusterName"), fields.required("brokerAddr"), exchange.peer());
        yield Command.success();
      }
      case RequestCode.REGISTER_TOPIC_IN_NAMESRV -> registerTopic(exchange);
      case RequestCode.DELETE_TOPIC_IN_NAMESRV -> {
        routes.deleteTopic(fields.required("topic"), fields.text("clusterName"));
        yield Command.success();
      }
      case RequestCode.GET_BROKER_CLUSTER_INFO -> body(RouteBodies.clusters(routes.brokers()));
      case RequestCode.GET_BROKER_MEMBER_GROUP ->
          members(fields.required("clusterName"), fields.required("brokerName"));
      case RequestCode.WIPE_WRITE_PERM_OF_BROKER ->
          permission(fields.required("brokerName"), false, "wipeTopicCount");
      case RequestCode.ADD_WRITE_PERM_OF_BROKER ->
          permission(fields.required("brokerName"), true, "addTopicCount");
      default -> topicOrSetting(exchange);
    };
  }

  private Command topicOrSetting(Exchange exchange) throws BadRequestException, IOException {
    var fields = exchange.fields();
    return switch (exchange.request().code()) {
      case RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER ->
          settings.allTopicList()
              ? body(RouteBodies.topics(routes.topics(_ -> true), null))
              : Command.answer(ResponseCode.SYSTEM_ERROR, "disable");
      case RequestCode.GET_TOPICS_BY_CLUSTER ->
          body(RouteBodies.topics(routes.topicsOf(fields.required("cluster")), null));
      case RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS -> systemTopics();
      case RequestCode.GET_UNIT_TOPIC_LIST -> flagged(UNIT, 0);
      case RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST -> flagged(UNIT_SUB, 0);
      case RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST -> flagged(UNIT_SUB, UNIT);
      case RequestCode.PUT_KV_CONFIG -> {
        keyValues.put(
            fields.required("namespace"), fields.required("key"), fields.text("value", ""));
        yield Command.success();
      }
      case RequestCode.GET_KV_CONFIG ->
          keyValue(fields.required("namespace"), fields.required("key"));
      case RequestCode.DELETE_KV_CONFIG -> {
        keyValues.delete(fields.required("namespace"), fields.required("key"));
        yield Command.success();
      }
      case RequestCode.GET_KVLIST_BY_NAMESPACE -> namespace(fields.required("namespace"));
      case RequestCode.GET_NAMESRV_CONFIG -> Command.success(configuration());
      case RequestCode.UPDATE_NAMESRV_CONFIG ->
          Command.answer(
              ResponseCode.NO_PERMISSION,
              "This NameServer's settings do not change while it runs: edit its file and restart it.");
      default ->
          Command.answer(
              ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
              " request type " + exchange.request().code() + " not supported");
    };
  }

  private static Command body(ObjectNode node) {
    return Command.success(Bodies.write(node));
  }

  private Command route(String topic) {
    if (System.nanoTime() - started < settings.warmUp().toNanos()) {
      return Command.answer(ResponseCode.SYSTEM_ERROR, "name server not ready");
    }
    var route = routes.route(topic);
    if (route == null) {
      return Command.answer(
          ResponseCode.TOPIC_NOT_EXIST,
          "No topic route info in name server for the topic: " + topic);
    }
    var order = settings.orderMessages() ? keyValues.get(KeyValueTable.ORDER_TOPICS, topic) : null;
    return body(RouteBodies.route(route, order));
  }

  private Command register(Exchange exchange) throws BadRequestException {
    var told = RegistrationReader.read(exchange.request());
    var before = routes.known(told.cluster(), told.brokerAddr());
    var result = routes.register(told, exchange.peer());
    if (!result.accepted() && result.masterAddr().isEmpty()) {
      log.warn(
          "Refused the registration of {} as {} of {}: it is not known here, or another has"
              + " registered since.",
          told.brokerAddr(),
          told.brokerId(),
          told.brokerName());
      return Command.answer(ResponseCode.SYSTEM_ERROR, "register broker failed");
    }
    if (!result.accepted()) {
      log.warn(
          "Ignored {}, which calls itself master of {} in term {}: {} leads in a later one.",
          told.brokerAddr(),
          told.brokerName(),
          told.version().stateVersion(),
          result.masterAddr());
    } else if (before == null || before.stateVersion() != told.version().stateVersion()) {
      log.info(
          "Broker {} registered as {} of {} ({} topics, term {}).",
          told.brokerAddr(),
          told.brokerId(),
          told.brokerName(),
          told.topics().size(),
          told.version().stateVersion());
    }
    var answer =
        Command.success(
            Map.of("haServerAddr", result.haServerAddr(), "masterAddr", result.masterAddr()));
    var order = keyValues.namespace(KeyValueTable.ORDER_TOPICS);
    return order == null ? answer : answer.withBody(Bodies.write(order));
  }

  private Command unregister(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var address = fields.required("brokerAddr");
    boolean done =
        routes.unregister(
            fields.required("clusterName"),
            address,
            fields.required("brokerName"),
            fields.large("brokerId"),
            exchange.peer());
    if (done) {
      log.info("Broker {} unregistered.", address);
    } else {
      log.warn("Ignored a stale unregistration of {}: it has registered again since.", address);
    }
    return Command.success();
  }

  private Command queryVersion(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var told = RegistrationReader.version(Bodies.read(exchange.request().body()));
    var known =
        routes.heard(
            fields.required("clusterName"), fields.required("brokerAddr"), exchange.peer());
    var answer =
        Command.success(Map.of("changed", Boolean.toString(known == null || !known.equals(told))));
    if (known == null) {
      return answer;
    }
    return answer.withBody(
        Bodies.write(
            Bodies.object()
                .put("counter", known.counter())
                .put("stateVersion", known.stateVersion())
                .put("timestamp", known.timestamp())));
  }

  private Command registerTopic(Exchange exchange) throws BadRequestException {
    var topic = exchange.fields().required("topic");
    for (var queues : Bodies.read(exchange.request().body()).path("queueDatas")) {
      routes.registerTopic(
          topic,
          queues.path("brokerName").asText(),
          new TopicQueues(
              queues.path("readQueueNums").asInt(),
              queues.path("writeQueueNums").asInt(),
              queues.path("perm").asInt(),
              queues.path("topicSysFlag").asInt()));
    }
    return Command.success();
  }

  private Command members(String cluster, String brokerName) {
    RouteTable.@Nullable BrokerView found = null;
    for (var view : routes.brokers()) {
      if (view.brokerName().equals(brokerName)) {
        found = view;
      }
    }
    return body(RouteBodies.members(cluster, brokerName, found));
  }

  private Command permission(String brokerName, boolean give, String countField) {
    int count = routes.writePermission(brokerName, give);
    log.info(
        "Write permission of {}: {} on {} topics.", brokerName, give ? "given" : "taken", count);
    return Command.success(Map.of(countField, Integer.toString(count)));
  }

  private Command systemTopics() {
    var names = new TreeSet<String>();
    String first = null;
    for (var view : routes.brokers()) {
      names.add(view.cluster());
      names.add(view.brokerName());
      if (first == null) {
        first = view.addresses().firstEntry().getValue();
      }
    }
    return body(RouteBodies.topics(names, first));
  }

  private Command flagged(int set, int clear) {
    return body(
        RouteBodies.topics(
            routes.topics(
                each -> (each.topicSysFlag() & set) == set && (each.topicSysFlag() & clear) == 0),
            null));
  }

  private Command keyValue(String namespace, String key) {
    var value = keyValues.get(namespace, key);
    return value == null
        ? Command.answer(
            ResponseCode.QUERY_NOT_FOUND,
            "No config item, Namespace: " + namespace + " Key: " + key)
        : Command.success(Map.of("value", value));
  }

  private Command namespace(String namespace) {
    var table = keyValues.namespace(namespace);
    return table == null
        ? Command.answer(ResponseCode.QUERY_NOT_FOUND, "No config item, Namespace: " + namespace)
        : body(table);
  }

  private byte[] configuration() {
    var text = new StringBuilder();
    var values = new TreeMap<>(settings.effective());
    values.put("listenPort", Integer.toString(address().getPort()));
    values.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.close();
    loops.close();
  }
}
