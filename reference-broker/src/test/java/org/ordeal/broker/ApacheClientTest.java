package org.ordeal.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The unmodified Apache client against one broker. */
@SuppressWarnings({"deprecation", "NullAway.Init"}) // old calls of old clients; set before all
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApacheClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private TestCluster cluster;
  private DefaultMQProducer producer;
  private final AtomicInteger names = new AtomicInteger();

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster =
        TestCluster.start(
            directory,
            1,
            1,
            """
            flushDiskType=SYNC_FLUSH
            messageDelayLevel=1s 1s 1s 2s 1s 1s
            transactionTimeOut=1000
            transactionCheckInterval=1000
            """);
    producer = new DefaultMQProducer("producers");
    producer.setNamesrvAddr(cluster.nameServerAddresses());
    producer.setRetryTimesWhenSendFailed(0);
    producer.setSendMsgTimeout(10_000);
    producer.setMaxMessageSize(5 << 20);
    producer.start();
  }

  @AfterAll
  void stop() {
    if (producer != null) {
      producer.shutdown();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private String topic(int queues) throws Exception {
    var name = "topic-" + names.incrementAndGet();
    producer.createTopic(TestCluster.BROKER, name, queues, Map.of());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> producer.fetchPublishMessageQueues(name).size() == queues);
    return name;
  }

  private List<String> drain(String topic, String tags, int expected) throws Exception {
    var consumer = new DefaultLitePullConsumer("drain-" + names.incrementAndGet());
    consumer.setNamesrvAddr(cluster.nameServerAddresses());
    consumer.setAutoCommit(false);
    consumer.setSubExpressionForAssign(topic, tags);
    consumer.start();
    try {
      Beginnings.assign(consumer, consumer.fetchMessageQueues(topic));
      var bodies = ConcurrentHashMap.<String>newKeySet();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer
                    .poll(200)
                    .forEach(
                        each -> bodies.add(new String(each.getBody(), StandardCharsets.UTF_8)));
                return bodies.size() >= expected;
              });
      return bodies.stream().sorted().toList();
    } finally {
      consumer.shutdown();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldGiveDenseQueueOffsetsToSynchronousSends() throws Exception {
    var topic = topic(1);
    for (int i = 0; i < 20; i++) {
      var result = producer.send(new Message(topic, "T", "k" + i, bytes("m" + i)));
      assertThat(result.getSendStatus()).isEqualTo(SendStatus.SEND_OK);
      assertThat(result.getQueueOffset()).isEqualTo(i);
    }
    assertThat(drain(topic, "*", 20)).hasSize(20);
  }

  @Test
  void shouldTakeAsynchronousOneWayAndBatchSends() throws Exception {
    var topic = topic(2);
    var sent = new CountDownLatch(10);
    for (int i = 0; i < 10; i++) {
      producer.send(
          new Message(topic, bytes("async" + i)),
          new SendCallback() {
            @Override
            public void onSuccess(SendResult result) {
              sent.countDown();
            }

            @Override
            public void onException(Throwable failure) {}
          });
      producer.sendOneway(new Message(topic, bytes("oneway" + i)));
    }
    assertThat(sent.await(30, TimeUnit.SECONDS)).isTrue();
    var batch = new ArrayList<Message>();
    for (int i = 0; i < 10; i++) {
      batch.add(new Message(topic, "B", bytes("batch" + i)));
    }
    var result = producer.send(batch);
    assertThat(result.getSendStatus()).isEqualTo(SendStatus.SEND_OK);
    assertThat(result.getMsgId().split(",")).hasSize(10);
    assertThat(drain(topic, "*", 30)).hasSize(30);
    assertThat(drain(topic, "B", 10)).hasSize(10).allMatch(each -> each.startsWith("batch"));
  }

  @Test
  void shouldCarryFourMebibyteBodiesAndProperties() throws Exception {
    var topic = topic(1);
    var body = new byte[4 << 20];
    new Random(1).nextBytes(body);
    var message = new Message(topic, body);
    message.putUserProperty("name", "värde, with \"quotes\"");
    assertThat(producer.send(message).getSendStatus()).isEqualTo(SendStatus.SEND_OK);
    var consumer = new DefaultLitePullConsumer("big");
    consumer.setNamesrvAddr(cluster.nameServerAddresses());
    consumer.start();
    try {
      Beginnings.assign(consumer, consumer.fetchMessageQueues(topic));
      var found = new ConcurrentLinkedQueue<org.apache.rocketmq.common.message.MessageExt>();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                found.addAll(consumer.poll(200));
                return !found.isEmpty();
              });
      assertThat(found.element().getBody()).isEqualTo(body);
      assertThat(found.element().getUserProperty("name")).isEqualTo("värde, with \"quotes\"");
    } finally {
      consumer.shutdown();
    }
  }

  @Test
  void shouldRefuseWhatItDoesNotServeAndStoreNothing() throws Exception {
    var topic = topic(1);
    var timed = new Message(topic, bytes("timed"));
    timed.setDelayTimeSec(1);
    assertThatThrownBy(() -> producer.send(timed))
        .isInstanceOfSatisfying(
            MQBrokerException.class,
            e -> {
              assertThat(e.getResponseCode()).isEqualTo(13);
              assertThat(e.getErrorMessage()).startsWith("[NOT_STORED]");
            });
    var result = producer.send(new Message(topic, bytes("next")));
    assertThat(result.getQueueOffset()).isZero();
  }

  @Test
  void shouldHoldDelayedMessagesBackUntilTheirTime() throws Exception {
    var topic = topic(1);
    var message = new Message(topic, bytes("late"));
    message.setDelayTimeLevel(4);
    long sent = System.nanoTime();
    producer.send(message);
    assertThat(drain(topic, "*", 1)).containsExactly("late");
    assertThat(System.nanoTime() - sent).isGreaterThan(Duration.ofMillis(1900).toNanos());
  }

  private DefaultMQPushConsumer pushConsumer(String group, String topic) throws Exception {
    var consumer = new DefaultMQPushConsumer(group);
    consumer.setNamesrvAddr(cluster.nameServerAddresses());
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.subscribe(topic, "*");
    consumer.setPersistConsumerOffsetInterval(500);
    return consumer;
  }

  @Test
  void shouldRetryAndThenBuryWhatAConsumerCannotUse() throws Exception {
    var topic = topic(1);
    var group = "bury-" + names.incrementAndGet();
    var tries = new AtomicInteger();
    var consumer = pushConsumer(group, topic);
    consumer.setMaxReconsumeTimes(2);
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> {
              tries.incrementAndGet();
              return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            });
    consumer.start();
    try {
      producer.send(new Message(topic, bytes("bad")));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(cluster.broker(0).node().replica().maxOffset("%DLQ%" + group, 0))
                      .isEqualTo(1));
      assertThat(tries).hasValue(3);
    } finally {
      consumer.shutdown();
    }
  }

  @Test
  void shouldConsumeInOrderWithQueuesSharedByTwoConsumers() throws Exception {
    var topic = topic(4);
    var group = "orderly-" + names.incrementAndGet();
    var seen = new ConcurrentHashMap<Integer, List<Integer>>();
    var consumers = new ArrayList<DefaultMQPushConsumer>();
    try {
      for (int i = 0; i < 2; i++) {
        var consumer = pushConsumer(group, topic);
        consumer.setInstanceName("orderly-" + i);
        consumer.registerMessageListener(
            (MessageListenerOrderly)
                (messages, context) -> {
                  for (var each : messages) {
                    seen.computeIfAbsent(
                            each.getQueueId(),
                            _ -> new java.util.concurrent.CopyOnWriteArrayList<>())
                        .add(Integer.parseInt(new String(each.getBody(), StandardCharsets.UTF_8)));
                  }
                  return ConsumeOrderlyStatus.SUCCESS;
                });
        consumer.start();
        consumers.add(consumer);
      }
      for (int i = 0; i < 40; i++) {
        producer.send(
            new Message(topic, bytes(Integer.toString(i))),
            new MessageQueue(topic, TestCluster.BROKER, i % 4));
      }
      await()
          .atMost(PATIENCE)
          .until(
              () -> seen.values().stream().mapToInt(each -> Set.copyOf(each).size()).sum() == 40);
      seen.values().forEach(each -> assertThat(each.stream().distinct().toList()).isSorted());
    } finally {
      consumers.forEach(DefaultMQPushConsumer::shutdown);
    }
  }

  @Test
  void shouldCommitOffsetsSoThatTheNextConsumerGoesOn() throws Exception {
    var topic = topic(1);
    var group = "resume-" + names.incrementAndGet();
    for (int i = 0; i < 5; i++) {
      producer.send(new Message(topic, bytes("m" + i)));
    }
    var first = ConcurrentHashMap.<String>newKeySet();
    var consumer = pushConsumer(group, topic);
    consumer.registerMessageListener(collect(first));
    consumer.start();
    await().atMost(PATIENCE).until(() -> first.size() == 5);
    consumer.shutdown();
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.broker(0).node().replica().consumerOffset(group, topic, 0) == 5);
    producer.send(new Message(topic, bytes("m5")));
    var second = ConcurrentHashMap.<String>newKeySet();
    var next = pushConsumer(group, topic);
    next.registerMessageListener(collect(second));
    next.start();
    try {
      await().atMost(PATIENCE).until(() -> second.contains("m5"));
      assertThat(second).containsExactly("m5");
    } finally {
      next.shutdown();
    }
  }

  private static MessageListenerConcurrently collect(Set<String> target) {
    return (messages, context) -> {
      messages.forEach(each -> target.add(new String(each.getBody(), StandardCharsets.UTF_8)));
      return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    };
  }

  @Test
  void shouldWakeAWaitingPullWhenAMessageComes() throws Exception {
    var topic = topic(1);
    var consumer = pushConsumer("wake-" + names.incrementAndGet(), topic);
    var seen = ConcurrentHashMap.<String>newKeySet();
    consumer.registerMessageListener(collect(seen));
    consumer.start();
    try {
      await().atMost(PATIENCE).until(() -> cluster.broker(0).heldPulls() > 0);
      producer.send(new Message(topic, bytes("hello")));
      await().atMost(Duration.ofSeconds(10)).until(() -> seen.contains("hello"));
    } finally {
      consumer.shutdown();
    }
  }

  @Test
  void shouldShowCommittedTransactionsOnceAndRolledBackOnesNever() throws Exception {
    var topic = topic(1);
    var transactional = new TransactionMQProducer("transactions");
    transactional.setNamesrvAddr(cluster.nameServerAddresses());
    transactional.setTransactionListener(
        new TransactionListener() {
          @Override
          public LocalTransactionState executeLocalTransaction(Message message, Object argument) {
            return (LocalTransactionState) argument;
          }

          @Override
          public LocalTransactionState checkLocalTransaction(MessageExt message) {
            return message.getTopic().equals(topic)
                ? LocalTransactionState.COMMIT_MESSAGE
                : LocalTransactionState.ROLLBACK_MESSAGE;
          }
        });
    transactional.start();
    try {
      for (var state : LocalTransactionState.values()) {
        transactional.sendMessageInTransaction(new Message(topic, bytes(state.name())), state);
      }
      // The one left open is asked after, and committed then.
      assertThat(drain(topic, "*", 2)).containsExactly("COMMIT_MESSAGE", "UNKNOW");
      assertThat(cluster.broker(0).node().replica().maxOffset(topic, 0)).isEqualTo(2);
    } finally {
      transactional.shutdown();
    }
  }

  @Test
  void shouldFindMessagesByKeyAndById() throws Exception {
    var topic = topic(1);
    var result = producer.send(new Message(topic, "T", "the-key", bytes("found")));
    var view = new AtomicReference<String>();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              var found =
                  producer.queryMessage(topic, "the-key", 10, 0, System.currentTimeMillis() + 1000);
              view.set(new String(found.getMessageList().get(0).getBody(), StandardCharsets.UTF_8));
              return true;
            });
    assertThat(view).hasValue("found");
    assertThat(producer.viewMessage(topic, result.getOffsetMsgId()).getBody())
        .isEqualTo(bytes("found"));
  }
}
