package org.ordeal.replication;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.util.RpcFactoryHelper;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries {@link IdentityMessage}s between members. Thread-safe. */
final class PeerCalls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerCalls.class);

  private @Nullable RpcClient client;
  private boolean closed;

  private synchronized RpcClient client() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    var known = client;
    if (known == null) { // Made late: most starts have nobody to call.
      IdentityMessage.register();
      known = RpcFactoryHelper.rpcFactory().createRpcClient();
      known.init(new RpcOptions());
      client = known;
    }
    return known;
  }

  /** Has a server answer the messages; on threads that may wait. */
  static void serve(RpcServer server, UnaryOperator<IdentityMessage> answering) {
    IdentityMessage.register();
    server.registerProcessor(
        new RpcProcessor<IdentityMessage>() {
          @Override
          public void handleRequest(RpcContext context, IdentityMessage message) {
            Thread.startVirtualThread(() -> context.sendResponse(answering.apply(message)));
          }

          @Override
          public String interest() {
            return IdentityMessage.class.getName();
          }
        });
  }

  /**
   * Sends a message and waits for the answer.
   *
   * @return null where there was none in time
   */
  @Nullable IdentityMessage call(PeerId peer, IdentityMessage message, int timeoutMillis)
      throws InterruptedException {
    try {
      return (IdentityMessage) client().invokeSync(peer.getEndpoint(), message, timeoutMillis);
    } catch (RemotingException | RuntimeException e) { // bolt throws the latter once closed
      LOG.debug("No answer of {}: {}", peer, e.toString());
      return null;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.shutdown();
    }
  }
}
