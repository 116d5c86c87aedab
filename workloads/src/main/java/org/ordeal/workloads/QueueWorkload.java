package org.ordeal.workloads;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.client.Operations;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.recorder.RecordedProcess;

/**
 * Producers, and one consumer for each queue that commits how far it has come and now and then
 * starts afresh from what it committed: delivery at least once, in order, without gaps.
 */
public final class QueueWorkload implements Workload {

  /** The consumer group whose offsets are committed. */
  static final String GROUP = "ordeal-queue";

  /**
   * Option: after how many polls a consumer forgets its position and asks for the committed one.
   */
  static final String RESTART_AFTER = "restartAfterPolls";

  private static final long IDLE_MILLIS = 50;

  @Override
  public String name() {
    return "queue";
  }

  @Override
  public String description() {
    return "Sends, and consumes each queue with committed offsets: everything acknowledged is"
        + " delivered at least once, in order, and a group's offset only goes back to one that was"
        + " committed.";
  }

  @Override
  public LoadDefaults defaults() {
    return new LoadDefaults(1_000, 2, 1, 4, 8);
  }

  @Override
  public List<String> checks() {
    return List.of("durability", "consumption", "availability");
  }

  @Override
  public ClientProgram program(ClientEnvironment environment) {
    return (load, random) -> new ProducersAndConsumers(environment, load, random);
  }

  private static final class ProducersAndConsumers extends QueueTraffic {
    private final Operations operations;
    private final int restartAfter;

    ProducersAndConsumers(
        ClientEnvironment environment, Request.Load load, RandomGenerator random) {
      super(load, random);
      this.operations = new Operations(environment, bodyBytes(), load.sendTimeoutMillis());
      this.restartAfter = options.whole(RESTART_AFTER, 50);
    }

    @Override
    public ClientProgram.Draw next() {
      int lane = random.nextInt(queues.size());
      Layout.Queue queue = queues.get(lane);
      return new ClientProgram.Draw(lane, process -> operations.send(process, queue));
    }

    @Override
    public Map<String, ClientProgram.Background> background() {
      return oneReaderPerQueue("consume", queue -> process -> consume(process, queue));
    }

    private void consume(RecordedProcess process, Layout.Queue queue) throws InterruptedException {
      while (!Thread.currentThread().isInterrupted()) {
        long offset = operations.committed(process, queue, GROUP);
        if (offset < 0) {
          Thread.sleep(IDLE_MILLIS);
          continue;
        }
        for (int polls = 0; polls < restartAfter; polls++) {
          long next = operations.poll(process, queue, offset);
          if (next == offset) {
            Thread.sleep(IDLE_MILLIS);
          } else {
            operations.commit(process, queue, GROUP, next);
            offset = next;
          }
        }
      }
    }
  }
}
