package org.ordeal.workloads.client;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.delivery.DeliveryOperations;
import org.ordeal.checks.log.LogOperations;
import org.ordeal.workloads.recorder.RecordedProcess;

/**
 * Sends transactional messages with Apache's producer and records the half message ({@code send}),
 * the decision ({@code end}) and the answers to the broker's questions ({@code answer}).
 *
 * <p>What is to become of a transaction stands in its message's value, so that every producer of
 * the group gives the same answer, whoever sent the message, and whether that one still lives.
 * Thread-safe.
 */
public final class TransactionSender implements AutoCloseable {

  /** What is to become of a transaction. */
  public enum Fate {
    COMMIT("commit", false),
    ROLLBACK("rollback", false),
    /** Nothing is decided until the broker asks. */
    LATER_COMMIT("later.commit", true),
    LATER_ROLLBACK("later.rollback", true);

    private final String prefix;
    private final boolean later;

    Fate(String prefix, boolean later) {
      this.prefix = prefix;
      this.later = later;
    }

    private String decision() {
      return this == COMMIT || this == LATER_COMMIT
          ? DeliveryOperations.COMMIT
          : DeliveryOperations.ROLLBACK;
    }

    private static @Nullable Fate of(String value) {
      for (Fate fate : values()) {
        if (value.startsWith(fate.prefix + "-")) {
          return fate;
        }
      }
      return null;
    }
  }

  private final TransactionMQProducer producer;
  private final ReentrantLock answering = new ReentrantLock();
  private final RecordedProcess answers;
  private final int bodyBytes;

  /** One transaction under way, handed through the client to its listener. */
  private record Attempt(RecordedProcess process, String topic, String value, Fate fate) {}

  /**
   * Starts the producer.
   *
   * @param name unique among the producers of the client node
   */
  public TransactionSender(
      ClientEnvironment environment, String group, String name, int bodyBytes, int timeoutMillis)
      throws MQClientException {
    this.bodyBytes = bodyBytes;
    this.answers = environment.recorder().newProcess();
    producer = new TransactionMQProducer(group);
    producer.setInstanceName(
        environment.config().name() + "-" + name + "@" + ProcessHandle.current().pid());
    producer.setNamesrvAddr(String.join(";", environment.config().nameServers()));
    producer.setSendMsgTimeout(timeoutMillis);
    producer.setRetryTimesWhenSendFailed(0);
    producer.setRetryAnotherBrokerWhenNotStoreOK(false);
    producer.setPollNameServerInterval(1_000);
    producer.setHeartbeatBrokerInterval(1_000);
    producer.setVipChannelEnabled(false);
    producer.setUseTLS(false);
    producer.setTransactionListener(new Listener());
    producer.start();
  }

  /** One transaction, from its half message to its decision. */
  public void transact(RecordedProcess process, String topic, Fate fate) {
    String value = fate.prefix + "-" + process.uniqueValue();
    process.invoke(LogOperations.SEND, topic, null, value);
    Attempt attempt = new Attempt(process, topic, value, fate);
    SendResult result;
    try {
      result =
          producer.sendMessageInTransaction(
              new Message(topic, MessageBody.of(value, bodyBytes)), attempt);
    } catch (MQClientException e) {
      if (process.isOpen()) {
        Outcome outcome = Outcomes.of(e);
        if (outcome.kind() == Outcome.Kind.FAILED) {
          process.fail(null, value, outcome.reason());
        } else {
          process.info(null, value, outcome.reason());
        }
      }
      return;
    }
    if (!process.isOpen()) {
      return;
    }
    if (result.getSendStatus() == SendStatus.SEND_OK) {
      // The decision is on its way, one way; whether it arrives nobody is told.
      process.ok(null, List.of(value, fate.later ? DeliveryOperations.LATER : fate.decision()));
    } else {
      process.info(null, value, LogOperations.WEAKER + result.getSendStatus());
    }
  }

  private final class Listener implements TransactionListener {
    @Override
    public LocalTransactionState executeLocalTransaction(Message message, Object argument) {
      Attempt attempt = (Attempt) argument;
      attempt.process.ok(null, attempt.value);
      String decision = attempt.fate.later ? DeliveryOperations.LATER : attempt.fate.decision();
      attempt.process.invoke(
          DeliveryOperations.END, attempt.topic, null, List.of(attempt.value, decision));
      return state(decision);
    }

    @Override
    public LocalTransactionState checkLocalTransaction(MessageExt message) {
      String value = MessageBody.read(message.getBody());
      Fate fate = Fate.of(value);
      String decision = fate == null ? DeliveryOperations.LATER : fate.decision();
      List<Object> told = List.of(value, decision);
      answering.lock();
      try {
        answers.invoke(DeliveryOperations.ANSWER, message.getTopic(), null, told);
        answers.ok(null, told);
      } finally {
        answering.unlock();
      }
      return state(decision);
    }

    private LocalTransactionState state(String decision) {
      return switch (decision) {
        case DeliveryOperations.COMMIT -> LocalTransactionState.COMMIT_MESSAGE;
        case DeliveryOperations.ROLLBACK -> LocalTransactionState.ROLLBACK_MESSAGE;
        default -> LocalTransactionState.UNKNOW;
      };
    }
  }

  @Override
  public void close() {
    producer.shutdown();
  }
}
