package org.ordeal.workloads;

import java.util.List;
import java.util.random.RandomGenerator;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.client.QueueRegister;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Request;

/**
 * A register with compare-and-set that lives in a queue: every operation is a message, and its
 * outcome is what the queue up to that message makes of it. Linearizable if the queue is the log
 * that its acknowledgements promise.
 */
public final class CasRegisterWorkload implements Workload {

  /** Option: share of operations that read. */
  static final String READS = "reads";

  /** Option: share of operations that compare and set. */
  static final String CASES = "cas";

  /** Option: how many different values are written. Few, so that a cas now and then succeeds. */
  static final String VALUES = "values";

  @Override
  public String name() {
    return "cas-register";
  }

  @Override
  public String description() {
    return "A register with compare-and-set that lives in a queue as a replicated state machine"
        + " lives in its log: it must be linearizable.";
  }

  @Override
  public LoadDefaults defaults() {
    return new LoadDefaults(200, 2, 1, 4, 4);
  }

  @Override
  public List<String> checks() {
    return List.of("linearizable-cas-register", "displacement", "availability");
  }

  @Override
  public ClientProgram program(ClientEnvironment environment) {
    return (load, random) -> new Mixed(environment, load, random);
  }

  private static final class Mixed extends RegisterTraffic {
    private final QueueRegister register;
    private final double reads;
    private final double cases;
    private final int values;

    Mixed(ClientEnvironment environment, Request.Load load, RandomGenerator random) {
      super(environment, load, random);
      this.register = new QueueRegister(environment, bodyBytes(), load.sendTimeoutMillis());
      this.reads = options.share(READS, 0.4);
      this.cases = options.share(CASES, 0.3);
      this.values = options.whole(VALUES, 5);
      if (reads + cases > 1 || values < 1) {
        throw new IllegalArgumentException(
            "The shares of reads (%s) and cas (%s) may not exceed 1 together, and there must be a value, not %d."
                .formatted(reads, cases, values));
      }
    }

    @Override
    public ClientProgram.Draw next() {
      int lane = random.nextInt(queues.size());
      Layout.Queue queue = queues.get(lane);
      double kind = random.nextDouble();
      long from = random.nextInt(values);
      long to = random.nextInt(values);
      if (kind < reads) {
        return new ClientProgram.Draw(lane, process -> register.read(process, queue, register()));
      }
      if (kind < reads + cases) {
        return new ClientProgram.Draw(
            lane, process -> register.cas(process, queue, register(), from, to));
      }
      return new ClientProgram.Draw(
          lane, process -> register.write(process, queue, register(), to));
    }
  }
}
