package org.ordeal.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.EventLoops;
import org.ordeal.remoting.Limits;
import org.ordeal.remoting.RemotingClient;
import org.ordeal.remoting.RequestCode;

/** Three brokers of one group, with three NameServers. */
@SuppressWarnings("deprecation") // the old way to create a topic, which all clients have
class GroupOfThreeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final String TOPIC = "topic";

  private static DefaultMQProducer producer(TestCluster cluster) throws Exception {
    var producer = new DefaultMQProducer("producers");
    producer.setNamesrvAddr(cluster.nameServerAddresses());
    producer.setPollNameServerInterval(500);
    producer.setRetryTimesWhenSendFailed(0);
    producer.setSendMsgTimeout(10_000);
    producer.start();
    producer.createTopic(TestCluster.BROKER, TOPIC, 2, Map.of());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> producer.fetchPublishMessageQueues(TOPIC).size() == 2);
    return producer;
  }

  private static Command ask(RemotingClient client, Broker broker, Command request)
      throws Exception {
    return client
        .ask("127.0.0.1:" + broker.address().getPort(), request, Duration.ofSeconds(20))
        .get(30, TimeUnit.SECONDS);
  }

  @Test
  void shouldGoOnUnderANewLeaderWithoutLosingWhatWasAcknowledged(@TempDir Path directory)
      throws Exception {
    try (var cluster = TestCluster.start(directory, 3, 3, "flushDiskType=SYNC_FLUSH\n");
        var loops = new EventLoops(1);
        var client = new RemotingClient(loops, Limits.DEFAULT, Duration.ofSeconds(5))) {
      var producer = producer(cluster);
      try {
        var acknowledged = new ArrayList<String>();
        send(producer, acknowledged, 20);
        int first = cluster.leader();
        assertThat(route(client, cluster, first)).containsEntry(0L, address(cluster, first));
        cluster.stopBroker(first);
        int second = cluster.awaitLeader();
        assertThat(second).isNotEqualTo(first);
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(route(client, cluster, second))
                        .containsEntry(0L, address(cluster, second)));
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> send(producer, acknowledged, 1) == 1);
        send(producer, acknowledged, 20);
        cluster.startBroker(first);
        for (int i = 0; i < 3; i++) {
          int member = i;
          await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () ->
                      assertThat(bodies(client, cluster.broker(member)))
                          .as("messages served by n%d", member)
                          .containsAll(acknowledged));
        }
      } finally {
        producer.shutdown();
      }
    }
  }

  private static int send(DefaultMQProducer producer, List<String> acknowledged, int count)
      throws Exception {
    for (int i = 0; i < count; i++) {
      var body = "m" + acknowledged.size();
      var result = producer.send(new Message(TOPIC, body.getBytes(StandardCharsets.UTF_8)));
      assertThat(result.getSendStatus()).isEqualTo(SendStatus.SEND_OK);
      acknowledged.add(body);
    }
    return count;
  }

  private static String address(TestCluster cluster, int broker) {
    return "127.0.0.1:" + cluster.broker(broker).address().getPort();
  }

  private static Map<Long, String> route(RemotingClient client, TestCluster cluster, int any)
      throws Exception {
    assertThat(any).isNotNegative();
    var answer =
        client
            .ask(
                "127.0.0.1:" + cluster.nameServer(0).address().getPort(),
                Command.request(RequestCode.GET_ROUTEINFO_BY_TOPIC, Map.of("topic", TOPIC)),
                Duration.ofSeconds(10))
            .get(20, TimeUnit.SECONDS);
    var addresses = new HashMap<Long, String>();
    for (var each :
        Bodies.read(answer.body()).path("brokerDatas").path(0).path("brokerAddrs").properties()) {
      addresses.put(Long.parseLong(each.getKey()), each.getValue().asText());
    }
    return addresses;
  }

  /** All messages that one broker serves, read to the end of each queue. */
  private static List<String> bodies(RemotingClient client, Broker broker) throws Exception {
    var bodies = new ArrayList<String>();
    for (int queue = 0; queue < 2; queue++) {
      long offset = 0;
      while (true) {
        var answer =
            ask(
                client,
                broker,
                Command.request(
                    RequestCode.PULL_MESSAGE,
                    Map.of(
                        "consumerGroup",
                        "drain",
                        "topic",
                        TOPIC,
                        "queueId",
                        "" + queue,
                        "queueOffset",
                        "" + offset,
                        "maxMsgNums",
                        "32",
                        "sysFlag",
                        "4",
                        "subscription",
                        "*",
                        "suspendTimeoutMillis",
                        "0")));
        if (answer.code() != 0 || answer.body() == null) {
          break;
        }
        var in = java.nio.ByteBuffer.wrap(answer.body());
        while (in.hasRemaining()) {
          var message = StoredMessage.decode(in);
          assertThat(message.queueOffset()).isEqualTo(offset++);
          bodies.add(new String(message.body(), StandardCharsets.UTF_8));
        }
      }
    }
    return bodies;
  }

  @Test
  void shouldTellAFollowersClientThatNothingWasStored(@TempDir Path directory) throws Exception {
    try (var cluster = TestCluster.start(directory, 1, 3, "");
        var loops = new EventLoops(1);
        var client = new RemotingClient(loops, Limits.DEFAULT, Duration.ofSeconds(5))) {
      var follower = cluster.broker((cluster.leader() + 1) % 3);
      var answer =
          ask(
              client,
              follower,
              Command.request(
                      RequestCode.SEND_MESSAGE_V2,
                      Map.of("a", "g", "b", "benchmark", "e", "0", "f", "0", "g", "0"))
                  .withBody(new byte[] {1}));
      assertThat(answer.code()).isEqualTo(14);
      assertThat(answer.remark()).startsWith("[NOT_STORED] not leader");
    }
  }

  @Test
  void shouldHandLeadershipOverOnRequest(@TempDir Path directory) throws Exception {
    try (var cluster = TestCluster.start(directory, 1, 3, "");
        var loops = new EventLoops(1);
        var client = new RemotingClient(loops, Limits.DEFAULT, Duration.ofSeconds(5))) {
      int before = cluster.leader();
      int target = (before + 1) % 3;
      var answer =
          ask(
              client,
              cluster.broker(before),
              Command.request(GroupHandler.TRANSFER_LEADERSHIP, Map.of("member", "n" + target)));
      assertThat(answer.code()).as(String.valueOf(answer.remark())).isZero();
      await().atMost(PATIENCE).until(() -> cluster.leader() == target);
    }
  }

  @Test
  void shouldRemoveAMemberAndAddItAgainOnRequest(@TempDir Path directory) throws Exception {
    try (var cluster = TestCluster.start(directory, 1, 3, "");
        var loops = new EventLoops(1);
        var client = new RemotingClient(loops, Limits.DEFAULT, Duration.ofSeconds(5))) {
      var leader = cluster.broker(cluster.leader());
      var id = "n" + (cluster.leader() + 1) % 3;
      var member =
          leader.node().replica().members().stream()
              .filter(each -> each.id().equals(id))
              .findFirst()
              .orElseThrow();

      var removed =
          ask(client, leader, Command.request(GroupHandler.REMOVE_MEMBER, Map.of("member", id)));
      assertThat(removed.code()).as(String.valueOf(removed.remark())).isZero();
      assertThat(leader.node().replica().members()).hasSize(2).doesNotContain(member);

      var address = member.host() + ":" + member.port();
      var added =
          ask(
              client,
              leader,
              Command.request(GroupHandler.ADD_MEMBER, Map.of("member", id, "address", address)));
      assertThat(added.code()).as(String.valueOf(added.remark())).isZero();
      assertThat(leader.node().replica().members()).hasSize(3).contains(member);

      var bad =
          ask(
              client,
              leader,
              Command.request(GroupHandler.ADD_MEMBER, Map.of("member", id, "address", "nowhere")));
      assertThat(bad.code()).isNotZero();
      assertThat(bad.remark()).startsWith("[NOT_STORED]");
    }
  }

  /** Pop consumption, and a reply to a message that asked for one. */
  @Test
  void shouldRefuseByCodeWhatItDoesNotServe(@TempDir Path directory) throws Exception {
    try (var cluster = TestCluster.start(directory, 1, 1, "");
        var loops = new EventLoops(1);
        var client = new RemotingClient(loops, Limits.DEFAULT, Duration.ofSeconds(5))) {
      for (var code : new int[] {200_050, 200_051, 324, 325, 77_777}) {
        var answer = ask(client, cluster.broker(0), Command.request(code, Map.of()));
        assertThat(answer.code()).as("request code %d", code).isEqualTo(3);
      }
      var sql =
          ask(
              client,
              cluster.broker(0),
              Command.request(
                  RequestCode.PULL_MESSAGE,
                  Map.ofEntries(
                      Map.entry("consumerGroup", "g"),
                      Map.entry("topic", "TBW102"),
                      Map.entry("queueId", "0"),
                      Map.entry("queueOffset", "0"),
                      Map.entry("maxMsgNums", "1"),
                      Map.entry("sysFlag", "4"),
                      Map.entry("commitOffset", "0"),
                      Map.entry("suspendTimeoutMillis", "0"),
                      Map.entry("subscription", "a > 1"),
                      Map.entry("subVersion", "0"),
                      Map.entry("expressionType", "SQL92"))));
      assertThat(sql.code()).as(String.valueOf(sql.remark())).isEqualTo(1);
      assertThat(sql.remark()).contains("SQL92");
    }
  }

  @Test
  void shouldKeepAnOrderlyQueueWithItsOwnerAcrossAChangeOfLeader(@TempDir Path directory)
      throws Exception {
    try (var cluster = TestCluster.start(directory, 1, 3, "");
        var loops = new EventLoops(1);
        var client = new RemotingClient(loops, Limits.DEFAULT, Duration.ofSeconds(5))) {
      assertThat(locked(client, cluster, "one")).isEqualTo(1);
      assertThat(locked(client, cluster, "two")).isZero();
      cluster.stopBroker(cluster.leader());
      cluster.awaitLeader();
      assertThat(locked(client, cluster, "two")).isZero();
      assertThat(locked(client, cluster, "one")).isEqualTo(1);
    }
  }

  /** Asks for one queue until a leader answers; the number of queues granted. */
  private static int locked(RemotingClient client, TestCluster cluster, String clientId)
      throws Exception {
    var body = Bodies.object().put("clientId", clientId).put("consumerGroup", "group");
    body.putArray("mqSet")
        .addObject()
        .put("brokerName", TestCluster.BROKER)
        .put("queueId", 0)
        .put("topic", TOPIC);
    var found = new CompletableFuture<Integer>();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              var answer =
                  ask(
                      client,
                      cluster.broker(cluster.leader()),
                      Command.request(RequestCode.LOCK_BATCH_MQ).withBody(Bodies.write(body)));
              return answer.code() == 0
                  && found.complete(Bodies.read(answer.body()).path("lockOKMQSet").size());
            });
    return found.join();
  }
}
