package org.ordeal.remoting;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Accepts connections and serves their requests. */
public final class RemotingServer implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final Channel listener;
  private final ChannelGroup connections;
  private final RemotingCounters counters;

  private RemotingServer(Channel listener, ChannelGroup connections, RemotingCounters counters) {
    this.listener = listener;
    this.connections = connections;
    this.counters = counters;
  }

  /**
   * Listens from now on.
   *
   * @param address port 0 takes any free one
   * @param onConnect told of each connection before its first request, on its event loop
   * @throws IOException with a sentence, when the address cannot be had
   */
  public static RemotingServer listen(
      EventLoops loops,
      InetSocketAddress address,
      Limits limits,
      RequestHandler handler,
      Consumer<Peer> onConnect)
      throws IOException {
    var counters = new RemotingCounters();
    var budget = new FrameBudget(limits.partialFrameBytes());
    var encoder = new FrameEncoder();
    var group = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    var bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(limits.maxWaitingBytes() / 4, limits.maxWaitingBytes()))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    if (!counters.opened(limits.maxConnections())) {
                      var _ = channel.close();
                      return;
                    }
                    channel.closeFuture().addListener(_ -> counters.closed());
                    group.add(channel);
                    var peer = new Peer(channel);
                    install(channel, peer, limits, budget, encoder, handler, counters);
                    onConnect.accept(peer);
                  }
                });
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "Cannot listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + ": "
              + bound.cause().getMessage()
              + ". Is another process listening there, or is the address not one of this machine?",
          bound.cause());
    }
    return new RemotingServer(bound.channel(), group, counters);
  }

  static void install(
      Channel channel,
      Peer peer,
      Limits limits,
      FrameBudget budget,
      FrameEncoder encoder,
      RequestHandler handler,
      RemotingCounters counters) {
    var backpressure = new Backpressure(limits);
    channel
        .pipeline()
        .addLast(
            new IdleStateHandler(0, 0, limits.idleTime().toMillis(), TimeUnit.MILLISECONDS),
            backpressure,
            encoder,
            new FrameDecoder(limits, budget, backpressure),
            new Dispatcher(handler, peer, counters));
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  public RemotingCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    listener.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
    connections.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
