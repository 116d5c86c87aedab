package org.ordeal.workloads;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.client.Operations;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Request;

/**
 * Unique messages to several queues of several topics, a reader that follows each queue, and at the
 * end everything is read back from every node: was an acknowledged message lost?
 */
public final class DurabilityWorkload implements Workload {

  @Override
  public String name() {
    return "durability";
  }

  @Override
  public String description() {
    return "Sends unique messages to several queues and reads them all back from every node:"
        + " no acknowledged message may be lost, altered or moved.";
  }

  @Override
  public LoadDefaults defaults() {
    return new LoadDefaults(2_000, 2, 2, 4, 16);
  }

  @Override
  public List<String> checks() {
    return List.of("durability", "availability");
  }

  @Override
  public ClientProgram program(ClientEnvironment environment) {
    return (load, random) -> new Sends(environment, load, random);
  }

  private static final class Sends extends QueueTraffic {
    private final Operations operations;

    Sends(ClientEnvironment environment, Request.Load load, RandomGenerator random) {
      super(load, random);
      this.operations = new Operations(environment, bodyBytes(), load.sendTimeoutMillis());
    }

    @Override
    public ClientProgram.Draw next() {
      int lane = random.nextInt(queues.size());
      Layout.Queue queue = queues.get(lane);
      return new ClientProgram.Draw(lane, process -> operations.send(process, queue));
    }

    @Override
    public Map<String, ClientProgram.Background> background() {
      return oneReaderPerQueue("follow", queue -> Following.of(operations, queue));
    }
  }
}
