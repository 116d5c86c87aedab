package org.ordeal.workloads.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.log.LogOperations;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.recorder.RecordedProcess;

/**
 * The operations that workloads on queues share, each recorded from invocation to completion.
 *
 * <p>A read that does not come back has had no effect, so a read never ends with {@code info}: it
 * is {@code ok} or {@code fail}. Reads go to the group's master, as the NameServers name it. Waits
 * are bounded by the time-out, in milliseconds.
 */
public final class Operations {

  private static final long OLD_ROUTE_MILLIS = 500;

  private final ClientEnvironment environment;
  private final int bodyBytes;
  private final long timeoutMillis;

  /**
   * Makes the operations of one load.
   *
   * @param bodyBytes length of a message's body
   * @param timeoutMillis how long to wait for one answer
   */
  public Operations(ClientEnvironment environment, int bodyBytes, long timeoutMillis) {
    this.environment = environment;
    this.bodyBytes = bodyBytes;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * {@code send} of a fresh value; ok with {@code [offset, value]}.
   *
   * @return the offset, where it was acknowledged
   */
  public @Nullable Long send(RecordedProcess process, Layout.Queue queue) {
    String value = process.uniqueValue();
    byte[] body = MessageBody.of(value, bodyBytes);
    process.invoke(LogOperations.SEND, queue.key(), null, value);
    Sender.Sent sent = environment.sender().send(queue, body, timeoutMillis);
    Outcome outcome = sent.outcome();
    switch (outcome.kind()) {
      case ACKNOWLEDGED -> {
        Long offset = sent.offset();
        if (offset != null && offset >= 0) {
          process.ok(sent.node(), List.of(offset, value));
          return offset;
        }
        process.info(sent.node(), value, "acknowledged without an offset");
      }
      case WEAKER ->
          process.info(
              sent.node(),
              Arrays.asList(sent.offset(), value),
              LogOperations.WEAKER + outcome.reason());
      case FAILED -> process.fail(sent.node(), value, outcome.reason());
      case INDETERMINATE -> process.info(sent.node(), value, outcome.reason());
    }
    return null;
  }

  /**
   * {@code send} of a fresh value with a delay, {@code "<milliseconds>ms-<unique>"}; ok with the
   * value alone, since the offset that the broker names is not that of the queue in which the
   * message will be seen.
   *
   * @param level delay level of the message, from 1
   * @param delayMillis what that level means
   */
  public void sendDelayed(
      RecordedProcess process, Layout.Queue queue, int level, long delayMillis) {
    String value = delayMillis + "ms-" + process.uniqueValue();
    Message message = new Message(queue.topic(), MessageBody.of(value, bodyBytes));
    message.setDelayTimeLevel(level);
    process.invoke(LogOperations.SEND, queue.key(), null, value);
    Sender.Sent sent = environment.sender().send(queue, message, timeoutMillis);
    Outcome outcome = sent.outcome();
    switch (outcome.kind()) {
      case ACKNOWLEDGED -> process.ok(sent.node(), value);
      case WEAKER -> process.info(sent.node(), value, LogOperations.WEAKER + outcome.reason());
      case FAILED -> process.fail(sent.node(), value, outcome.reason());
      case INDETERMINATE -> process.info(sent.node(), value, outcome.reason());
    }
  }

  /** {@code read} of one offset; ok with {@code [offset, value]}, value null beyond the end. */
  public void read(RecordedProcess process, Layout.Queue queue, long offset)
      throws InterruptedException {
    read(process, queue, offset, environment.leaders().of(queue.group()), timeoutMillis);
  }

  /**
   * {@code read} of one offset at the master of before, as a client with an old route does: a node
   * that was deposed must refuse, or answer as the leader would. At the present master where there
   * is no other.
   */
  public void readWithOldRoute(RecordedProcess process, Layout.Queue queue, long offset)
      throws InterruptedException {
    String former = environment.leaders().former(queue.group());
    if (former == null) {
      read(process, queue, offset);
    } else {
      // A node that is cut off must not hold up the load for as long as it does not answer.
      read(process, queue, offset, former, Math.min(timeoutMillis, OLD_ROUTE_MILLIS));
    }
  }

  private void read(
      RecordedProcess process,
      Layout.Queue queue,
      long offset,
      @Nullable String master,
      long timeoutMillis)
      throws InterruptedException {
    String node = master == null ? null : ClientEnvironment.nodeAt(master);
    List<@Nullable Object> asked = Arrays.asList(offset, null);
    process.invoke(LogOperations.READ, queue.key(), node, asked);
    if (master == null) {
      process.fail(null, asked, "no NameServer knows a master");
      return;
    }
    try {
      BrokerWire.Pulled pulled = environment.wire().pull(master, queue, offset, 1, timeoutMillis);
      if (pulled.found() && !pulled.messages().isEmpty()) {
        MessageExt message = pulled.messages().getFirst();
        if (message.getQueueOffset() == offset) {
          process.ok(node, List.of(offset, MessageBody.read(message, queue)));
        } else {
          process.fail(
              node, asked, "answered with the message at offset " + message.getQueueOffset());
        }
      } else if (beyondTheEnd(pulled, offset) && !claimsToLead(master, OLD_ROUTE_MILLIS)) {
        process.fail(node, asked, "nothing there, says a node that no longer claims to lead");
      } else if (beyondTheEnd(pulled, offset)) {
        process.ok(node, asked);
      } else {
        process.fail(
            node,
            asked,
            "code %d, offsets %d to %d".formatted(pulled.code(), pulled.min(), pulled.max()));
      }
    } catch (RemotingException | MQBrokerException e) {
      process.fail(node, asked, Outcomes.text(e));
    }
  }

  /**
   * A slave that serves reads may lag, and what the NameServers told may be half a second old: only
   * who claims to lead vouches for the end.
   */
  private boolean claimsToLead(String address, long atMostMillis) {
    return new RoleProbe(environment.wire()).claimsToLead(address, atMostMillis);
  }

  /** A slave answers PULL_RETRY_IMMEDIATELY instead: not the word of a leader. */
  private static boolean beyondTheEnd(BrokerWire.Pulled pulled, long offset) {
    return (pulled.code() == ResponseCode.PULL_NOT_FOUND
            || pulled.code() == ResponseCode.PULL_OFFSET_MOVED)
        && offset >= pulled.max();
  }

  /** {@code max-offset}; ok with one past the last offset. */
  public void maxOffset(RecordedProcess process, Layout.Queue queue) throws InterruptedException {
    String master = environment.leaders().of(queue.group());
    String node = master == null ? null : ClientEnvironment.nodeAt(master);
    process.invoke(LogOperations.MAX_OFFSET, queue.key(), node, null);
    if (master == null) {
      process.fail(null, null, "no NameServer knows a master");
      return;
    }
    try {
      long end = environment.wire().maxOffset(master, queue, timeoutMillis);
      if (claimsToLead(master, timeoutMillis)) {
        process.ok(node, end);
      } else {
        process.fail(
            node, null, "end %d, says a node that no longer claims to lead".formatted(end));
      }
    } catch (RemotingException | MQBrokerException e) {
      process.fail(node, null, Outcomes.text(e));
    }
  }

  /**
   * {@code poll} from an offset; ok with a list of {@code [offset, value]}, empty where nothing is
   * there yet.
   *
   * @return the offset to go on at; the same where nothing came
   */
  public long poll(RecordedProcess process, Layout.Queue queue, long offset)
      throws InterruptedException {
    String master = environment.leaders().of(queue.group());
    if (master == null) {
      return offset;
    }
    String node = ClientEnvironment.nodeAt(master);
    process.invoke(LogOperations.POLL, queue.key(), node, offset);
    try {
      BrokerWire.Pulled pulled =
          environment.wire().pull(master, queue, offset, BrokerWire.PULL_MESSAGES, timeoutMillis);
      List<Object> pairs = new ArrayList<>();
      long next = offset;
      for (MessageExt message : pulled.messages()) {
        if (message.getQueueOffset() >= next) {
          pairs.add(List.of(message.getQueueOffset(), MessageBody.read(message, queue)));
          next = message.getQueueOffset() + 1;
        }
      }
      process.ok(node, pairs);
      return next;
    } catch (RemotingException | MQBrokerException e) {
      process.fail(node, offset, Outcomes.text(e));
      return offset;
    }
  }

  /** {@code commit} of a group's offset; a commit that got no answer is {@code info}. */
  public void commit(RecordedProcess process, Layout.Queue queue, String group, long offset)
      throws InterruptedException {
    String master = environment.leaders().of(queue.group());
    if (master == null) {
      return;
    }
    String node = ClientEnvironment.nodeAt(master);
    process.invoke(LogOperations.COMMIT, queue.key(), node, offset);
    try {
      environment.wire().updateConsumerOffset(master, group, queue, offset, timeoutMillis);
      process.ok(node, offset);
    } catch (MQBrokerException | RemotingException e) {
      Outcome outcome = Outcomes.of(e);
      if (outcome.kind() == Outcome.Kind.FAILED) {
        process.fail(node, offset, outcome.reason());
      } else {
        process.info(node, offset, outcome.reason());
      }
    }
  }

  /**
   * {@code committed} offset of a group; ok with it, null where there is none.
   *
   * @return the offset, 0 where there is none, or -1 where nobody answered
   */
  public long committed(RecordedProcess process, Layout.Queue queue, String group)
      throws InterruptedException {
    String master = environment.leaders().of(queue.group());
    if (master == null) {
      return -1;
    }
    String node = ClientEnvironment.nodeAt(master);
    process.invoke(LogOperations.COMMITTED, queue.key(), node, null);
    try {
      long offset = environment.wire().consumerOffset(master, group, queue, timeoutMillis);
      process.ok(node, offset < 0 ? null : offset);
      return Math.max(0, offset);
    } catch (MQBrokerException | RemotingException e) {
      process.fail(node, null, Outcomes.text(e));
      return -1;
    }
  }
}
