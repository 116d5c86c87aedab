package org.ordeal.faults.disk.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.Corruption;
import org.ordeal.faults.disk.CorruptionReport;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.DiskInfo;
import org.ordeal.faults.disk.DiskOptions;
import org.ordeal.faults.disk.DiskStatistics;
import org.ordeal.faults.disk.DiskToxic;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.PowerLossReport;
import org.ordeal.faults.disk.ToxicEvidence;

/** {@link DiskControl} over HTTP. Thread-safe; each call waits at most 60 s for its answer. */
public final class HttpDiskControl implements DiskControl {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final URI base;
  private final HttpClient client;
  private final ObjectMapper json = new ObjectMapper();

  private HttpDiskControl(URI base, HttpClient client) {
    this.base = base;
    this.client = client;
  }

  /**
   * A control for the daemon at an address such as {@code http://127.0.0.1:7777}; does not connect
   * yet.
   */
  public static HttpDiskControl connect(URI base) {
    return new HttpDiskControl(
        base,
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build());
  }

  @Override
  public DiskInfo create(DiskOptions options) throws DiskException {
    return read(call("POST", "/disks", options), DiskInfo.class);
  }

  @Override
  public List<DiskInfo> list() throws DiskException {
    return read(call("GET", "/disks", null), new TypeReference<List<DiskInfo>>() {});
  }

  @Override
  public DiskInfo disk(String disk) throws DiskException {
    return read(call("GET", at(disk), null), DiskInfo.class);
  }

  @Override
  public DiskToxic addToxic(String disk, DiskToxic toxic) throws DiskException {
    return read(call("POST", at(disk) + "/toxics", toxic), DiskToxic.class);
  }

  @Override
  public ToxicEvidence removeToxic(String disk, String toxic) throws DiskException {
    return read(call("DELETE", at(disk) + "/toxics/" + encode(toxic), null), ToxicEvidence.class);
  }

  @Override
  public ToxicEvidence evidence(String disk, String toxic) throws DiskException {
    return read(call("GET", at(disk) + "/toxics/" + encode(toxic), null), ToxicEvidence.class);
  }

  @Override
  public List<ToxicEvidence> evidence(String disk) throws DiskException {
    return read(
        call("GET", at(disk) + "/evidence", null), new TypeReference<List<ToxicEvidence>>() {});
  }

  @Override
  public List<ToxicEvidence> heal(String disk) throws DiskException {
    return read(
        call("POST", at(disk) + "/heal", null), new TypeReference<List<ToxicEvidence>>() {});
  }

  @Override
  public void healAll() throws DiskException {
    call("POST", "/reset", null);
  }

  @Override
  public PowerLossReport powerLoss(PowerLoss cut) throws DiskException {
    return read(call("POST", "/power-loss", cut), PowerLossReport.class);
  }

  @Override
  public String snapshot(String disk, String path) throws DiskException {
    return read(call("POST", at(disk) + "/snapshots", Map.of("path", path)), JsonNode.class)
        .path("snapshot")
        .asText();
  }

  @Override
  public CorruptionReport corrupt(String disk, Corruption corruption) throws DiskException {
    return read(call("POST", at(disk) + "/corruptions", corruption), CorruptionReport.class);
  }

  @Override
  public DiskStatistics statistics(String disk) throws DiskException {
    return read(call("GET", at(disk) + "/statistics", null), DiskStatistics.class);
  }

  @Override
  public void sync(String disk) throws DiskException {
    call("POST", at(disk) + "/sync", null);
  }

  @Override
  public void unmount(String disk) throws DiskException {
    call("DELETE", at(disk), null);
  }

  @Override
  public void shutdown() throws DiskException {
    call("POST", "/shutdown", null);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private static String at(String disk) {
    return "/disks/" + encode(disk);
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String call(String method, String path, @Nullable Object body) throws DiskException {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT);
      if (body == null) {
        request.method(method, BodyPublishers.noBody());
      } else {
        request.header("Content-Type", "application/json");
        request.method(method, BodyPublishers.ofString(json.writeValueAsString(body)));
      }
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (response.statusCode() >= 300) {
        throw new DiskException(reason(method, path, response));
      }
      return response.body();
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      throw new DiskException(
          "The disk daemon at " + base + " did not answer " + method + " " + path + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DiskException(
          "Interrupted while the disk daemon answered " + method + " " + path + ".", e);
    }
  }

  private String reason(String method, String path, HttpResponse<String> response) {
    try {
      String error = json.readTree(response.body()).path("error").asText();
      if (!error.isEmpty()) {
        return error;
      }
    } catch (JsonProcessingException e) {
      // Not one of ours; the body is told as it is.
    }
    return "The disk daemon answered "
        + method
        + " "
        + path
        + " with "
        + response.statusCode()
        + ": "
        + response.body();
  }

  private <T> T read(String body, Class<T> type) throws DiskException {
    try {
      return json.readValue(body, type);
    } catch (JsonProcessingException e) {
      throw unreadable(body, e);
    }
  }

  private <T> T read(String body, TypeReference<T> type) throws DiskException {
    try {
      return json.readValue(body, type);
    } catch (JsonProcessingException e) {
      throw unreadable(body, e);
    }
  }

  private static DiskException unreadable(String body, JsonProcessingException cause) {
    return new DiskException("The disk daemon's answer could not be read: " + body, cause);
  }
}
