package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FirstElectionTest {
  private final RaftOptions options = new RaftOptions();
  private final NodeOptions nodeOptions = new NodeOptions();
  private final List<Integer> timeouts = new CopyOnWriteArrayList<>();
  private volatile @Nullable PeerId leader;

  private Node node() {
    return (Node)
        Proxy.newProxyInstance(
            Node.class.getClassLoader(),
            new Class<?>[] {Node.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getRaftOptions" -> options;
                  case "getOptions" -> nodeOptions;
                  case "getLeaderId" -> leader;
                  case "resetElectionTimeoutMs" -> {
                    timeouts.add((Integer) arguments[0]);
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Test
  void shouldStandSoonUntilThereIsALeaderAndThenAsUsual() {
    options.setMaxElectionDelayMs(400);
    nodeOptions.setElectionTimeoutMs(600);

    FirstElection.hasten(node());

    assertThat(timeouts).hasSize(1).allMatch(millis -> millis < 100);
    assertThat(options.getMaxElectionDelayMs()).isLessThan(100);
    leader = new PeerId("n1", 1);
    await().untilAsserted(() -> assertThat(timeouts).hasSize(2).last().isEqualTo(600));
    assertThat(options.getMaxElectionDelayMs()).isEqualTo(400);
  }
}
