package org.ordeal.runner.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.OrdealException;
import org.ordeal.runner.RunDirectory;
import org.ordeal.runner.UsageException;

/**
 * Serves a store on loopback: a list of its runs, newest first, and every file in it, read-only.
 * Nothing outside of the store is served. Safe for use by several threads.
 */
public final class StoreServer implements AutoCloseable {

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "json", "application/json",
          "jsonl", "text/plain; charset=utf-8",
          "xml", "application/xml",
          "log", "text/plain; charset=utf-8",
          "hlog", "text/plain; charset=utf-8",
          "conf", "text/plain; charset=utf-8");

  private final Path store;
  private final HttpServer server;

  private StoreServer(Path store, HttpServer server) {
    this.store = store;
    this.server = server;
  }

  /**
   * Starts.
   *
   * @param port 0 for any that is free
   * @throws UsageException where there is no such store
   * @throws EnvironmentException where the port is taken
   */
  public static StoreServer start(Path store, int port) {
    if (port < 0 || port > 65_535) {
      throw new UsageException("--port %d is no port; give 0 to 65535.".formatted(port));
    }
    try {
      Path real = store.toRealPath();
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      StoreServer serving = new StoreServer(real, server);
      server.createContext("/", serving::answer);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return serving;
    } catch (BindException taken) {
      throw new EnvironmentException(
          "Port %d on loopback is in use; give another --port, or 0 for any.".formatted(port),
          taken);
    } catch (IOException missing) {
      throw new UsageException("There is no store at %s.".formatted(store), missing);
    }
  }

  /** Where to point a browser. */
  public String address() {
    return "http://%s:%d/"
        .formatted(
            InetAddress.getLoopbackAddress().getHostAddress(), server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, 405, "text/plain", "Only GET is answered.".getBytes(StandardCharsets.UTF_8));
        return;
      }
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/")) {
        send(exchange, 200, "text/html; charset=utf-8", index().getBytes(StandardCharsets.UTF_8));
        return;
      }
      Path file = inside(path.substring(1));
      if (file == null) {
        send(exchange, 404, "text/plain", "Not in the store.".getBytes(StandardCharsets.UTF_8));
      } else if (Files.isDirectory(file)) {
        send(
            exchange,
            200,
            "text/html; charset=utf-8",
            listing(file, path).getBytes(StandardCharsets.UTF_8));
      } else {
        exchange.getResponseHeaders().set("Content-Type", type(file));
        long length = Files.size(file);
        exchange.sendResponseHeaders(200, length == 0 ? -1 : length);
        try (OutputStream out = exchange.getResponseBody()) {
          Files.copy(file, out);
        }
      }
    }
  }

  /** The file of that name, or null where it is not in the store, links followed. */
  private @Nullable Path inside(String name) {
    try {
      Path real = store.resolve(name).toRealPath();
      return real.startsWith(store) ? real : null;
    } catch (IOException | java.nio.file.InvalidPathException missing) {
      return null;
    }
  }

  private static String type(Path file) {
    String name = String.valueOf(file.getFileName());
    return TYPES.getOrDefault(
        name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
  }

  private static void send(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(code, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private String index() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (Path run : runs()) {
      rows.append(row(run));
    }
    return page(
        "Runs",
        rows.isEmpty()
            ? "<p>No run is in this store yet.</p>"
            : "<table><tr><th>verdict</th><th>run</th><th>system</th><th>topology</th><th>flush</th><th>seed</th><th>acknowledged</th><th>lost</th><th>why</th></tr>"
                + rows
                + "</table>");
  }

  private List<Path> runs() throws IOException {
    List<Path> runs = new ArrayList<>();
    try (Stream<Path> workloads = Files.list(store)) {
      for (Path workload : workloads.filter(w -> !Files.isSymbolicLink(w)).toList()) {
        if (Files.isDirectory(workload)) {
          try (Stream<Path> found = Files.list(workload)) {
            found.filter(run -> Files.exists(run.resolve("run.json"))).forEach(runs::add);
          }
        }
      }
    }
    runs.sort(Comparator.comparing((Path run) -> String.valueOf(run.getFileName())).reversed());
    return runs;
  }

  private String row(Path run) {
    String name = store.relativize(run).toString();
    RunDirectory directory = new RunDirectory(run);
    try {
      RunInfo info = directory.info();
      String verdict = "running";
      String acknowledged = "";
      String lost = "";
      String reason = "";
      if (Files.exists(directory.results())) {
        Results results = directory.readResults();
        verdict = results.verdict().name().toLowerCase(Locale.ROOT);
        acknowledged = Long.toString(results.acknowledged());
        lost = Long.toString(results.lost());
        reason = results.reason();
      }
      String target = Files.exists(directory.report()) ? name + "/report.html" : name + "/";
      return "<tr class=%s><td>%s</td><td><a href=\"/%s\">%s</a> <a href=\"/%s/\">files</a></td><td>%s</td><td>%s</td><td>%s</td><td>%d</td><td>%s</td><td>%s</td><td>%s</td></tr>"
          .formatted(
              verdict,
              verdict,
              escape(target),
              escape(name),
              escape(name),
              escape(info.system()),
              escape(info.topology()),
              escape(info.flush()),
              info.seed(),
              acknowledged,
              lost,
              escape(reason));
    } catch (OrdealException corrupt) {
      return "<tr class=unknown><td>corrupt</td><td><a href=\"/%s/\">%s</a></td><td colspan=7>%s</td></tr>"
          .formatted(escape(name), escape(name), escape(String.valueOf(corrupt.getMessage())));
    }
  }

  private static String listing(Path directory, String path) throws IOException {
    StringBuilder items = new StringBuilder("<ul>");
    String base = path.endsWith("/") ? path : path + "/";
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName() + (Files.isDirectory(file) ? "/" : "");
        items.append("<li><a href=\"%s\">%s</a></li>".formatted(escape(base + name), escape(name)));
      }
    }
    return page(path, items + "</ul>");
  }

  private static String page(String title, String body) {
    return """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Ordeal: %s</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>
        :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
        body { margin: 2rem auto; max-width: 90rem; padding: 0 1rem; overflow-x: auto; }
        table { border-collapse: collapse; } td, th { text-align: left; padding: .35rem .7rem; border-bottom: 1px solid #8884; vertical-align: top; }
        .pass td:first-child { color: #1a7f37; } .fail td:first-child { color: #cf222e; font-weight: 600; } .unknown td:first-child { color: #9a6700; }
        </style></head><body><h1>%s</h1>%s</body></html>
        """
        .formatted(escape(title), escape(title), body);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
