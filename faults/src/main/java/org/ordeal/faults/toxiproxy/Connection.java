package org.ordeal.faults.toxiproxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection through a proxy: the channel it opened, the channel opened for it, and a
 * {@link ToxicLink} each way. Both channels live on one event loop, and so does this.
 */
final class Connection {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  private final Proxy proxy;
  private final Transport transport;
  private final Channel client;
  private @Nullable Channel upstream;
  private @Nullable ToxicLink up;
  private @Nullable ToxicLink down;
  private boolean aborted;
  private final Relay clientRelay = new Relay(Direction.UPSTREAM);
  private Relay upstreamRelay = new Relay(Direction.DOWNSTREAM);

  Connection(Proxy proxy, Transport transport, Channel client) {
    this.proxy = proxy;
    this.transport = transport;
    this.client = client;
  }

  EventLoop loop() {
    return client.eventLoop();
  }

  /**
   * Connects to the upstream, then starts to carry data; nothing is read from the client before.
   */
  void open(GoAddress address) {
    client.pipeline().addLast(clientRelay);
    byte[] literal = io.netty.util.NetUtil.createByteArrayFromIpAddressString(address.host());
    if (literal != null) {
      try {
        dial(new InetAddress[] {InetAddress.getByAddress(literal)}, address.port(), 0);
      } catch (java.net.UnknownHostException e) {
        throw new IllegalStateException("an address of " + literal.length + " bytes", e);
      }
      return;
    }
    // Name services block: not on an event loop.
    Thread.ofVirtual()
        .name("toxiproxy-lookup")
        .start(
            () -> {
              InetAddress[] found = lookUp(address);
              loop().execute(() -> dial(found, address.port(), 0));
            });
  }

  private InetAddress[] lookUp(GoAddress address) {
    try {
      return address.host().isEmpty()
          ? new InetAddress[] {InetAddress.getLoopbackAddress()}
          : address.lookUp();
    } catch (ApiException e) {
      log.warn("proxy {} cannot reach its upstream: {}", proxy.name(), e.sentence());
      return new InetAddress[0];
    }
  }

  /** Tries the addresses of the upstream one after the other. */
  private void dial(InetAddress[] addresses, int port, int index) {
    if (aborted || !client.isOpen() || index == addresses.length) {
      if (!aborted && index == addresses.length) {
        proxy.countFailedDial();
      }
      Transport.close(client);
      abandonLinks();
      proxy.forget(this);
      return;
    }
    Relay relay = new Relay(Direction.DOWNSTREAM);
    upstreamRelay = relay;
    ChannelFuture connected =
        new Bootstrap()
            .group(loop())
            .channel(transport.socket())
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.WATER_MARK)
            .option(ChannelOption.RCVBUF_ALLOCATOR, Transport.readBuffers())
            .handler(relay)
            .connect(new InetSocketAddress(addresses[index], port));
    upstream = connected.channel();
    connected.addListener(
        done -> {
          if (done.isSuccess()) {
            link(connected.channel());
          } else {
            log.debug("proxy {} cannot reach its upstream", proxy.name(), done.cause());
            upstream = null;
            dial(addresses, port, index + 1);
          }
        });
  }

  private void link(Channel opened) {
    if (aborted || !client.isOpen()) {
      Transport.close(opened);
      Transport.close(client);
      abandonLinks();
      return;
    }
    ToxicLink newUp =
        new ToxicLink(
            client,
            opened,
            proxy.counters(Direction.UPSTREAM),
            proxy.toxics().chain(Direction.UPSTREAM));
    ToxicLink newDown =
        new ToxicLink(
            opened,
            client,
            proxy.counters(Direction.DOWNSTREAM),
            proxy.toxics().chain(Direction.DOWNSTREAM));
    if (proxy.toxics().resetsPeers()) {
      // With nothing to linger for, closing sends RST.
      client.config().setOption(ChannelOption.SO_LINGER, 0);
      opened.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    up = newUp;
    down = newDown;
    newUp.start();
    newDown.start();
    clientRelay.replay(newUp);
    upstreamRelay.replay(newDown);
  }

  /** Applies a change to the link of one direction; without effect before there are links. */
  void change(Direction direction, Consumer<ToxicLink> change) {
    ToxicLink link = direction == Direction.UPSTREAM ? up : down;
    if (link != null) {
      change.accept(link);
    }
  }

  /** Closes both channels at once and drops what is on its way. */
  void abort() {
    aborted = true;
    abandonLinks();
    if (upstream != null) {
      Transport.close(upstream);
    }
    Transport.close(client);
    proxy.forget(this);
  }

  private void channelClosed() {
    Channel other = upstream;
    if (!client.isOpen() && (other == null || !other.isOpen())) {
      abandonLinks();
      proxy.forget(this);
    }
  }

  private void abandonLinks() {
    if (up != null) {
      up.abandon();
    }
    if (down != null) {
      down.abandon();
    }
    clientRelay.dropEarly();
    upstreamRelay.dropEarly();
  }

  /** Connects one channel with the link that it feeds and the link that it is fed by. */
  private final class Relay extends ChannelInboundHandlerAdapter {
    private final Direction feeds;

    /**
     * What came before there was a link to feed. Reading is switched off until then, but epoll
     * reads all the same once the peer has sent its end.
     */
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();

    private boolean endedEarly;

    Relay(Direction feeds) {
      this.feeds = feeds;
    }

    private @Nullable ToxicLink fed() {
      return feeds == Direction.UPSTREAM ? up : down;
    }

    private @Nullable ToxicLink feeding() {
      return feeds == Direction.UPSTREAM ? down : up;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ToxicLink link = fed();
      if (!(message instanceof ByteBuf buffer) || aborted) {
        ReferenceCountUtil.release(message);
      } else if (link == null) {
        early.add(buffer);
      } else {
        link.read(buffer);
      }
    }

    /** Feeds what came too early to the link that is there now. */
    void replay(ToxicLink link) {
      for (ByteBuf buffer = early.poll(); buffer != null; buffer = early.poll()) {
        link.read(buffer);
      }
      link.readComplete();
      if (endedEarly) {
        link.sourceEnded();
      }
    }

    void dropEarly() {
      for (ByteBuf buffer = early.poll(); buffer != null; buffer = early.poll()) {
        proxy.counters(feeds).received(buffer.readableBytes());
        proxy.counters(feeds).dropped(buffer.readableBytes());
        buffer.release();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      ToxicLink link = fed();
      if (link != null) {
        link.readComplete();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      ToxicLink link = feeding();
      if (link != null) {
        link.adjustReading();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      ToxicLink link = fed();
      if (event instanceof ChannelInputShutdownEvent) {
        if (link == null) {
          endedEarly = true;
        } else {
          link.sourceEnded();
        }
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      ToxicLink link = fed();
      if (link != null) {
        link.sourceEnded();
      }
      channelClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof java.io.IOException) {
        log.debug("connection through proxy {} broke", proxy.name(), cause);
      } else {
        log.warn("connection through proxy {} failed; it is closed", proxy.name(), cause);
        Transport.close(context.channel());
      }
    }
  }
}
