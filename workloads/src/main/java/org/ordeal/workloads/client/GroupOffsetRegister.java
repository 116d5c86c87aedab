package org.ordeal.workloads.client;

import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.recorder.RecordedProcess;

/**
 * A register: the offset that one consumer group has committed of one queue. {@code write} commits,
 * {@code read} asks; both go to a master. The value before the first write is null.
 *
 * <p>A write that got no answer is {@code info}; a read that got none had no effect and is {@code
 * fail}. Waits are bounded by the time-out, in milliseconds. Thread-safe.
 */
public final class GroupOffsetRegister {

  private static final String READ = "read";
  private static final String WRITE = "write";

  /** A node that is cut off must not hold up the load for as long as it does not answer. */
  private static final long OLD_ROUTE_MILLIS = 500;

  private final ClientEnvironment environment;
  private final long timeoutMillis;

  /**
   * Makes the operations of one load.
   *
   * @param timeoutMillis how long to wait for one answer
   */
  public GroupOffsetRegister(ClientEnvironment environment, long timeoutMillis) {
    this.environment = environment;
    this.timeoutMillis = timeoutMillis;
  }

  /** Where a register is, and by which route it is addressed. */
  private record Target(@Nullable String address, long timeoutMillis) {}

  /** The master of before while there is one and it is asked for; the present one otherwise. */
  private Target target(Layout.Queue queue, boolean oldRoute) {
    String former = oldRoute ? environment.leaders().former(queue.group()) : null;
    return former == null
        ? new Target(environment.leaders().of(queue.group()), timeoutMillis)
        : new Target(former, Math.min(timeoutMillis, OLD_ROUTE_MILLIS));
  }

  /**
   * {@code write} of an offset.
   *
   * @param register name of the register: the consumer group
   * @param value at least 0
   * @param oldRoute whether to address the master of before, as a client with an old route does
   */
  public void write(
      RecordedProcess process, Layout.Queue queue, String register, long value, boolean oldRoute)
      throws InterruptedException {
    Target target = target(queue, oldRoute);
    String address = target.address;
    String node = address == null ? null : ClientEnvironment.nodeAt(address);
    process.invoke(WRITE, key(queue, register), node, value);
    if (address == null) {
      process.fail(null, value, "no NameServer knows a master");
      return;
    }
    try {
      environment
          .wire()
          .updateConsumerOffset(address, register, queue, value, target.timeoutMillis);
      process.ok(node, value);
    } catch (MQBrokerException | RemotingException e) {
      Outcome outcome = Outcomes.of(e);
      if (outcome.kind() == Outcome.Kind.FAILED) {
        process.fail(node, value, outcome.reason());
      } else {
        process.info(node, value, outcome.reason());
      }
    }
  }

  /**
   * {@code read}; ok with the offset, null where none was ever written.
   *
   * @param register name of the register: the consumer group
   * @param oldRoute whether to address the master of before, as a client with an old route does
   */
  public void read(RecordedProcess process, Layout.Queue queue, String register, boolean oldRoute)
      throws InterruptedException {
    Target target = target(queue, oldRoute);
    String address = target.address;
    String node = address == null ? null : ClientEnvironment.nodeAt(address);
    process.invoke(READ, key(queue, register), node, null);
    if (address == null) {
      process.fail(null, null, "no NameServer knows a master");
      return;
    }
    try {
      long offset =
          environment.wire().consumerOffset(address, register, queue, target.timeoutMillis);
      process.ok(node, offset < 0 ? null : offset);
    } catch (MQBrokerException | RemotingException e) {
      process.fail(node, null, Outcomes.text(e));
    }
  }

  private static String key(Layout.Queue queue, String register) {
    return queue.key() + "/" + register;
  }
}
