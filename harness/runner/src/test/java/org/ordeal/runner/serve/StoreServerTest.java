package org.ordeal.runner.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;

class StoreServerTest {

  @TempDir private Path directory;

  @Test
  void shouldListRunsAndServeTheirFilesAndNothingElse() throws Exception {
    Path store = Files.createDirectories(directory.resolve("store"));
    Path run = Files.createDirectories(store.resolve("durability/20260101T000000.000"));
    Files.writeString(run.resolve("run.json"), "{ cut");
    Files.writeString(run.resolve("report.html"), "<p>report</p>");
    Files.writeString(directory.resolve("secret"), "secret");
    Files.createSymbolicLink(store.resolve("out"), directory.resolve("secret"));
    try (StoreServer server = StoreServer.start(store, 0)) {
      assertThat(get(server, "").body()).contains("20260101T000000.000").contains("corrupt");
      assertThat(get(server, "durability/20260101T000000.000/report.html").body())
          .isEqualTo("<p>report</p>");
      assertThat(get(server, "durability/20260101T000000.000/").body()).contains("run.json");
      assertThat(get(server, "out").statusCode()).isEqualTo(404);
      assertThat(get(server, "..%2Fsecret").statusCode()).isEqualTo(404);
      assertThat(get(server, "nothing").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void shouldSayThatAPortIsTakenOrAStoreMissing() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> StoreServer.start(directory, taken.getLocalPort()))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("in use");
    }
    assertThatThrownBy(() -> StoreServer.start(directory.resolve("none"), 0))
        .isInstanceOf(UsageException.class);
  }

  private static HttpResponse<String> get(StoreServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
