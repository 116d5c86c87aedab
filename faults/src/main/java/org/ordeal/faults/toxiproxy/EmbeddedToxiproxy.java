package org.ordeal.faults.toxiproxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A Toxiproxy server inside this JVM: the HTTP API of Toxiproxy 2.12.0, to be driven by any of its
 * clients.
 *
 * <pre>{@code
 * try (EmbeddedToxiproxy server = EmbeddedToxiproxy.start("127.0.0.1", 0)) {
 *   ToxiproxyClient client = new ToxiproxyClient(server.host(), server.port());
 *   Proxy link = client.createProxy("n0->n1", "127.1.1.11:20911", "127.1.0.11:20911");
 *   link.toxics().latency("slow", ToxicDirection.UPSTREAM, 200);
 * }
 * }</pre>
 *
 * <p>The API, and unless told otherwise every proxy, listens on loopback addresses only: the API
 * knows no passwords, and an open proxy is a way into whatever it leads to. A proxy without a host
 * to listen at gets 127.0.0.1; any other host that is not loopback is refused.
 *
 * <p>Proxies share one small group of event loops, so that hundreds of them cost little more than
 * their sockets. Thread-safe. {@link #close()} closes every proxy and connection and must not be
 * called on an event loop.
 */
public final class EmbeddedToxiproxy implements AutoCloseable {
  private static final long CLOSE_SECONDS = 10;

  private final Transport transport;
  private final ExecutorService workers;
  private final ProxyCollection proxies;
  private final Channel listener;

  private EmbeddedToxiproxy(
      Transport transport, ExecutorService workers, ProxyCollection proxies, Channel listener) {
    this.transport = transport;
    this.workers = workers;
    this.proxies = proxies;
    this.listener = listener;
  }

  /**
   * What may differ from server to server.
   *
   * @param anyAddress whether proxies may listen on addresses that other machines can reach
   * @param metrics whether {@code /metrics} answers, as with the Go server's {@code -proxy-metrics}
   * @param threads how many event loops the proxies share, at least 1
   */
  public record Options(boolean anyAddress, boolean metrics, int threads) {
    public Options {
      if (threads < 1) {
        throw new IllegalArgumentException("threads is " + threads + ", but must be at least 1");
      }
    }

    /** Loopback only, with metrics, and an event loop for each processor. */
    public static Options standard() {
      return new Options(false, true, Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /** As the Go server is when it is started without flags. */
    public static Options likeTheGoServer() {
      return new Options(true, false, standard().threads());
    }
  }

  /**
   * Starts a server.
   *
   * @param host a loopback address or a name of one
   * @param port where the API listens; 0 for any free port
   * @throws IOException if the API cannot listen there
   * @throws IllegalArgumentException if the host is not this machine's loopback
   */
  public static EmbeddedToxiproxy start(String host, int port) throws IOException {
    return start(host, port, Options.standard());
  }

  /** As {@link #start(String, int)}, with options. */
  public static EmbeddedToxiproxy start(String host, int port, Options options) throws IOException {
    InetAddress address = InetAddress.getByName(host);
    if (!address.isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "cannot serve Toxiproxy's API at "
              + host
              + ": it has no access control, so it listens on loopback addresses only; use"
              + " 127.0.0.1");
    }
    Transport transport = Transport.start(options.threads());
    ExecutorService workers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("toxiproxy-api-", 0).factory());
    ProxyCollection proxies = new ProxyCollection(transport, !options.anyAddress());
    ToxiproxyApi api = new ToxiproxyApi(proxies, options.metrics(), () -> statistics(proxies));
    ChannelFuture bound =
        new ServerBootstrap()
            .group(transport.group())
            .channel(transport.listener())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new HttpFrontDoor(api, workers))
            .bind(new InetSocketAddress(address, port))
            .awaitUninterruptibly();
    EmbeddedToxiproxy server = new EmbeddedToxiproxy(transport, workers, proxies, bound.channel());
    if (!bound.isSuccess()) {
      server.close();
      throw new IOException(
          "cannot serve Toxiproxy's API at "
              + host
              + ":"
              + port
              + ": "
              + bound.cause().getMessage()
              + "; is another server running there?",
          bound.cause());
    }
    return server;
  }

  /** The address at which the API listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** The host at which the API listens, for a client's constructor. */
  public String host() {
    return address().getAddress().getHostAddress();
  }

  /** The port at which the API listens. */
  public int port() {
    return address().getPort();
  }

  /** What went through each proxy so far, in order of name. */
  public List<ProxyStatistics> statistics() {
    return statistics(proxies);
  }

  /** What went through one proxy so far; empty where there is none of that name. */
  public Optional<ProxyStatistics> statistics(String proxy) {
    try {
      return Optional.of(proxies.get(proxy).statistics());
    } catch (ApiException e) {
      return Optional.empty();
    }
  }

  private static List<ProxyStatistics> statistics(ProxyCollection proxies) {
    return proxies.all().stream().map(Proxy::statistics).toList();
  }

  /** Closes the API, every proxy and every connection. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    proxies.clear();
    workers.shutdown();
    transport
        .group()
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
