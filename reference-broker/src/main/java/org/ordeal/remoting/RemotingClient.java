package org.ordeal.remoting;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks servers by address, over one connection to each, made when needed. Names are resolved each
 * time a connection is made. Thread-safe.
 */
public final class RemotingClient implements AutoCloseable {
  private final EventLoops loops;
  private final Limits limits;
  private final Duration connectTime;
  private final RemotingCounters counters = new RemotingCounters();
  private final FrameBudget budget;
  private final FrameEncoder encoder = new FrameEncoder();
  private final Map<String, CompletableFuture<Peer>> peers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public RemotingClient(EventLoops loops, Limits limits, Duration connectTime) {
    this.loops = loops;
    this.limits = limits;
    this.connectTime = connectTime;
    this.budget = new FrameBudget(limits.partialFrameBytes());
  }

  /**
   * Asks a server.
   *
   * @param address {@code host:port}
   * @return fails with {@link IOException} or {@link java.util.concurrent.TimeoutException}; the
   *     timeout runs from when the connection stands
   */
  public CompletableFuture<Command> ask(String address, Command request, Duration timeout) {
    return connect(address).thenCompose(peer -> peer.ask(request, timeout));
  }

  /** The connection to a server, made now where there is none. */
  public CompletableFuture<Peer> connect(String address) {
    while (!closed) {
      var future = peers.computeIfAbsent(address, this::dial);
      if (future.isCompletedExceptionally()
          || (future.isDone() && !future.isCompletedExceptionally() && !future.join().isOpen())) {
        peers.remove(address, future);
        if (future.isCompletedExceptionally()) {
          return future;
        }
        continue;
      }
      return future;
    }
    return CompletableFuture.failedFuture(new IOException("This client is closed."));
  }

  private CompletableFuture<Peer> dial(String address) {
    var future = new CompletableFuture<Peer>();
    InetSocketAddress target;
    try {
      target = unresolved(address);
    } catch (IllegalArgumentException e) {
      future.completeExceptionally(new IOException(e.getMessage(), e));
      return future;
    }
    var dialled =
        new Bootstrap()
            .group(loops.group())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTime.toMillis())
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    var peer = new Peer(channel);
                    channel.attr(PeerAttribute.KEY).set(peer);
                    RemotingServer.install(
                        channel, peer, limits, budget, encoder, RemotingClient::refuse, counters);
                  }
                })
            .connect(target);
    dialled.addListener(
        _ -> {
          if (dialled.isSuccess()) {
            future.complete(dialled.channel().attr(PeerAttribute.KEY).get());
          } else {
            future.completeExceptionally(
                new IOException(
                    "Cannot connect to " + address + ": " + dialled.cause().getMessage(),
                    dialled.cause()));
          }
        });
    return future;
  }

  private static void refuse(Exchange exchange) {
    exchange.reply(
        ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
        "Requests of code " + exchange.request().code() + " are not served on this connection.");
  }

  /**
   * Reads {@code host:port}.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static InetSocketAddress unresolved(String address) {
    int colon = address.lastIndexOf(':');
    try {
      if (colon > 0) {
        return InetSocketAddress.createUnresolved(
            address.substring(0, colon).trim(),
            Integer.parseInt(address.substring(colon + 1).trim()));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + address + "\" is no address host:port.", e);
    }
    throw new IllegalArgumentException("\"" + address + "\" is no address host:port.");
  }

  @Override
  public void close() {
    closed = true;
    for (var future : peers.values()) {
      var _ = future.thenAccept(Peer::close);
    }
  }
}
