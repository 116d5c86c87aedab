package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.alipay.remoting.Url;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.impl.BoltRpcServer;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.RpcFactoryHelper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerClientTest {
  private static final int ANSWER_MILLIS = 10_000;

  private Endpoint endpoint;
  private BoltRpcServer server;
  private PeerClient client;

  @BeforeEach
  void listens() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    endpoint = new Endpoint("127.0.0.1", port);
    server = new BoltRpcServer(new RpcServer("127.0.0.1", port, true));
    server.registerProcessor(
        new RpcProcessor<String>() {
          @Override
          public void handleRequest(RpcContext context, String request) {
            context.sendResponse(request);
          }

          @Override
          public String interest() {
            return String.class.getName();
          }
        });
    assertThat(server.init(null)).isTrue();
    client = (PeerClient) RpcFactoryHelper.rpcFactory().createRpcClient();
    assertThat(client.init(new RpcOptions())).isTrue();
  }

  @AfterEach
  void leavesNothing() {
    client.shutdown();
    server.shutdown();
  }

  @Test
  void shouldCallAPeerAndKeepItsConnection() throws Exception {
    assertThat(client.invokeSync(endpoint, "one", ANSWER_MILLIS)).isEqualTo("one");
    var first = client.getRpcClient().getConnection(endpoint.toString(), ANSWER_MILLIS);
    assertThat(client.invokeSync(endpoint, "two", ANSWER_MILLIS)).isEqualTo("two");
    assertThat(client.getRpcClient().getConnection(endpoint.toString(), ANSWER_MILLIS))
        .isSameAs(first);
  }

  /** What a connection leaves behind that its peer closed before bolt had bound it. */
  @Test
  void shouldGiveUpADeadConnectionThatBoltKeeps() throws Exception {
    var bolt = client.getRpcClient();
    assertThat(client.invokeSync(endpoint, "one", ANSWER_MILLIS)).isEqualTo("one");
    var url = new Url(endpoint.toString(), endpoint.getIp(), endpoint.getPort());
    var dead = bolt.createStandaloneConnection(endpoint.toString(), ANSWER_MILLIS);
    dead.getChannel().close().sync();
    await().until(() -> !dead.isFine());
    var connections = bolt.getConnectionManager();
    for (var known : connections.getAll(url.getUniqueKey())) {
      connections.add(dead, url.getUniqueKey());
      connections.remove(known);
    }
    connections.add(dead, url.getUniqueKey());
    assertThat(connections.getAll(url.getUniqueKey())).containsOnly(dead);
    assertThatThrownBy(() -> client.invokeSync(endpoint, "two", ANSWER_MILLIS))
        .isInstanceOf(RemotingException.class);

    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(RemotingException.class)
        .until(() -> "three".equals(client.invokeSync(endpoint, "three", ANSWER_MILLIS)));
  }
}
