package org.ordeal.faults.disk.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.Corruption;
import org.ordeal.faults.disk.DiskOptions;
import org.ordeal.faults.disk.DiskToxic;
import org.ordeal.faults.disk.PowerLoss;

/**
 * The HTTP interface of the daemon on loopback; see {@link org.ordeal.faults.disk.DiskControl}.
 * Thread-safe.
 */
public final class DiskServer implements AutoCloseable {
  private static final Map<String, Object> DONE = Map.of("done", true);

  private final DiskService service;
  private final HttpServer http;
  private final ObjectMapper json = new ObjectMapper();
  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * Listens on a port of loopback, 0 for a free one.
   *
   * @param helper the set-uid helper to mount with, or null to mount directly
   */
  public DiskServer(int port, @Nullable Path helper) throws IOException {
    service = new DiskService(helper);
    http =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 64);
    http.setExecutor(
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("control-", 0).factory()));
    http.createContext("/", this::handle);
    http.start();
  }

  /** Where it listens. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  /** Waits until it is told to stop. */
  public void awaitStop() throws InterruptedException {
    stop.await();
  }

  /** Tells it to stop. */
  public void requestStop() {
    stop.countDown();
  }

  /** Unmounts every disk and stops listening. */
  @Override
  public void close() {
    service.close();
    http.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    int status = 200;
    Object answer;
    String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
    try {
      Object found = route(exchange.getRequestMethod(), path, exchange);
      if (found == null) {
        status = 404;
        found =
            error(
                404,
                "There is no "
                    + exchange.getRequestMethod()
                    + " "
                    + exchange.getRequestURI()
                    + ".");
      }
      answer = found;
    } catch (NoSuchElementException e) {
      status = 404;
      answer = error(status, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException | JsonProcessingException e) {
      status = 400;
      answer = error(status, reason(e));
    } catch (IOException | RuntimeException e) {
      status = 500;
      answer = error(status, reason(e));
      e.printStackTrace();
    }
    byte[] body = json.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
    if (path[0].equals("shutdown") && status == 200) {
      stop.countDown();
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e.getCause();
    return cause instanceof IllegalArgumentException && cause.getMessage() != null
        ? cause.getMessage()
        : e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static Map<String, Object> error(int status, String sentence) {
    return Map.of("error", sentence, "status", status);
  }

  private @Nullable Object route(String method, String[] path, HttpExchange exchange)
      throws IOException {
    String call = method + " " + path[0] + (path.length > 1 ? "/" + path.length : "");
    return switch (call) {
      case "GET version" -> Map.of("service", "ordeal-disk", "pid", ProcessHandle.current().pid());
      case "GET disks" -> service.list();
      case "POST disks" -> service.create(options(body(exchange)));
      case "POST power-loss" -> service.cut(json.treeToValue(body(exchange), PowerLoss.class));
      case "POST reset" -> service.healAll();
      case "POST shutdown" -> {
        service.close();
        yield DONE;
      }
      case "GET disks/2" -> service.disk(path[1]).info();
      case "DELETE disks/2" -> {
        service.unmount(path[1]);
        yield DONE;
      }
      case "GET disks/3", "POST disks/3" -> ofDisk(method, path[1], path[2], exchange);
      case "GET disks/4", "DELETE disks/4" -> {
        if (!path[2].equals("toxics")) {
          yield null;
        }
        MountedDisk disk = service.disk(path[1]);
        yield method.equals("GET")
            ? disk.toxics().evidence(path[3])
            : disk.toxics().remove(path[3]);
      }
      default -> null;
    };
  }

  private @Nullable Object ofDisk(String method, String name, String what, HttpExchange exchange)
      throws IOException {
    MountedDisk disk = service.disk(name);
    return switch (method + " " + what) {
      case "GET toxics" -> disk.toxics().list();
      case "POST toxics" -> {
        DiskToxic toxic = toxic(body(exchange));
        disk.toxics().add(toxic);
        yield toxic;
      }
      case "GET statistics" -> disk.statistics();
      case "GET evidence" -> disk.toxics().evidence();
      case "POST heal" -> disk.toxics().heal();
      case "POST sync" -> {
        disk.syncAll();
        yield DONE;
      }
      case "POST snapshots" ->
          Map.of("snapshot", disk.damage().snapshot(body(exchange).path("path").asText("**")));
      case "POST corruptions" ->
          service.corrupt(name, json.treeToValue(body(exchange), Corruption.class));
      default -> null;
    };
  }

  private ObjectNode body(HttpExchange exchange) throws IOException {
    JsonNode body = json.readTree(exchange.getRequestBody());
    if (body instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("A JSON object was expected.");
  }

  /** What a request leaves out is as {@link DiskOptions#of} has it. */
  private DiskOptions options(ObjectNode body) throws IOException {
    for (String required : List.of("name", "backing", "mountPoint")) {
      if (!body.hasNonNull(required)) {
        throw new IllegalArgumentException("A disk needs " + required + ".");
      }
    }
    DiskOptions defaults =
        DiskOptions.of(
            body.get("name").asText(),
            json.treeToValue(body.get("backing"), Path.class),
            json.treeToValue(body.get("mountPoint"), Path.class));
    ObjectNode merged = json.valueToTree(defaults);
    merged.setAll(body);
    return json.treeToValue(merged, DiskOptions.class);
  }

  private DiskToxic toxic(ObjectNode body) throws IOException {
    ObjectNode all = json.createObjectNode().put("stream", "both").put("toxicity", 1.0);
    all.set("name", body.path("type"));
    all.putObject("attributes");
    all.setAll(body);
    return json.treeToValue(all, DiskToxic.class);
  }
}
