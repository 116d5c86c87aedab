package org.ordeal.faults.toxiproxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One proxy: a listener, its connections and its toxics.
 *
 * <p>Starting, stopping and changing are done under a lock and wait for the network; they must not
 * be called on an event loop.
 */
final class Proxy implements ToxicCollection.LinkChanger {
  private final String name;
  private final Transport transport;
  private final boolean loopbackOnly;
  private final ReentrantLock lock = new ReentrantLock();
  private final ToxicCollection toxics = new ToxicCollection(this);
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final ByteCounters upstreamBytes = new ByteCounters();
  private final ByteCounters downstreamBytes = new ByteCounters();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong failedDials = new AtomicLong();
  private volatile String listen;
  private volatile String upstream;

  private volatile @Nullable Channel listener;

  /**
   * Changes whenever this proxy starts or stops; what an older listener accepted late is refused.
   */
  private final AtomicLong era = new AtomicLong();

  Proxy(RequestBodies.ProxyInput input, Transport transport, boolean loopbackOnly) {
    this.name = input.name();
    this.listen = input.listen();
    this.upstream = input.upstream();
    this.transport = transport;
    this.loopbackOnly = loopbackOnly;
  }

  String name() {
    return name;
  }

  ToxicCollection toxics() {
    return toxics;
  }

  boolean enabled() {
    return listener != null;
  }

  ByteCounters counters(Direction direction) {
    return direction == Direction.UPSTREAM ? upstreamBytes : downstreamBytes;
  }

  /** This proxy as a request would describe it: the defaults of an update. */
  RequestBodies.ProxyInput current() {
    return new RequestBodies.ProxyInput(name, listen, upstream, enabled());
  }

  /** Listens, if it does not yet. */
  void start() throws ApiException {
    lock.lock();
    try {
      if (listener == null) {
        bind();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes the listener and every connection; returns when they are closed. */
  void stop() {
    lock.lock();
    try {
      unbind();
    } finally {
      lock.unlock();
    }
  }

  /** Changes addresses (which closes all connections) and whether it is enabled. */
  void update(RequestBodies.ProxyInput input) throws ApiException {
    lock.lock();
    try {
      if (differs(input)) {
        unbind();
        listen = input.listen();
        upstream = input.upstream();
      }
      if (input.enabled() && listener == null) {
        bind();
      } else if (!input.enabled()) {
        unbind();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether a description names other addresses than this proxy has. */
  boolean differs(RequestBodies.ProxyInput input) throws ApiException {
    return !listen.equals(GoAddress.parse(input.listen()).resolved())
        || !upstream.equals(input.upstream());
  }

  private void bind() throws ApiException {
    InetSocketAddress address = listenAddress();
    Accept accept = new Accept(era.incrementAndGet());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(transport.group())
            .channel(transport.listener())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.WATER_MARK)
            .childOption(ChannelOption.RCVBUF_ALLOCATOR, Transport.readBuffers())
            .childHandler(accept);
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw bindFailure(address, bound.cause());
    }
    Channel opened = bound.channel();
    InetSocketAddress actual = (InetSocketAddress) opened.localAddress();
    listen = GoAddress.print(actual.getAddress(), actual.getPort());
    listener = opened;
  }

  private InetSocketAddress listenAddress() throws ApiException {
    InetSocketAddress address;
    try {
      GoAddress parsed = GoAddress.parse(listen);
      if (loopbackOnly && parsed.host().isEmpty()) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), parsed.port());
      }
      address = parsed.toListen();
    } catch (ApiException e) {
      throw ApiException.internal("listen tcp: " + e.sentence());
    }
    if (loopbackOnly && !address.getAddress().isLoopbackAddress()) {
      throw ApiException.internal(
          "listen tcp "
              + listen
              + ": this server listens on loopback addresses only; use one in 127.0.0.0/8 or [::1]");
    }
    return address;
  }

  private static ApiException bindFailure(InetSocketAddress address, @Nullable Throwable cause) {
    String said = cause == null ? "" : String.valueOf(cause.getMessage());
    String lower = said.toLowerCase(Locale.ROOT);
    String reason = said;
    for (String known :
        List.of("address already in use", "cannot assign requested address", "permission denied")) {
      if (lower.contains(known)) {
        reason = known;
      }
    }
    String where =
        address.getAddress().isAnyLocalAddress()
            ? ":" + address.getPort()
            : GoAddress.print(address.getAddress(), address.getPort());
    return ApiException.internal("listen tcp " + where + ": bind: " + reason);
  }

  private void unbind() {
    Channel closing = listener;
    if (closing == null) {
      return;
    }
    // First this, so that what is accepted from now on finds that it came too late.
    era.incrementAndGet();
    listener = null;
    closing.close().awaitUninterruptibly();
    List<Future<?>> aborts = new ArrayList<>();
    for (Connection connection : connections) {
      aborts.add(connection.loop().submit(connection::abort));
    }
    aborts.forEach(Future::awaitUninterruptibly);
  }

  void forget(Connection connection) {
    connections.remove(connection);
  }

  void countFailedDial() {
    failedDials.incrementAndGet();
  }

  @Override
  public void changeLinks(Direction direction, Consumer<ToxicLink> change) {
    List<Future<?>> changes = new ArrayList<>();
    for (Connection connection : connections) {
      changes.add(connection.loop().submit(() -> connection.change(direction, change)));
    }
    changes.forEach(Future::awaitUninterruptibly);
  }

  ProxyStatistics statistics() {
    return new ProxyStatistics(
        name,
        listen,
        upstream,
        enabled(),
        connections.size(),
        accepted.get(),
        failedDials.get(),
        upstreamBytes.read(),
        downstreamBytes.read());
  }

  void write(JsonText out) {
    out.raw("{").field("name").string(name);
    out.comma().field("listen").string(listen);
    out.comma().field("upstream").string(upstream);
    out.comma().field("enabled").bool(enabled());
    out.comma().field("Logger").raw("{}");
    out.comma().field("toxics").raw("[");
    String separator = "";
    for (Toxic toxic : toxics.all()) {
      out.raw(separator);
      toxic.write(out);
      separator = ",";
    }
    out.raw("]}");
  }

  /** Makes a {@link Connection} of what the listener accepts. */
  private final class Accept extends ChannelInitializer<Channel> {
    private final long acceptedIn;

    Accept(long era) {
      this.acceptedIn = era;
    }

    @Override
    protected void initChannel(Channel client) {
      client.pipeline().addLast(new Begin(acceptedIn));
    }
  }

  /** Opens the connection once the client's channel is active. */
  private final class Begin extends ChannelInboundHandlerAdapter {
    private final long acceptedIn;

    Begin(long era) {
      this.acceptedIn = era;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      Channel client = context.channel();
      context.pipeline().remove(this);
      Connection connection = new Connection(Proxy.this, transport, client);
      // Registered before looking at the era: see unbind().
      connections.add(connection);
      if (era.get() != acceptedIn) {
        connection.abort();
        return;
      }
      accepted.incrementAndGet();
      try {
        connection.open(GoAddress.parse(upstream));
      } catch (ApiException e) {
        countFailedDial();
        connection.abort();
      }
    }
  }
}
