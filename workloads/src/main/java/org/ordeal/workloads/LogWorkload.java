package org.ordeal.workloads;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.client.Operations;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.recorder.RecordedProcess;

/**
 * Each queue as a log: send, read at an offset, ask for the end, all of the leader. The history of
 * each queue must be linearizable.
 *
 * <p>After a change of leaders some reads go on to the one of before, as those of a client do that
 * has not looked at its route since: nobody else would notice a deposed leader that answers.
 */
public final class LogWorkload implements Workload {

  /** Option: share of operations that read one offset. */
  static final String READS = "reads";

  /** Option: share of reads that go to the master of before, as long as there is one. */
  static final String OLD_ROUTES = "oldRoutes";

  /** Option: share of operations that ask for the end. */
  static final String ENDS = "ends";

  @Override
  public String name() {
    return "log";
  }

  @Override
  public String description() {
    return "Sends, reads at offsets and asks for the end of queues, all at the leader: each queue"
        + " must be a linearizable log.";
  }

  @Override
  public LoadDefaults defaults() {
    return new LoadDefaults(1_000, 2, 1, 4, 8);
  }

  @Override
  public List<String> checks() {
    return List.of("log", "linearizable-log", "availability");
  }

  @Override
  public ClientProgram program(ClientEnvironment environment) {
    return (load, random) -> new Mixed(environment, load, random);
  }

  private static final class Mixed extends QueueTraffic {
    private final Operations operations;
    private final AtomicLongArray ends;
    private final double reads;
    private final double oldRoutes;
    private final List<AtomicBoolean> oldRouteInUse;
    private final double asks;

    Mixed(ClientEnvironment environment, Request.Load load, RandomGenerator random) {
      super(load, random);
      this.operations = new Operations(environment, bodyBytes(), load.sendTimeoutMillis());
      this.ends = new AtomicLongArray(queues.size());
      this.reads = options.share(READS, 0.35);
      this.asks = options.share(ENDS, 0.15);
      this.oldRoutes = options.share(OLD_ROUTES, 0.1);
      this.oldRouteInUse = queues.stream().map(_ -> new AtomicBoolean()).toList();
      if (reads + asks > 1) {
        throw new IllegalArgumentException(
            "The shares of reads (%s) and of questions for the end (%s) exceed 1 together."
                .formatted(reads, asks));
      }
    }

    @Override
    public ClientProgram.Draw next() {
      int lane = random.nextInt(queues.size());
      Layout.Queue queue = queues.get(lane);
      double kind = random.nextDouble();
      if (kind < asks) {
        return new ClientProgram.Draw(lane, process -> operations.maxOffset(process, queue));
      }
      if (kind < asks + reads) {
        double where = random.nextDouble();
        boolean atTheEnd = random.nextBoolean();
        boolean oldRoute = random.nextDouble() < oldRoutes;
        return new ClientProgram.Draw(
            lane, process -> read(process, lane, offset(lane, atTheEnd, where), oldRoute));
      }
      return new ClientProgram.Draw(
          lane,
          process -> {
            Long offset = operations.send(process, queue);
            if (offset != null) {
              ends.accumulateAndGet(lane, offset + 1, Math::max);
            }
          });
    }

    /** One read of a queue at a time goes the old way, so that one in vain holds up no others. */
    private void read(RecordedProcess process, int lane, long offset, boolean oldRoute)
        throws InterruptedException {
      AtomicBoolean inUse = oldRouteInUse.get(lane);
      if (!oldRoute || !inUse.compareAndSet(false, true)) {
        operations.read(process, queues.get(lane), offset);
        return;
      }
      try {
        operations.readWithOldRoute(process, queues.get(lane), offset);
      } finally {
        inUse.set(false);
      }
    }

    /** Half of the reads are within two of the end, where a stale answer would show. */
    private long offset(int lane, boolean atTheEnd, double where) {
      long end = ends.get(lane);
      return atTheEnd ? Math.max(0, end - 2 + (long) (where * 3)) : (long) (where * end);
    }
  }
}
