package org.ordeal.workloads;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.rocketmq.client.exception.MQClientException;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.client.Operations;
import org.ordeal.workloads.client.OrderlyConsumer;
import org.ordeal.workloads.client.Settling;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Request;

/**
 * Producers, and a group that consumes in order while its members come and go: each queue has one
 * consumer at a time, and messages of one sharding key are consumed in their order.
 */
public final class OrderlyWorkload implements Workload {

  /** The consumer group. */
  static final String GROUP = "ordeal-orderly";

  /** Option: how long a consumer stays before it leaves and another comes, in milliseconds. */
  static final String STAY_MILLIS = "stayMillis";

  /** A lock that nobody renews ends after 60 s, and consumers look for free queues every 20 s. */
  private static final long SETTLE_MILLIS = 90_000;

  @Override
  public String name() {
    return "orderly";
  }

  @Override
  public String description() {
    return "Sends, and consumes in order with a group whose members come and go: one consumer a"
        + " queue at a time, each sharding key in order, everything acknowledged delivered.";
  }

  @Override
  public LoadDefaults defaults() {
    return new LoadDefaults(200, 2, 1, 4, 4);
  }

  @Override
  public List<String> checks() {
    return List.of("ordered-delivery", "durability", "availability");
  }

  @Override
  public ClientProgram program(ClientEnvironment environment) {
    return new ClientProgram() {
      @Override
      public Traffic traffic(Request.Load load, RandomGenerator random) {
        return new ProducersAndGroup(environment, load, random);
      }

      @Override
      public void settle(Request.Drain drain) throws InterruptedException {
        Settling.await(environment, GROUP, drain.layout().queues(), SETTLE_MILLIS);
      }
    };
  }

  private static final class ProducersAndGroup extends QueueTraffic {
    private final ClientEnvironment environment;
    private final Operations operations;
    private final int stayMillis;
    private final List<OrderlyConsumer> consumers = new ArrayList<>();
    private int members;
    private boolean closed;

    ProducersAndGroup(ClientEnvironment environment, Request.Load load, RandomGenerator random) {
      super(load, random);
      this.environment = environment;
      this.operations = new Operations(environment, bodyBytes(), load.sendTimeoutMillis());
      this.stayMillis = options.whole(STAY_MILLIS, 5_000);
    }

    private synchronized void join() throws MQClientException {
      if (closed) {
        return;
      }
      consumers.add(
          new OrderlyConsumer(
              environment,
              GROUP,
              "member" + members++ + "-" + load.seed(),
              load.layout().topics()));
    }

    private synchronized void leave() {
      if (!consumers.isEmpty()) {
        consumers.removeLast().close();
      }
    }

    @Override
    public ClientProgram.Draw next() {
      int lane = random.nextInt(queues.size());
      Layout.Queue queue = queues.get(lane);
      return new ClientProgram.Draw(lane, process -> operations.send(process, queue));
    }

    @Override
    public Map<String, ClientProgram.Background> background() {
      return Map.of("churn", _ -> churn());
    }

    /** One that stays and one that comes and goes. */
    private void churn() throws InterruptedException {
      try {
        join();
        while (!Thread.currentThread().isInterrupted()) {
          join();
          Thread.sleep(stayMillis);
          leave();
        }
      } catch (MQClientException e) {
        throw new IllegalStateException("A consumer could not join its group.", e);
      }
    }

    @Override
    public synchronized void close() {
      closed = true;
      consumers.forEach(OrderlyConsumer::close);
      consumers.clear();
    }
  }
}
