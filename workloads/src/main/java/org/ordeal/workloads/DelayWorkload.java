package org.ordeal.workloads;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.ordeal.checks.delivery.DelayCheck;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.client.Operations;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.recorder.RecordedProcess;

/** Messages with a delay, and followers that look when they come. */
public final class DelayWorkload implements Workload {

  private static final int DEFAULT_TIMEOUT_MILLIS = 3_000;

  /** A level, from 1, is its place in {@code messageDelayLevel}, whose defaults begin so. */
  private static final long[] LEVEL_MILLIS = {1_000, 5_000, 10_000};

  /** What was sent last must be due long enough to be missed. */
  private static final long SETTLE_MILLIS =
      LEVEL_MILLIS[LEVEL_MILLIS.length - 1] + DelayCheck.LATE_BOUND.toMillis() + 2_000;

  @Override
  public String name() {
    return "delay";
  }

  @Override
  public String description() {
    return "Sends messages with a delay of 1, 5 or 10 s: each is seen once its delay is over, and"
        + " soon after.";
  }

  @Override
  public LoadDefaults defaults() {
    return new LoadDefaults(200, 2, 1, 4, 4);
  }

  @Override
  public List<String> checks() {
    return List.of("delay", "availability");
  }

  /** The levels that the check counts with. */
  @Override
  public Map<String, String> brokerProperties() {
    return Map.of("messageDelayLevel", "1s 5s 10s 30s 1m");
  }

  @Override
  public ClientProgram program(ClientEnvironment environment) {
    return new ClientProgram() {
      @Override
      public Traffic traffic(Request.Load load, RandomGenerator random) {
        return new Delayed(environment, load, random);
      }

      // Goes on following: what was sent towards the end comes after the load.
      @Override
      public void settle(Request.Drain drain) throws InterruptedException {
        Operations operations =
            new Operations(environment, QueueTraffic.DEFAULT_BODY_BYTES, DEFAULT_TIMEOUT_MILLIS);
        List<Thread> followers = new ArrayList<>();
        for (Layout.Queue queue : drain.layout().queues()) {
          RecordedProcess process = environment.recorder().newProcess();
          followers.add(
              Thread.ofVirtual()
                  .name("settle-" + queue.key())
                  .start(
                      () -> {
                        try {
                          Following.of(operations, queue).run(process);
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                        }
                        if (process.isOpen()) {
                          process.info(null, null, "the settling was over");
                        }
                      }));
        }
        try {
          Thread.sleep(SETTLE_MILLIS);
        } finally {
          followers.forEach(Thread::interrupt);
        }
        for (Thread follower : followers) {
          follower.join();
        }
      }
    };
  }

  private static final class Delayed extends QueueTraffic {
    private final Operations operations;

    Delayed(ClientEnvironment environment, Request.Load load, RandomGenerator random) {
      super(load, random);
      this.operations = new Operations(environment, bodyBytes(), load.sendTimeoutMillis());
    }

    @Override
    public ClientProgram.Draw next() {
      int lane = random.nextInt(queues.size());
      int level = random.nextInt(LEVEL_MILLIS.length) + 1;
      Layout.Queue queue = queues.get(lane);
      return new ClientProgram.Draw(
          lane, process -> operations.sendDelayed(process, queue, level, LEVEL_MILLIS[level - 1]));
    }

    @Override
    public Map<String, ClientProgram.Background> background() {
      return oneReaderPerQueue("follow", queue -> Following.of(operations, queue));
    }
  }
}
