package org.ordeal.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * A program of its own that does with a running cluster what an application does, with whichever
 * version of Apache's client is on its class path: {@code ClientDriver NAMESERVERS BROKER}. It uses
 * only what clients from 4.9 on have. The topics {@link #TOPICS} must be there, with two queues
 * each. One line a scenario; the exit code is 0 if all came true.
 */
@SuppressWarnings("deprecation") // calls that old clients have
final class ClientDriver {
  /** Topics that the driver uses. */
  static final List<String> TOPICS = List.of("sends", "big", "push", "orderly", "bad");

  private static final long PATIENCE_MILLIS = 60_000;

  private final String nameServers;
  private final String broker;
  private final String run = Long.toString(System.currentTimeMillis(), 36);
  private final DefaultMQProducer producer;

  private ClientDriver(String nameServers, String broker) {
    this.nameServers = nameServers;
    this.broker = broker;
    this.producer = new DefaultMQProducer("producers-" + run);
  }

  /** Runs all scenarios. */
  public static void main(String[] arguments) {
    try {
      new ClientDriver(arguments[0], arguments[1]).run();
      System.out.println("all came true");
      System.exit(0);
    } catch (Exception | AssertionError e) {
      e.printStackTrace(System.out);
      System.exit(1);
    }
  }

  private void run() throws Exception {
    producer.setNamesrvAddr(nameServers);
    producer.setRetryTimesWhenSendFailed(0);
    producer.setSendMsgTimeout(10_000);
    producer.setMaxMessageSize(5 << 20);
    producer.start();
    sends();
    System.out.println("sends, tags, keys and lite pull");
    big();
    System.out.println("4 MiB body and properties");
    push();
    System.out.println("concurrent push and offsets");
    orderly();
    System.out.println("orderly push, two consumers");
    retries();
    System.out.println("retry and dead letter");
    producer.shutdown();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(MessageExt message) {
    return new String(message.getBody(), StandardCharsets.UTF_8);
  }

  private static void check(boolean holds, String what, Object... values) {
    if (!holds) {
      throw new AssertionError(what + ": " + Arrays.toString(values));
    }
  }

  private static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (!condition.getAsBoolean()) {
      check(System.nanoTime() < deadline, "not in time (milliseconds)", PATIENCE_MILLIS, what);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void sends() throws Exception {
    var queue = new MessageQueue("sends", broker, 0);
    for (int i = 0; i < 10; i++) {
      var result = producer.send(new Message("sends", "A", "key" + i, bytes("sync" + i)), queue);
      check(result.getSendStatus() == SendStatus.SEND_OK, "sent", result);
      check(
          result.getQueueOffset() == i,
          "offset of a send, and its number",
          result.getQueueOffset(),
          i);
    }
    var called = new CountDownLatch(10);
    for (int i = 0; i < 10; i++) {
      producer.send(
          new Message("sends", "B", bytes("async" + i)),
          new SendCallback() {
            @Override
            public void onSuccess(SendResult result) {
              called.countDown();
            }

            @Override
            public void onException(Throwable failure) {
              failure.printStackTrace(System.out);
            }
          });
      producer.sendOneway(new Message("sends", "C", bytes("oneway" + i)));
    }
    check(called.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS), "asynchronous sends were answered");
    Collection<Message> batch = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      batch.add(new Message("sends", "D", bytes("batch" + i)));
    }
    check(producer.send(batch).getSendStatus() == SendStatus.SEND_OK, "the batch was stored");
    var all = pulled("sends", "*", 40);
    check(all.size() == 40, "40 messages were pulled", all.size());
    var tagged = pulled("sends", "B || D", 20);
    check(
        tagged.keySet().stream().allMatch(each -> each.matches("(async|batch).*")),
        "only tags B and D were asked for",
        tagged.keySet());
    var byKey = producer.queryMessage("sends", "key3", 8, 0, System.currentTimeMillis() + 60_000);
    check(
        byKey.getMessageList().stream().anyMatch(each -> text(each).equals("sync3")),
        "key3 finds sync3",
        byKey);
  }

  private Map<String, MessageExt> pulled(String topic, String tags, int expected) throws Exception {
    var consumer = new DefaultLitePullConsumer("pull-" + run);
    consumer.setNamesrvAddr(nameServers);
    consumer.setAutoCommit(false);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.subscribe(topic, tags);
    consumer.start();
    try {
      var found = new ConcurrentHashMap<String, MessageExt>();
      until(
          expected + " messages of " + topic,
          () -> {
            consumer.poll(200).forEach(each -> found.put(text(each), each));
            return found.size() >= expected;
          });
      return found;
    } finally {
      consumer.shutdown();
    }
  }

  private void big() throws Exception {
    var body = new byte[4 << 20];
    new Random(1).nextBytes(body);
    var message = new Message("big", body);
    message.putUserProperty("name", "värde, with \"quotes\"");
    check(producer.send(message).getSendStatus() == SendStatus.SEND_OK, "4 MiB were stored");
    var found = pulled("big", "*", 1).values().iterator().next();
    check(Arrays.equals(found.getBody(), body), "4 MiB came back as they were sent");
    check(
        "värde, with \"quotes\"".equals(found.getUserProperty("name")),
        "the property came back",
        found.getUserProperty("name"));
  }

  private DefaultMQPushConsumer pushConsumer(String group, String topic, String instance)
      throws Exception {
    var consumer = new DefaultMQPushConsumer(group + "-" + run);
    consumer.setNamesrvAddr(nameServers);
    consumer.setInstanceName(instance);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.setPersistConsumerOffsetInterval(500);
    consumer.subscribe(topic, "*");
    return consumer;
  }

  private DefaultMQPushConsumer collecting(String instance, Queue<String> target) throws Exception {
    var consumer = pushConsumer("push", "push", instance);
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> {
              messages.forEach(each -> target.add(text(each)));
              return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
    consumer.start();
    return consumer;
  }

  private void push() throws Exception {
    for (int i = 0; i < 20; i++) {
      producer.send(new Message("push", bytes("p" + i)));
    }
    var first = new ConcurrentLinkedQueue<String>();
    var consumer = collecting("first", first);
    until("20 messages pushed", () -> Set.copyOf(first).size() == 20);
    consumer.shutdown(); // offsets are committed by that
    var second = new ConcurrentLinkedQueue<String>();
    var next = collecting("second", second);
    producer.send(new Message("push", bytes("later")));
    until("what came later", () -> second.contains("later"));
    check(second.size() == 1, "the next consumer goes on where the first ended", second);
    next.shutdown();
  }

  private void orderly() throws Exception {
    var seen = new ConcurrentHashMap<Integer, Queue<Integer>>();
    var consumers = new ArrayList<DefaultMQPushConsumer>();
    for (int i = 0; i < 2; i++) {
      var consumer = pushConsumer("orderly", "orderly", "orderly-" + i);
      consumer.registerMessageListener(
          (MessageListenerOrderly)
              (messages, context) -> {
                for (var each : messages) {
                  seen.computeIfAbsent(each.getQueueId(), any -> new ConcurrentLinkedQueue<>())
                      .add(Integer.valueOf(text(each)));
                }
                return ConsumeOrderlyStatus.SUCCESS;
              });
      consumer.start();
      consumers.add(consumer);
    }
    for (int i = 0; i < 40; i++) {
      var queue = new MessageQueue("orderly", broker, i % 2);
      producer.send(new Message("orderly", bytes(Integer.toString(i))), queue);
    }
    until(
        "40 messages in order",
        () -> seen.values().stream().mapToInt(each -> Set.copyOf(each).size()).sum() == 40);
    for (var each : seen.values()) {
      var distinct = each.stream().distinct().toList();
      check(distinct.equals(distinct.stream().sorted().toList()), "in order", each);
    }
    consumers.forEach(DefaultMQPushConsumer::shutdown);
  }

  private void retries() throws Exception {
    var tries = new AtomicInteger();
    var consumer = pushConsumer("bad", "bad", "bad");
    consumer.setMaxReconsumeTimes(1);
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> {
              tries.incrementAndGet();
              return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            });
    consumer.start();
    producer.send(new Message("bad", bytes("bad")));
    until("two tries", () -> tries.get() == 2);
    var buried = pulledWhenThere("%DLQ%bad-" + run);
    check(buried.containsKey("bad"), "the dead letter is the message", buried.keySet());
    check(tries.get() == 2, "it was tried twice", tries.get());
    consumer.shutdown();
  }

  /** Dead letters have a topic only once there is one. */
  private Map<String, MessageExt> pulledWhenThere(String topic) throws Exception {
    var found = new ConcurrentHashMap<String, MessageExt>();
    var consumer = new DefaultLitePullConsumer("buried-" + run);
    consumer.setNamesrvAddr(nameServers);
    consumer.setAutoCommit(false);
    consumer.start();
    try {
      var queues = ConcurrentHashMap.<MessageQueue>newKeySet();
      until(
          "a route to " + topic,
          () -> {
            try {
              return queues.addAll(consumer.fetchMessageQueues(topic));
            } catch (Exception e) {
              return false;
            }
          });
      Beginnings.assign(consumer, queues);
      until(
          "a dead letter",
          () -> {
            consumer.poll(200).forEach(each -> found.put(text(each), each));
            return !found.isEmpty();
          });
      return found;
    } finally {
      consumer.shutdown();
    }
  }
}
