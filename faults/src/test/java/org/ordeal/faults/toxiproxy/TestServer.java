package org.ordeal.faults.toxiproxy;

import static org.assertj.core.api.Assumptions.assumeThat;

import eu.rekawek.toxiproxy.ToxiproxyClient;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A Toxiproxy server that tests drive: ours or the Go server. */
interface TestServer extends AutoCloseable {
  String host();

  int port();

  @Override
  void close();

  default ToxiproxyClient client() {
    return new ToxiproxyClient(host(), port());
  }

  /** Which server a test class runs against. */
  enum Kind {
    EMBEDDED {
      @Override
      TestServer start() {
        try {
          EmbeddedToxiproxy server =
              EmbeddedToxiproxy.start("127.0.0.1", 0, EmbeddedToxiproxy.Options.likeTheGoServer());
          return new Embedded(server);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    },
    GO {
      @Override
      TestServer start() {
        Optional<Path> binary = GoServer.find();
        assumeThat(binary)
            .as(
                "the Go Toxiproxy server: set ORDEAL_TOXIPROXY_SERVER, put toxiproxy-server on the"
                    + " path, or run `go install"
                    + " github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0`")
            .isPresent();
        return GoServer.start(binary.orElseThrow());
      }
    };

    abstract TestServer start();
  }

  /** Our own server. */
  record Embedded(EmbeddedToxiproxy server) implements TestServer {
    @Override
    public String host() {
      return server.host();
    }

    @Override
    public int port() {
      return server.port();
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /** The Go server as a process. */
  record GoServer(Process process, int port) implements TestServer {
    static Optional<Path> find() {
      List<Path> candidates = new ArrayList<>();
      String named = System.getenv("ORDEAL_TOXIPROXY_SERVER");
      if (named != null) {
        candidates.add(Path.of(named));
      }
      String path = System.getenv("PATH");
      for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
        candidates.add(Path.of(folder, "toxiproxy-server"));
      }
      candidates.add(Path.of(System.getProperty("user.home"), "go", "bin", "server"));
      candidates.add(Path.of(System.getProperty("user.home"), "go", "bin", "toxiproxy-server"));
      return candidates.stream().filter(Files::isExecutable).findFirst();
    }

    static GoServer start(Path binary) {
      try {
        int port = freePort();
        ProcessBuilder builder =
            new ProcessBuilder(
                binary.toString(), "-host", "127.0.0.1", "-port", String.valueOf(port));
        builder.environment().put("LOG_LEVEL", "error");
        Process process =
            builder
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        GoServer server = new GoServer(process, port);
        try {
          Awaitility.await()
              .atMost(Duration.ofSeconds(30))
              .pollInterval(Duration.ofMillis(20))
              .until(server::answers);
        } catch (RuntimeException e) {
          server.close();
          throw e;
        }
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private boolean answers() {
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(java.net.InetAddress.ofLiteral("127.0.0.1"), port), 1000);
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public String host() {
      return "127.0.0.1";
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  /** A port that was free a moment ago. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(java.net.InetAddress.ofLiteral("127.0.0.1"), 0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
