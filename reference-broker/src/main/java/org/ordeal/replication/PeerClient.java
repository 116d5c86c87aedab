package org.ordeal.replication;

import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.InvokeContext;
import com.alipay.sofa.jraft.rpc.impl.BoltRpcClient;
import com.alipay.sofa.jraft.util.Endpoint;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * JRaft's client of bolt, which gives up a connection that is dead. Thread-safe.
 *
 * <p>A connection that its peer closes before bolt has bound it to its own object (a peer that is
 * starting, a proxy before one) stays among bolt's connections, is never chosen since it is dead,
 * and keeps another from being made: every later call fails at once, for good, since what JRaft
 * does about it ({@code checkConnection} with {@code createAsync}) makes none either where there is
 * a pool. Seen with bolt 1.6.12 and JRaft 1.4.1: a member that could not reach one other at its
 * first start waited for ever.
 */
final class PeerClient extends BoltRpcClient {

  /** Longer than bolt takes to connect: a connection that is being made is not given up. */
  private static final long DEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private final Map<Endpoint, Long> deadSince = new ConcurrentHashMap<>();

  PeerClient(com.alipay.remoting.rpc.RpcClient bolt) {
    super(bolt);
  }

  @Override
  public boolean checkConnection(Endpoint endpoint) {
    return seen(endpoint, super.checkConnection(endpoint));
  }

  @Override
  public boolean checkConnection(Endpoint endpoint, boolean createIfAbsent) {
    return seen(endpoint, super.checkConnection(endpoint, createIfAbsent));
  }

  @Override
  public Object invokeSync(Endpoint endpoint, Object request, InvokeContext context, long timeout)
      throws InterruptedException, RemotingException {
    try {
      return super.invokeSync(endpoint, request, context, timeout);
    } catch (RemotingException e) {
      checkConnection(endpoint);
      throw e;
    }
  }

  @Override
  public void invokeAsync(
      Endpoint endpoint,
      Object request,
      InvokeContext context,
      InvokeCallback callback,
      long timeout)
      throws InterruptedException, RemotingException {
    try {
      super.invokeAsync(endpoint, request, context, callback, timeout);
    } catch (RemotingException e) {
      checkConnection(endpoint);
      throw e;
    }
  }

  private boolean seen(Endpoint endpoint, boolean alive) {
    if (alive) {
      deadSince.remove(endpoint);
    } else if (System.nanoTime() - deadSince.computeIfAbsent(endpoint, e -> System.nanoTime())
        > DEAD_NANOS) {
      deadSince.remove(endpoint);
      closeConnection(endpoint);
    }
    return alive;
  }
}
