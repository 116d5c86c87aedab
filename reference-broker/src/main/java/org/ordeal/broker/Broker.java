package org.ordeal.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.EventLoops;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.Limits;
import org.ordeal.remoting.RemotingCounters;
import org.ordeal.remoting.RemotingServer;
import org.ordeal.remoting.RequestCode;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.Replica;
import org.ordeal.replication.ReplicaFactory;
import org.ordeal.replication.Replicas;
import org.ordeal.replication.RoleView;
import org.ordeal.settings.ProcessLog;
import org.ordeal.settings.SettingsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running broker: one member of its group, its server, and its registrations. */
public final class Broker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Broker.class);

  private static final int READERS = 4;
  private static final int MAX_WAITING_READS = 20_000;
  private static final long HOUSEKEEPING_MILLIS = 1000;

  private final Node node;
  private final EventLoops loops;
  private final ThreadPoolExecutor readers;
  private final Clients clients = new Clients();
  private final DelayedDelivery delayed;
  private final Transactions transactions;
  private final SendHandler sending;
  private final PullHandler pulling;
  private final OffsetHandler offsets;
  private final ClientHandler clientHandler;
  private final QueueLocks locks;
  private final TopicHandler topics;
  private final MessageHandler messages;
  private final SendBackHandler sendBack;
  private final StatsHandler stats;
  private final ResetHandler resets;
  private final GroupHandler group;
  private final Registrar registrar;
  private final RemotingServer server;

  private Broker(
      BrokerSettings settings, EventLoops loops, Replica replica, InetSocketAddress storeHost)
      throws IOException {
    this.loops = loops;
    this.readers =
        new ThreadPoolExecutor(
            READERS,
            READERS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING_READS),
            Thread.ofPlatform().daemon().name("reader-", 0).factory());
    readers.allowCoreThreadTimeOut(true);
    this.node =
        new Node(
            settings,
            replica,
            new Topics(settings, replica),
            new Groups(replica, settings.autoCreateGroup()),
            new BrokerCounters(),
            readers,
            loops,
            storeHost);
    var commits = new OffsetCommits(replica);
    this.registrar = new Registrar(node);
    this.delayed = new DelayedDelivery(replica, settings.delayLevels());
    this.transactions = new Transactions(node, clients);
    this.sending = new SendHandler(node, delayed);
    this.pulling = new PullHandler(node, clients, commits);
    this.offsets = new OffsetHandler(node, commits);
    this.clientHandler = new ClientHandler(node, clients);
    this.locks = new QueueLocks(node);
    this.topics = new TopicHandler(node, registrar::changed);
    this.messages = new MessageHandler(node);
    this.sendBack = new SendBackHandler(node, delayed);
    this.stats = new StatsHandler(node, clients);
    this.resets = new ResetHandler(node, clients);
    this.group = new GroupHandler(node);
    this.server =
        RemotingServer.listen(
            loops,
            settings.listen(),
            Limits.DEFAULT.withIdleTime(settings.maxIdle()),
            this::handle,
            peer -> peer.onClose(() -> clients.disconnected(peer)));
  }

  /**
   * Opens the store, joins the group and serves.
   *
   * @throws IOException with a sentence, when the store or a port cannot be used
   * @throws SettingsException when the advertised name cannot be resolved
   */
  static Broker start(BrokerSettings settings) throws IOException, SettingsException {
    return start(settings, Replicas::open);
  }

  /** Starts with replicas from elsewhere, which tests do. */
  static Broker start(BrokerSettings settings, ReplicaFactory replicas)
      throws IOException, SettingsException {
    var config = settings.replica();
    // Bolt, which JRaft talks through, would write log files of its own below the home directory.
    if (System.getProperty("sofa.middleware.log.disable") == null) {
      System.setProperty("sofa.middleware.log.disable", "true");
    }
    ProcessLog.describe(settings.self(), "0", "STARTING");
    var loops = new EventLoops(2);
    Replica replica = null;
    try {
      replica = replicas.open(config);
      var broker = new Broker(settings, loops, replica, config.storeHost());
      broker.run();
      return broker;
    } catch (IOException | RuntimeException e) {
      if (replica != null) {
        replica.close();
      }
      loops.close();
      throw e;
    }
  }

  private void run() {
    node.replica().onRoleChange(this::roleChanged);
    registrar.start();
    delayed.start();
    transactions.start();
    loops.repeat(this::housekeeping, HOUSEKEEPING_MILLIS);
  }

  private long topicsTold = -1;

  private void housekeeping() {
    try {
      node.counters().sample();
      clients.expire();
      long version = node.replica().topicVersion().counter();
      if (version != topicsTold) {
        topicsTold = version;
        registrar.changed();
      }
    } catch (RuntimeException e) {
      log.error("Housekeeping failed and is tried again.", e);
    }
  }

  private void roleChanged(RoleView role) {
    ProcessLog.describe(role.self(), Long.toString(role.term()), role.role().name());
    if (role.failure() == null) {
      log.info("Role: {}.", role.leads() ? "leads" : Outcomes.whoLeads(role));
    } else {
      log.error("{} takes no more part: {}", role.self(), role.failure());
    }
    registrar.changed();
    readers.execute(pulling.held()::releaseAll);
  }

  private void handle(Exchange exchange) throws BadRequestException {
    switch (exchange.request().code()) {
      case RequestCode.SEND_MESSAGE, RequestCode.SEND_MESSAGE_V2, RequestCode.SEND_BATCH_MESSAGE ->
          sending.send(exchange);
      case RequestCode.PULL_MESSAGE, RequestCode.LITE_PULL_MESSAGE -> pulling.pull(exchange);
      case RequestCode.CONSUMER_SEND_MSG_BACK -> sendBack.takeBack(exchange);
      case RequestCode.END_TRANSACTION -> transactions.end(exchange);
      case RequestCode.QUERY_CONSUMER_OFFSET -> offsets.queryConsumer(exchange);
      case RequestCode.UPDATE_CONSUMER_OFFSET -> offsets.updateConsumer(exchange);
      case RequestCode.GET_MAX_OFFSET -> offsets.maxOffset(exchange);
      case RequestCode.GET_MIN_OFFSET -> offsets.minOffset(exchange);
      case RequestCode.SEARCH_OFFSET_BY_TIMESTAMP -> offsets.searchOffset(exchange);
      case RequestCode.GET_EARLIEST_MSG_STORETIME -> offsets.earliestStoreTime(exchange);
      case RequestCode.HEART_BEAT -> clientHandler.heartbeat(exchange);
      case RequestCode.UNREGISTER_CLIENT -> clientHandler.unregister(exchange);
      case RequestCode.GET_CONSUMER_LIST_BY_GROUP -> clientHandler.consumerIds(exchange);
      case RequestCode.CHECK_CLIENT_CONFIG -> clientHandler.checkConfig(exchange);
      case RequestCode.LOCK_BATCH_MQ -> locks.lock(exchange);
      case RequestCode.UNLOCK_BATCH_MQ -> locks.unlock(exchange);
      case RequestCode.QUERY_MESSAGE -> messages.byKey(exchange);
      case RequestCode.VIEW_MESSAGE_BY_ID -> messages.byOffset(exchange);
      default -> handleAdministration(exchange);
    }
  }

  private void handleAdministration(Exchange exchange) throws BadRequestException {
    switch (exchange.request().code()) {
      case RequestCode.UPDATE_AND_CREATE_TOPIC -> topics.put(exchange);
      case RequestCode.DELETE_TOPIC_IN_BROKER -> topics.delete(exchange);
      case RequestCode.GET_TOPIC_CONFIG -> topics.show(exchange);
      case RequestCode.GET_ALL_TOPIC_CONFIG -> topics.showAll(exchange);
      case RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER -> topics.systemTopics(exchange);
      case RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP -> topics.putGroup(exchange);
      case RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST -> topics.putGroupList(exchange);
      case RequestCode.DELETE_SUBSCRIPTIONGROUP -> topics.deleteGroup(exchange);
      case RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG -> topics.showGroup(exchange);
      case RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG -> topics.showAllGroups(exchange);
      case RequestCode.GET_ALL_CONSUMER_OFFSET -> offsets.allConsumerOffsets(exchange);
      case RequestCode.GET_BROKER_RUNTIME_INFO -> stats.runtime(exchange);
      case RequestCode.GET_BROKER_CONFIG -> stats.configuration(exchange);
      case RequestCode.GET_TOPIC_STATS_INFO -> stats.topicStats(exchange);
      case RequestCode.GET_CONSUME_STATS -> stats.consumeStats(exchange);
      case RequestCode.GET_BROKER_CONSUME_STATS -> stats.allConsumeStats(exchange);
      case RequestCode.QUERY_TOPIC_CONSUME_BY_WHO -> stats.groupsOfTopic(exchange);
      case RequestCode.QUERY_TOPICS_BY_CONSUMER -> stats.topicsOfGroup(exchange);
      case RequestCode.QUERY_CONSUME_TIME_SPAN -> stats.timeSpan(exchange);
      case RequestCode.QUERY_CONSUME_QUEUE -> messages.queueEntries(exchange);
      case RequestCode.GET_CONSUMER_CONNECTION_LIST -> clientHandler.consumerConnections(exchange);
      case RequestCode.GET_PRODUCER_CONNECTION_LIST -> clientHandler.producerConnections(exchange);
      case RequestCode.GET_ALL_PRODUCER_INFO -> clientHandler.allProducers(exchange);
      case RequestCode.GET_CONSUMER_RUNNING_INFO, RequestCode.CONSUME_MESSAGE_DIRECTLY ->
          clientHandler.forward(exchange);
      case RequestCode.INVOKE_BROKER_TO_RESET_OFFSET -> resets.byTime(exchange);
      case RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS -> resets.clientOffsets(exchange);
      case RequestCode.CLONE_GROUP_OFFSET -> resets.cloneOffsets(exchange);
      case RequestCode.QUERY_CORRECTION_OFFSET -> resets.correction(exchange);
      case RequestCode.UPDATE_BROKER_CONFIG ->
          exchange.reply(
              Outcomes.refused(
                  ResponseCode.NO_PERMISSION,
                  "This broker's settings do not change while it runs: edit its file and restart it."));
      case GroupHandler.TRANSFER_LEADERSHIP -> group.transfer(exchange);
      case GroupHandler.ADD_MEMBER -> group.add(exchange);
      case GroupHandler.REMOVE_MEMBER -> group.remove(exchange);
      case GroupHandler.SHOW_GROUP -> group.show(exchange);
      default ->
          exchange.reply(
              Command.answer(
                  ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
                  Outcomes.NOT_STORED
                      + "request type "
                      + exchange.request().code()
                      + " not supported"));
    }
  }

  public InetSocketAddress address() {
    return server.address();
  }

  RemotingCounters remoting() {
    return server.counters();
  }

  Node node() {
    return node;
  }

  Clients clients() {
    return clients;
  }

  int heldPulls() {
    return pulling.held().size();
  }

  int informedNameServers() {
    return registrar.informed();
  }

  @Override
  public void close() {
    registrar.close();
    delayed.close();
    transactions.close();
    server.close();
    node.replica().close();
    readers.shutdownNow();
    loops.close();
  }
}
