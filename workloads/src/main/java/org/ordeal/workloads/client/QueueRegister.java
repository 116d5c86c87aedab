package org.ordeal.workloads.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.delivery.DisplacementCheck;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.recorder.RecordedProcess;

/**
 * Registers with compare-and-set that live in a queue, as a replicated state machine lives in its
 * log (Schneider, Implementing Fault-Tolerant Services Using the State Machine Approach, ACM
 * Computing Surveys 22(4), 1990): every operation, a read too, is a message; its effect and its
 * outcome are what {@link RegisterReplay} makes of the queue up to that message.
 *
 * <p>So the register is linearizable just if acknowledged messages stay at the offset that they
 * were acknowledged at, offsets follow real time, and all readers see the same messages.
 * Thread-safe; waits are bounded by the time-outs, in milliseconds.
 */
public final class QueueRegister {

  private static final long PAUSE_MILLIS = 20;
  private static final long PULL_MILLIS = 1_000;

  /** How long the queue may take to show what it has acknowledged: a fail-over fits in. */
  private static final long REPLAY_MILLIS = 20_000;

  private final ClientEnvironment environment;
  private final int bodyBytes;
  private final long timeoutMillis;
  private final Map<Layout.Queue, Reader> readers = new ConcurrentHashMap<>();

  private static final class Reader {
    final ReentrantLock lock = new ReentrantLock();
    final RegisterReplay replay = new RegisterReplay();
  }

  /**
   * Makes the operations of one load.
   *
   * @param bodyBytes length of a message's body
   * @param timeoutMillis how long to wait for one acknowledgement
   */
  public QueueRegister(ClientEnvironment environment, int bodyBytes, long timeoutMillis) {
    this.environment = environment;
    this.bodyBytes = bodyBytes;
    this.timeoutMillis = timeoutMillis;
  }

  /** {@code read}; ok with the value, null where nothing was ever written. */
  public void read(RecordedProcess process, Layout.Queue queue, String register)
      throws InterruptedException {
    carryOut(
        process,
        queue,
        null,
        new RegisterReplay.Command("read", register, 0, 0, process.uniqueValue()));
  }

  /** {@code write}. */
  public void write(RecordedProcess process, Layout.Queue queue, String register, long value)
      throws InterruptedException {
    carryOut(
        process,
        queue,
        value,
        new RegisterReplay.Command("write", register, 0, value, process.uniqueValue()));
  }

  /** {@code cas} with value {@code [from, to]}; fail where the register held something else. */
  public void cas(RecordedProcess process, Layout.Queue queue, String register, long from, long to)
      throws InterruptedException {
    carryOut(
        process,
        queue,
        List.of(from, to),
        new RegisterReplay.Command("cas", register, from, to, process.uniqueValue()));
  }

  private void carryOut(
      RecordedProcess process,
      Layout.Queue queue,
      @Nullable Object value,
      RegisterReplay.Command command)
      throws InterruptedException {
    process.invoke(command.f(), queue.key() + "/" + command.register(), null, value);
    Reader reader = readers.computeIfAbsent(queue, _ -> new Reader());
    await(reader, command.id());
    Sender.Sent sent =
        environment.sender().send(queue, MessageBody.of(command.text(), bodyBytes), timeoutMillis);
    Outcome outcome = sent.outcome();
    Long offset = sent.offset();
    if (outcome.kind() == Outcome.Kind.FAILED) {
      take(reader, command.id());
      process.fail(sent.node(), value, outcome.reason());
    } else if (outcome.kind() != Outcome.Kind.ACKNOWLEDGED || offset == null || offset < 0) {
      take(reader, command.id());
      process.info(sent.node(), value, outcome.reason());
    } else {
      acknowledged(process, queue, value, command, offset, reader, sent.node());
    }
  }

  private void acknowledged(
      RecordedProcess process,
      Layout.Queue queue,
      @Nullable Object value,
      RegisterReplay.Command command,
      long offset,
      Reader reader,
      @Nullable String node)
      throws InterruptedException {
    String why = replay(reader, queue, offset);
    RegisterReplay.Outcome came = take(reader, command.id());
    if (came == null && why == null) {
      why =
          DisplacementCheck.DISPLACED
              + "acknowledged at offset %d, and the queue up to there does not have it"
                  .formatted(offset);
    }
    if (command.f().equals("write")) {
      // The acknowledgement is enough: a write that others do not see then is a broken promise.
      if (why == null) {
        process.ok(node, value);
      } else {
        process.ok(node, value, why);
      }
    } else if (came == null) {
      process.info(node, value, String.valueOf(why));
    } else if (command.f().equals("read")) {
      process.ok(node, came.before());
    } else if (came.done()) {
      process.ok(node, value);
    } else {
      process.fail(node, value, "the register held " + came.before());
    }
  }

  private static void await(Reader reader, String id) {
    reader.lock.lock();
    try {
      reader.replay.await(id);
    } finally {
      reader.lock.unlock();
    }
  }

  private static RegisterReplay.@Nullable Outcome take(Reader reader, String id) {
    reader.lock.lock();
    try {
      return reader.replay.take(id);
    } finally {
      reader.lock.unlock();
    }
  }

  /** Applies the queue up to an offset; returns why that was not possible, or null. */
  private @Nullable String replay(Reader reader, Layout.Queue queue, long offset)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REPLAY_MILLIS);
    String problem = "nobody served the queue";
    while (System.nanoTime() < deadline) {
      reader.lock.lockInterruptibly();
      try {
        if (reader.replay.next() > offset) {
          return null;
        }
        String master = environment.leaders().of(queue.group());
        if (master != null) {
          BrokerWire.Pulled pulled =
              environment
                  .wire()
                  .pull(master, queue, reader.replay.next(), BrokerWire.PULL_MESSAGES, PULL_MILLIS);
          for (MessageExt message : pulled.messages()) {
            if (message.getQueueOffset() == reader.replay.next()) {
              reader.replay.apply(message.getQueueOffset(), MessageBody.read(message, queue));
            }
          }
          if (!pulled.messages().isEmpty()) {
            continue;
          }
          problem =
              "code %d, offsets %d to %d".formatted(pulled.code(), pulled.min(), pulled.max());
        }
      } catch (RemotingException | MQBrokerException e) {
        problem = Outcomes.text(e);
      } finally {
        reader.lock.unlock();
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return "acknowledged at offset %d, but the queue could not be read up to there: %s"
        .formatted(offset, problem);
  }
}
