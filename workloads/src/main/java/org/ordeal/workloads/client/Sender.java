package org.ordeal.workloads.client;

import java.util.List;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.jspecify.annotations.Nullable;
import org.ordeal.workloads.control.Layout;

/**
 * Sends with the Apache client, retries off, to a queue of the caller's choice, and classifies what
 * came of it. Thread-safe.
 */
public final class Sender implements AutoCloseable {

  private final DefaultMQProducer producer;
  private final Leaders leaders;

  Sender(String clientName, List<String> nameServers, Leaders leaders) throws MQClientException {
    this.leaders = leaders;
    producer = new DefaultMQProducer("ordeal-producer");
    producer.setInstanceName(clientName + "@" + ProcessHandle.current().pid());
    producer.setNamesrvAddr(String.join(";", nameServers));
    // What is measured is the broker, not the client's second try.
    producer.setRetryTimesWhenSendFailed(0);
    producer.setRetryTimesWhenSendAsyncFailed(0);
    producer.setRetryAnotherBrokerWhenNotStoreOK(false);
    // With the default of 30 s a fail-over looks as if it took 30 s.
    producer.setPollNameServerInterval(1_000);
    producer.setHeartbeatBrokerInterval(3_000);
    producer.setVipChannelEnabled(false);
    producer.setUseTLS(false);
    producer.start();
  }

  /**
   * What became of one send.
   *
   * @param outcome how much is known
   * @param offset the queue offset that the broker named, or null
   * @param node the node that the client addressed, where known
   */
  public record Sent(Outcome outcome, @Nullable Long offset, @Nullable String node) {}

  /**
   * Sends one message.
   *
   * @param queue where to
   * @param body its bytes
   * @param timeoutMillis how long to wait for the answer
   */
  public Sent send(Layout.Queue queue, byte[] body, long timeoutMillis) {
    return send(queue, new Message(queue.topic(), body), timeoutMillis);
  }

  /** Sends one message with whatever properties it has. */
  Sent send(Layout.Queue queue, Message message, long timeoutMillis) {
    MessageQueue target = new MessageQueue(queue.topic(), queue.group(), queue.id());
    String master = leaders.of(queue.group());
    String node = master == null ? null : Leaders.nodeOf(master);
    try {
      SendResult result = producer.send(message, target, timeoutMillis);
      Outcome outcome = Outcomes.of(result.getSendStatus());
      return new Sent(outcome, result.getQueueOffset(), node);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Sent(Outcomes.of(e), null, node);
    } catch (Exception e) {
      return new Sent(Outcomes.of(e), null, node);
    }
  }

  @Override
  public void close() {
    producer.shutdown();
  }
}
