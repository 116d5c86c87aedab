package org.ordeal.workloads;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.client.GroupOffsetRegister;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.recorder.RecordedProcess;

/**
 * The committed offset of a consumer group as a register: written and read at the leader, now and
 * then at the one of before. Must be linearizable, where a system promises that much.
 *
 * <p>Some writes repeat a value that was written before: a broker that takes a write of what it
 * holds already for done, without asking whether it still leads, shows itself by these only.
 */
public final class RegisterWorkload implements Workload {

  /** Option: share of operations that read. */
  static final String READS = "reads";

  /** Option: share of operations that go to the master of before, as long as there is one. */
  static final String OLD_ROUTES = "oldRoutes";

  /** Option: share of writes that write once more what this client node wrote last. */
  static final String REPEATS = "repeats";

  private static final long PER_PROCESS = 1_000_000;

  @Override
  public String name() {
    return "register";
  }

  @Override
  public String description() {
    return "Writes and reads a consumer group's committed offset at the leader: a linearizable"
        + " register, where the system promises that.";
  }

  @Override
  public LoadDefaults defaults() {
    return new LoadDefaults(200, 2, 1, 4, 4);
  }

  @Override
  public List<String> checks() {
    return List.of("linearizable-register", "availability");
  }

  @Override
  public ClientProgram program(ClientEnvironment environment) {
    return (load, random) -> new Mixed(environment, load, random);
  }

  private static final class Mixed extends RegisterTraffic {
    private final GroupOffsetRegister register;
    private final AtomicLongArray last;
    private final double reads;
    private final double oldRoutes;
    private final double repeats;

    Mixed(ClientEnvironment environment, Request.Load load, RandomGenerator random) {
      super(environment, load, random);
      this.register = new GroupOffsetRegister(environment, load.sendTimeoutMillis());
      this.last = new AtomicLongArray(queues.size());
      this.reads = options.share(READS, 0.6);
      this.oldRoutes = options.share(OLD_ROUTES, 0.1);
      this.repeats = options.share(REPEATS, 0.2);
    }

    @Override
    public ClientProgram.Draw next() {
      int lane = random.nextInt(queues.size());
      Layout.Queue queue = queues.get(lane);
      boolean oldRoute = random.nextDouble() < oldRoutes;
      if (random.nextDouble() < reads) {
        return new ClientProgram.Draw(
            lane, process -> register.read(process, queue, register(), oldRoute));
      }
      boolean repeat = random.nextDouble() < repeats;
      return new ClientProgram.Draw(
          lane,
          process -> {
            long before = last.get(lane);
            long value = repeat && before > 0 ? before : fresh(process);
            last.set(lane, value);
            register.write(process, queue, register(), value, oldRoute);
          });
    }

    /** The process's unique value as a number, above 0. */
    private static long fresh(RecordedProcess process) {
      String unique = process.uniqueValue();
      int point = unique.indexOf('.');
      return Long.parseLong(unique, 0, point, 10) * PER_PROCESS
          + Long.parseLong(unique, point + 1, unique.length(), 10)
          + 1;
    }
  }
}
