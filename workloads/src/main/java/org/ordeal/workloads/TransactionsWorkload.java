package org.ordeal.workloads;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.rocketmq.client.exception.MQClientException;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.client.Operations;
import org.ordeal.workloads.client.Settling;
import org.ordeal.workloads.client.TransactionSender;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Request;

/**
 * Transactional messages, some committed, some rolled back, some left open until the broker asks;
 * followers look at what is to be seen meanwhile.
 */
public final class TransactionsWorkload implements Workload {

  private static final String GROUP = "ordeal-transactions";

  /**
   * The group whose committed offset says, in both brokers, up to where all half messages ended.
   */
  private static final String PROGRESS_GROUP = "CID_RMQ_SYS_TRANS";

  private static final String HALF_TOPIC = "RMQ_SYS_TRANS_HALF_TOPIC";
  private static final long SETTLE_MILLIS = 90_000;

  @Override
  public String name() {
    return "transactions";
  }

  @Override
  public String description() {
    return "Sends transactional messages that are committed, rolled back or left open until the"
        + " broker asks: what is committed is seen, and nothing else.";
  }

  @Override
  public LoadDefaults defaults() {
    return new LoadDefaults(200, 2, 1, 4, 2);
  }

  @Override
  public List<String> checks() {
    return List.of("transactions", "availability");
  }

  /** The defaults of Apache's broker, 6 s and 30 s, would make a run wait for minutes. */
  @Override
  public Map<String, String> brokerProperties() {
    return Map.of(
        "transactionTimeOut", "3000",
        "transactionCheckInterval", "2000",
        "transactionCheckMax", "1000");
  }

  @Override
  public ClientProgram program(ClientEnvironment environment) {
    return new ClientProgram() {
      @Override
      public Traffic traffic(Request.Load load, RandomGenerator random) throws MQClientException {
        return new Transactions(environment, load, random);
      }

      @Override
      public void settle(Request.Drain drain) throws InterruptedException {
        Settling.await(
            environment,
            PROGRESS_GROUP,
            drain.layout().groups().stream()
                .map(group -> new Layout.Queue(HALF_TOPIC, group, 0))
                .toList(),
            SETTLE_MILLIS);
      }
    };
  }

  private static final class Transactions extends QueueTraffic {
    private static final TransactionSender.Fate[] FATES = TransactionSender.Fate.values();
    private final Operations operations;
    private final TransactionSender sender;

    Transactions(ClientEnvironment environment, Request.Load load, RandomGenerator random)
        throws MQClientException {
      super(load, random);
      this.operations = new Operations(environment, bodyBytes(), load.sendTimeoutMillis());
      this.sender =
          new TransactionSender(
              environment,
              GROUP,
              "transactions-" + load.seed(),
              bodyBytes(),
              Math.toIntExact(load.sendTimeoutMillis()));
    }

    @Override
    public ClientProgram.Draw next() {
      int lane = random.nextInt(queues.size());
      // Three of four decide at once.
      int kind = random.nextInt(8);
      TransactionSender.Fate fate = kind < 4 ? FATES[0] : kind < 6 ? FATES[1] : FATES[kind - 4];
      String topic = queues.get(lane).topic();
      return new ClientProgram.Draw(lane, process -> sender.transact(process, topic, fate));
    }

    @Override
    public Map<String, ClientProgram.Background> background() {
      return oneReaderPerQueue("follow", queue -> Following.of(operations, queue));
    }

    @Override
    public void close() {
      sender.close();
    }
  }
}
