package org.ordeal.workloads.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;
import org.ordeal.checks.delivery.DeliveryOperations;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.recorder.RecordedProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a group that consumes in order, with Apache's push consumer: records every message
 * that it has in hand, from when it is handed over to when it gives it back. Each queue is a
 * process of its own in the history, since a consumer works on several queues at once.
 */
public final class OrderlyConsumer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OrderlyConsumer.class);

  /** How long a message is in hand: long enough for two owners to be seen at once. */
  private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** One message in so many is given back the first time. */
  private static final int SUSPEND_EVERY = 50;

  private static final long SUSPEND_MILLIS = 100;

  private final ClientEnvironment environment;
  private final Map<Layout.Queue, RecordedProcess> processes = new ConcurrentHashMap<>();
  private final DefaultMQPushConsumer consumer;

  /**
   * Starts it.
   *
   * @param name unique among the consumers of the client node
   */
  public OrderlyConsumer(
      ClientEnvironment environment, String group, String name, List<String> topics)
      throws MQClientException {
    this.environment = environment;
    consumer = new DefaultMQPushConsumer(group);
    consumer.setInstanceName(
        environment.config().name() + "-" + name + "@" + ProcessHandle.current().pid());
    consumer.setNamesrvAddr(String.join(";", environment.config().nameServers()));
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.setPollNameServerInterval(1_000);
    consumer.setHeartbeatBrokerInterval(1_000);
    consumer.setPersistConsumerOffsetInterval(1_000);
    consumer.setVipChannelEnabled(false);
    consumer.setUseTLS(false);
    consumer.setConsumeThreadMin(2);
    consumer.setConsumeThreadMax(8);
    consumer.setConsumeMessageBatchMaxSize(1);
    consumer.setSuspendCurrentQueueTimeMillis(SUSPEND_MILLIS);
    for (String topic : topics) {
      consumer.subscribe(topic, "*");
    }
    consumer.registerMessageListener(
        (MessageListenerOrderly)
            (messages, _) -> {
              for (MessageExt message : messages) {
                if (!consume(message)) {
                  return ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT;
                }
              }
              return ConsumeOrderlyStatus.SUCCESS;
            });
    consumer.start();
  }

  private boolean consume(MessageExt message) {
    Layout.Queue queue =
        new Layout.Queue(message.getTopic(), message.getBrokerName(), message.getQueueId());
    RecordedProcess process =
        processes.computeIfAbsent(queue, _ -> environment.recorder().newProcess());
    String value = MessageBody.read(message, queue);
    List<Object> held = List.of(message.getQueueOffset(), value);
    process.invoke(DeliveryOperations.CONSUME, queue.key(), null, held);
    LockSupport.parkNanos(WORK_NANOS);
    if (message.getReconsumeTimes() == 0 && value.hashCode() % SUSPEND_EVERY == 0) {
      process.fail(null, held, "given back to get it once more");
      return false;
    }
    process.ok(null, held);
    return true;
  }

  /** Lets its queues go and leaves the group. */
  @Override
  public void close() {
    try {
      consumer.shutdown();
    } catch (RuntimeException e) {
      log.warn("A consumer did not shut down in an orderly way", e);
    }
  }
}
