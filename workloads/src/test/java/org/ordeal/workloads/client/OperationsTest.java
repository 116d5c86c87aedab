package org.ordeal.workloads.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.rocketmq.remoting.netty.NettyRemotingServer;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.body.KVTable;
import org.apache.rocketmq.remoting.protocol.header.GetMaxOffsetResponseHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.recorder.HistoryMerge;
import org.ordeal.workloads.recorder.Recorder;

/** Against a node of RocketMQ's own remoting that says what the test wants of its role. */
@Timeout(60)
class OperationsTest {
  private static final Layout.Queue QUEUE = new Layout.Queue("t0", "g0", 0);

  @TempDir private Path directory;
  private final Node node = new Node();
  private final ExecutorService threads = Executors.newSingleThreadExecutor();
  private final NettyRemotingServer server = new NettyRemotingServer(loopback());
  private final BrokerWire wire = new BrokerWire();

  @BeforeEach
  void start() {
    server.registerDefaultProcessor(node, threads);
    server.start();
  }

  @AfterEach
  void stop() {
    wire.close();
    server.shutdown();
    threads.shutdownNow();
  }

  private static NettyServerConfig loopback() {
    NettyServerConfig config = new NettyServerConfig();
    config.setBindAddress("127.0.0.1");
    config.setListenPort(0);
    return config;
  }

  @Test
  void shouldTakeTheEndOfAQueueFromWhoClaimsToLead() throws Exception {
    node.role = "LEADER";

    Operation told = maxOffset();

    assertThat(told.type()).isEqualTo(OperationType.OK);
    assertThat(told.value()).isEqualTo(152L);
  }

  @Test
  void shouldNotTakeTheEndOfAQueueFromAFormerLeader() throws Exception {
    node.role = "FOLLOWER";

    Operation told = maxOffset();

    assertThat(told.type()).isEqualTo(OperationType.FAIL);
    assertThat(told.error()).contains("end 152").contains("no longer claims to lead");
  }

  /** Asks once; the completion that was recorded. */
  @SuppressWarnings("NullAway") // Nothing is sent, so that there is no sender.
  private Operation maxOffset() throws IOException, InterruptedException {
    try (Recorder recorder = Recorder.open(directory, 0, 10, System.nanoTime(), 4096)) {
      ClientConfig config =
          new ClientConfig(
              "c0", List.of("127.0.0.1:1"), directory.toString(), 0, 10, 0, "127.0.0.1:1");
      String address = "127.0.0.1:" + server.localListenPort();
      ClientEnvironment environment =
          new ClientEnvironment(config, recorder, null, wire, group -> address);
      new Operations(environment, 100, 10_000).maxOffset(recorder.newProcess(), QUEUE);
    }
    var operations = HistoryMerge.open(List.of(directory), Collections.emptyIterator());
    operations.next();
    return operations.next();
  }

  /** Tells an end of 152, and its role. */
  private static final class Node implements NettyRequestProcessor {
    private volatile String role = "";

    @Override
    public RemotingCommand processRequest(ChannelHandlerContext context, RemotingCommand asked) {
      RemotingCommand answer =
          switch (asked.getCode()) {
            case RequestCode.GET_MAX_OFFSET -> {
              RemotingCommand end =
                  RemotingCommand.createResponseCommand(GetMaxOffsetResponseHeader.class);
              ((GetMaxOffsetResponseHeader) end.readCustomHeader()).setOffset(152L);
              end.setCode(ResponseCode.SUCCESS);
              yield end;
            }
            case RequestCode.GET_BROKER_RUNTIME_INFO -> {
              KVTable table = new KVTable();
              table.setTable(new HashMap<>(Map.of("ordealRole", role, "ordealTerm", "4")));
              RemotingCommand info =
                  RemotingCommand.createResponseCommand(ResponseCode.SUCCESS, null);
              info.setBody(table.encode());
              yield info;
            }
            default ->
                RemotingCommand.createResponseCommand(
                    ResponseCode.REQUEST_CODE_NOT_SUPPORTED, "not in this test");
          };
      answer.setOpaque(asked.getOpaque());
      return answer;
    }

    @Override
    public boolean rejectRequest() {
      return false;
    }
  }
}
