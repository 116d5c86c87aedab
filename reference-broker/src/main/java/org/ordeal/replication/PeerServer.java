package org.ordeal.replication;

import com.alipay.remoting.rpc.RpcServer;
import com.alipay.sofa.jraft.rpc.ProtobufMsgFactory;
import com.alipay.sofa.jraft.rpc.impl.BoltRpcServer;
import com.alipay.sofa.jraft.rpc.impl.PingRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.GetFileRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.InstallSnapshotRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.ReadIndexRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.RequestVoteRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.TimeoutNowRequestProcessor;
import com.alipay.sofa.jraft.util.NamedThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server that a member's peers talk to: JRaft's requests, and those of {@link PeerCalls}. It
 * listens on the address of the member's own name only.
 */
final class PeerServer {
  private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
  private static final int RPC_THREADS = 8;
  private static final int BIND_TRIES = 50;
  private static final long BIND_PAUSE_MILLIS = 100;

  private PeerServer() {}

  /** Threads that answer peers; they end when they have nothing to do. */
  static ExecutorService threads(String id) {
    var threads =
        new ThreadPoolExecutor(
            RPC_THREADS,
            RPC_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new NamedThreadFactory("raft-rpc-" + id + "-", true));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * Listens for the peers. A port that is taken is asked for again for a while: DLedger's usual
   * ports (409xx) lie where Linux takes the ports of outgoing connections from, so any client of
   * this machine may hold one for a moment.
   *
   * @throws IOException with a sentence, where it cannot be had
   */
  static BoltRpcServer listen(
      Member member,
      ExecutorService threads,
      CommittedGuard guard,
      UnaryOperator<IdentityMessage> answering)
      throws IOException {
    // As RaftRpcServerFactory does. A request that came before JRaft had told bolt how to read its
    // messages would be read as something else.
    ProtobufMsgFactory.load();
    var address = InetAddress.getByName(member.host()).getHostAddress();
    // Tries are counted, not seconds: a machine that stalls would use those up.
    for (int tries = 1; ; tries++) {
      Throwable cause = null;
      try {
        var server = new BoltRpcServer(new RpcServer(address, member.port(), true));
        serveRaft(server, threads, guard);
        PeerCalls.serve(server, answering);
        if (server.init(null)) {
          return server;
        }
      } catch (RuntimeException e) {
        cause = e;
      }
      var taken = bindFailure(cause);
      if (taken == null || tries == BIND_TRIES) {
        throw cannotListen(member, address, cause);
      }
      if (tries == 1) {
        LOG.warn(
            "Member {} cannot listen for its peers on {}:{} yet ({}) and goes on trying for {} s.",
            member.id(),
            address,
            member.port(),
            taken.getMessage(),
            TimeUnit.MILLISECONDS.toSeconds(BIND_TRIES * BIND_PAUSE_MILLIS));
      }
      pause(member, address);
    }
  }

  /**
   * As {@code RaftRpcServerFactory} does, with the guard before JRaft, and nothing to command it.
   */
  private static void serveRaft(
      BoltRpcServer server, ExecutorService threads, CommittedGuard guard) {
    server.registerConnectionClosedEventListener(guard);
    server.registerProcessor(guard);
    server.registerProcessor(new GetFileRequestProcessor(threads));
    server.registerProcessor(new InstallSnapshotRequestProcessor(threads));
    server.registerProcessor(new RequestVoteRequestProcessor(threads));
    server.registerProcessor(new PingRequestProcessor(threads));
    server.registerProcessor(new TimeoutNowRequestProcessor(threads));
    server.registerProcessor(new ReadIndexRequestProcessor(threads));
  }

  /** What the system said, by way of the JDK or of Netty's native transport. */
  private static @Nullable IOException bindFailure(@Nullable Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException refused) {
        return refused;
      }
    }
    return null;
  }

  private static void pause(Member member, String address) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(BIND_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cannotListen(member, address, e);
    }
  }

  private static IOException cannotListen(
      Member member, String address, @Nullable Throwable cause) {
    var taken = bindFailure(cause);
    return new IOException(
        "Member %s cannot listen for its peers on %s:%d%s. Is another process there, or a connection that goes out from this port ('ss -tanp' tells), or is the address not one of this machine?"
            .formatted(
                member.id(),
                address,
                member.port(),
                taken == null ? "" : ": " + taken.getMessage()),
        cause);
  }
}
