package org.ordeal.settings;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.RemotingCounters;

/** Numbers of this process in Prometheus' text format, at {@code http://127.0.0.1:PORT/metrics}. */
public final class MetricsPage implements AutoCloseable {
  private final @Nullable HttpServer server;

  private MetricsPage(@Nullable HttpServer server) {
    this.server = server;
  }

  /**
   * Serves the page from now on.
   *
   * @param port loopback port; 0 serves nothing
   * @param content writes the numbers of the moment
   * @throws IOException with a sentence, when the port cannot be had
   */
  public static MetricsPage start(int port, Consumer<Writer> content) throws IOException {
    if (port == 0) {
      return new MetricsPage(null);
    }
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    } catch (IOException e) {
      throw new IOException(
          "Cannot serve metrics on port " + port + " (ordealMetricsPort): " + e.getMessage(), e);
    }
    server.createContext(
        "/metrics",
        request -> {
          var writer = new Writer();
          content.accept(writer);
          var bytes = writer.text.toString().getBytes(StandardCharsets.UTF_8);
          request.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          request.sendResponseHeaders(200, bytes.length);
          try (var out = request.getResponseBody()) {
            out.write(bytes);
          }
        });
    server.start();
    return new MetricsPage(server);
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
  }

  /** Writes samples. */
  public static final class Writer {
    private final StringBuilder text = new StringBuilder();

    public void gauge(String name, String help, double value) {
      sample(name, help, "gauge", "", value);
    }

    public void counter(String name, String help, double value) {
      sample(name, help, "counter", "", value);
    }

    /**
     * One sample with labels.
     *
     * @param labels such as {@code {member="n1"}}, or empty
     */
    public void sample(String name, String help, String type, String labels, double value) {
      if (text.indexOf("# TYPE " + name + " ") < 0) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
      }
      text.append(name).append(labels).append(' ');
      if (value == Math.rint(value) && Math.abs(value) < 1e15) {
        text.append((long) value);
      } else {
        text.append(value);
      }
      text.append('\n');
    }

    /** What a server's remoting has counted. */
    public void remoting(RemotingCounters counters) {
      counter("ordeal_remoting_requests_total", "Requests received.", (double) counters.requests());
      counter(
          "ordeal_remoting_corrupt_frames_total",
          "Connections closed for a frame that breaks the protocol or a limit.",
          (double) counters.corruptFrames());
      counter(
          "ordeal_remoting_refused_connections_total",
          "Connections above the limit.",
          (double) counters.refusedConnections());
      gauge("ordeal_remoting_connections", "Connections now.", (double) counters.connections());
    }
  }
}
