package org.ordeal.faults.toxiproxy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The routes of Toxiproxy's HTTP API, and what they answer.
 *
 * <p>Requests may come in at once; each waits until what it asked for is done.
 */
final class ToxiproxyApi {
  /** The release of the Go server whose answers these are. */
  static final String VERSION = "2.12.0";

  /** A route of our own, which the Go server does not have. */
  static final String STATISTICS_PATH = "/ordeal/statistics";

  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";

  private final ProxyCollection proxies;
  private final boolean metrics;
  private final Supplier<List<ProxyStatistics>> statistics;

  ToxiproxyApi(
      ProxyCollection proxies, boolean metrics, Supplier<List<ProxyStatistics>> statistics) {
    this.proxies = proxies;
    this.metrics = metrics;
    this.statistics = statistics;
  }

  /**
   * A request.
   *
   * @param path the path, decoded
   * @param userAgent the client's name of itself; empty where it gave none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Request(String method, String path, String userAgent, byte[] body) {}

  /**
   * An answer.
   *
   * @param contentType null where there is no body
   * @param location where to look instead, for status 301
   * @param routed whether a route was found, which the Go server shows by a request id
   */
  record Response(
      int status,
      @Nullable String contentType,
      String body,
      @Nullable String location,
      boolean routed) {

    private static Response json(int status, String body) {
      return new Response(status, JSON, body, null, true);
    }

    private static Response noContent() {
      return new Response(204, null, "", null, true);
    }

    private static Response notFound() {
      return new Response(404, TEXT, "404 page not found\n", null, false);
    }

    private static Response text(int status, String body) {
      return new Response(status, TEXT, body, null, true);
    }

    /** Whether browsers are told not to guess the type: Go does so for all plain-text errors. */
    boolean nosniff() {
      return status >= 400 && TEXT.equals(contentType);
    }
  }

  private interface Action {
    Response run() throws ApiException;
  }

  /** A route that matched a path: which methods it takes and what each does. */
  private static final class Route {
    private final List<String> methods = new ArrayList<>();
    private final List<Action> actions = new ArrayList<>();

    Route on(String method, Action action) {
      methods.add(method);
      actions.add(action);
      return this;
    }

    @Nullable Action action(String method) {
      int index = methods.indexOf(method);
      return index < 0 ? null : actions.get(index);
    }
  }

  /** Carries a request out. */
  Response handle(Request request) {
    String clean = clean(request.path());
    if (!clean.equals(request.path())) {
      return new Response(301, null, "", clean, false);
    }
    Route route = route(request);
    if (route == null) {
      return Response.notFound();
    }
    Action action = route.action(request.method());
    if (action == null) {
      return new Response(405, null, "", null, false);
    }
    if (request.userAgent().startsWith("Mozilla/")) {
      return Response.text(403, "User agent not allowed\n");
    }
    try {
      return action.run();
    } catch (ApiException e) {
      JsonText out = new JsonText().raw("{");
      writeError(out, e);
      return Response.text(e.status(), out.raw("}\n").toString());
    }
  }

  private @Nullable Route route(Request request) {
    String[] parts = request.path().substring(1).split("/", -1);
    byte[] body = request.body();
    if (parts.length > 1 && parts[1].isEmpty()) {
      return null;
    }
    if (parts.length == 1) {
      return topRoute(parts[0], body);
    }
    if (request.path().equals(STATISTICS_PATH)) {
      return new Route().on("GET", this::showStatistics);
    }
    if (!parts[0].equals("proxies")) {
      return null;
    }
    if (parts.length == 2) {
      return proxyRoute(parts[1], body);
    }
    if (!parts[2].equals("toxics") || parts.length > 4) {
      return null;
    }
    if (parts.length == 3) {
      return new Route()
          .on("GET", () -> toxicIndex(parts[1]))
          .on("POST", () -> toxic(proxies.get(parts[1]).toxics().add(body)));
    }
    return parts[3].isEmpty() ? null : toxicRoute(parts[1], parts[3], body);
  }

  private @Nullable Route topRoute(String name, byte[] body) {
    return switch (name) {
      case "reset" -> new Route().on("POST", this::reset);
      case "proxies" -> new Route().on("GET", this::proxyIndex).on("POST", () -> createProxy(body));
      case "populate" -> new Route().on("POST", () -> populate(body));
      case "version" ->
          new Route()
              .on(
                  "GET",
                  () ->
                      new Response(
                          200,
                          "application/json;charset=utf-8",
                          "{\"version\": \"" + VERSION + "\"}\n",
                          null,
                          true));
      case "metrics" -> metrics ? new Route().on("GET", this::showMetrics) : null;
      default -> null;
    };
  }

  private Route proxyRoute(String name, byte[] body) {
    Action update =
        () -> {
          Proxy proxy = proxies.get(name);
          proxy.update(RequestBodies.proxy(body, proxy.current()));
          return proxy(200, proxy);
        };
    return new Route()
        .on("GET", () -> proxy(200, proxies.get(name)))
        .on("POST", update)
        .on("PATCH", update)
        .on(
            "DELETE",
            () -> {
              proxies.remove(name);
              return Response.noContent();
            });
  }

  private Route toxicRoute(String proxy, String name, byte[] body) {
    Action update = () -> toxic(proxies.get(proxy).toxics().update(name, body));
    return new Route()
        .on("GET", () -> toxic(proxies.get(proxy).toxics().get(name)))
        .on("POST", update)
        .on("PATCH", update)
        .on(
            "DELETE",
            () -> {
              proxies.get(proxy).toxics().remove(name);
              return Response.noContent();
            });
  }

  private Response reset() throws ApiException {
    for (Proxy proxy : proxies.all()) {
      proxy.start();
      proxy.toxics().reset();
    }
    return Response.noContent();
  }

  private Response proxyIndex() {
    JsonText out = new JsonText().raw("{");
    String separator = "";
    for (Proxy proxy : proxies.all()) {
      out.raw(separator).string(proxy.name()).raw(":");
      proxy.write(out);
      separator = ",";
    }
    return Response.json(200, out.raw("}").toString());
  }

  private Response createProxy(byte[] body) throws ApiException {
    RequestBodies.ProxyInput input =
        RequestBodies.proxy(body, new RequestBodies.ProxyInput("", "", "", true));
    if (input.name().isEmpty()) {
      throw ApiException.missingField("name");
    }
    if (input.upstream().isEmpty()) {
      throw ApiException.missingField("upstream");
    }
    return proxy(201, proxies.create(input));
  }

  private Response populate(byte[] body) {
    List<Proxy> done = new ArrayList<>();
    ApiException error = null;
    try {
      for (RequestBodies.ProxyInput input : RequestBodies.populate(body)) {
        done.add(proxies.createOrReplace(input));
      }
    } catch (ApiException e) {
      error = e;
    }
    JsonText out = new JsonText().raw("{");
    if (error != null) {
      writeError(out, error);
      out.comma();
    }
    out.field("proxies");
    if (done.isEmpty()) {
      out.raw("null");
    } else {
      String separator = "[";
      for (Proxy proxy : done) {
        out.raw(separator);
        proxy.write(out);
        separator = ",";
      }
      out.raw("]");
    }
    return Response.json(error == null ? 201 : error.status(), out.raw("}").toString());
  }

  private Response toxicIndex(String name) throws ApiException {
    JsonText out = new JsonText().raw("[");
    String separator = "";
    for (Toxic toxic : proxies.get(name).toxics().all()) {
      out.raw(separator);
      toxic.write(out);
      separator = ",";
    }
    return Response.json(200, out.raw("]").toString());
  }

  private static Response proxy(int status, Proxy proxy) {
    JsonText out = new JsonText();
    proxy.write(out);
    return Response.json(status, out.toString());
  }

  private static Response toxic(Toxic toxic) {
    JsonText out = new JsonText();
    toxic.write(out);
    return Response.json(200, out.toString());
  }

  private static void writeError(JsonText out, ApiException error) {
    out.field("error").string(error.sentence());
    out.comma().field("status").number(error.status());
  }

  private Response showStatistics() {
    return Response.json(200, StatisticsText.json(statistics.get()));
  }

  private Response showMetrics() {
    return new Response(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        StatisticsText.prometheus(statistics.get()),
        null,
        true);
  }

  /** A path without empty, {@code .} and {@code ..} parts, as Go's routers want it. */
  private static String clean(String path) {
    List<String> kept = new ArrayList<>();
    for (String part : path.split("/")) {
      if (part.equals("..")) {
        if (!kept.isEmpty()) {
          kept.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        kept.add(part);
      }
    }
    String clean = "/" + String.join("/", kept);
    return path.endsWith("/") && clean.length() > 1 ? clean + "/" : clean;
  }
}
