package org.ordeal.runner.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.rocketmq.remoting.netty.NettyRemotingServer;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a node of RocketMQ's own remoting that knows the topics A and B. */
@Timeout(120)
class TopicObserverTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final Broker broker = new Broker();
  private final ExecutorService threads = Executors.newSingleThreadExecutor();
  private final NettyRemotingServer server = new NettyRemotingServer(loopback());

  @BeforeEach
  void start() {
    server.registerDefaultProcessor(broker, threads);
    server.start();
  }

  @AfterEach
  void stop() {
    server.shutdown();
    threads.shutdownNow();
  }

  private static NettyServerConfig loopback() {
    NettyServerConfig config = new NettyServerConfig();
    config.setBindAddress("127.0.0.1");
    config.setListenPort(0);
    return config;
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.localListenPort());
  }

  private boolean knows(String... topics) {
    return TopicObserver.knows(address(), List.of(topics), BOUND);
  }

  @Test
  void shouldTellABrokerThatKnowsEveryTopicFromOneThatLacksAny() {
    assertThat(knows("A")).isTrue();
    assertThat(knows("A", "B")).isTrue();
    assertThat(knows("A", "C")).isFalse();
  }

  @Test
  void shouldNotTakeARefusalOrSilenceForKnowledge() {
    broker.refuses = true;
    assertThat(knows("A")).isFalse();
    InetSocketAddress former = address();
    server.shutdown();
    assertThat(TopicObserver.knows(former, List.of("A"), BOUND)).isFalse();
  }

  private static final class Broker implements NettyRequestProcessor {
    private volatile boolean refuses;

    @Override
    public RemotingCommand processRequest(ChannelHandlerContext context, RemotingCommand asked) {
      boolean serves = asked.getCode() == RequestCode.GET_ALL_TOPIC_CONFIG && !refuses;
      RemotingCommand answer =
          RemotingCommand.createResponseCommand(
              serves ? ResponseCode.SUCCESS : ResponseCode.SYSTEM_BUSY, null);
      if (serves) {
        answer.setBody(
            "{\"dataVersion\":{},\"topicConfigTable\":{\"A\":{},\"B\":{}}}"
                .getBytes(StandardCharsets.UTF_8));
      }
      answer.setOpaque(asked.getOpaque());
      return answer;
    }

    @Override
    public boolean rejectRequest() {
      return false;
    }
  }
}
