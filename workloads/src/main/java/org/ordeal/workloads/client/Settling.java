package org.ordeal.workloads.client;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.delivery.DeliveryOperations;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.recorder.RecordedProcess;

/** Waits, after the load and the recovery, until a group has come to the end of its queues. */
public final class Settling {

  private static final long PAUSE_MILLIS = 500;
  private static final long REQUEST_MILLIS = 2_000;

  /** Twice in a row, since more may come to light of what was read. */
  private static final int STEADY = 2;

  private Settling() {}

  /**
   * Records {@code settle}: ok once the group's committed offset is the end of every queue that has
   * messages; fail where that does not come true in time.
   *
   * @param boundMillis how long to wait
   */
  public static void await(
      ClientEnvironment environment, String group, List<Layout.Queue> queues, long boundMillis)
      throws InterruptedException {
    RecordedProcess process = environment.recorder().newProcess();
    process.invoke(DeliveryOperations.SETTLE, null, null, group);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(boundMillis);
    String behind = "nobody was asked";
    for (int steady = 0; steady < STEADY; ) {
      behind = behind(environment, group, queues);
      steady = behind == null ? steady + 1 : 0;
      if (System.nanoTime() > deadline) {
        process.fail(null, group, "gave up: " + behind);
        return;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    process.ok(null, group);
  }

  private static @Nullable String behind(
      ClientEnvironment environment, String group, List<Layout.Queue> queues)
      throws InterruptedException {
    for (Layout.Queue queue : queues) {
      String master = environment.leaders().of(queue.group());
      if (master == null) {
        return "no NameServer knows a master of " + queue.group();
      }
      try {
        long end = environment.wire().maxOffset(master, queue, REQUEST_MILLIS);
        long committed =
            Math.max(0, environment.wire().consumerOffset(master, group, queue, REQUEST_MILLIS));
        if (committed < end) {
          return "%s is at %d of %d in %s".formatted(group, committed, end, queue.key());
        }
      } catch (RemotingException | MQBrokerException e) {
        return Outcomes.text(e);
      }
    }
    return null;
  }
}
