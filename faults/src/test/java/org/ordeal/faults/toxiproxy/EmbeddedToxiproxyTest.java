package org.ordeal.faults.toxiproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What our server has beyond the Go server's API. */
@Timeout(120)
final class EmbeddedToxiproxyTest {
  private EmbeddedToxiproxy server;
  private ToxiproxyClient client;
  private EchoServer echo;

  @SuppressWarnings("NullAway.Init") // set before each test
  EmbeddedToxiproxyTest() {}

  @BeforeEach
  void start() throws IOException {
    server = EmbeddedToxiproxy.start("127.0.0.1", 0);
    client = new ToxiproxyClient(server.host(), server.port());
    echo = EchoServer.start();
  }

  @AfterEach
  void stop() throws IOException {
    echo.close();
    server.close();
  }

  private String get(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://" + server.host() + ":" + server.port() + path);
      return http.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void shouldCountTheBytesOfEachDirection() throws Exception {
    Proxy proxy = client.createProxy("p", "127.0.0.1:0", echo.address());
    try (Wire wire = Wire.to(proxy)) {
      wire.send("hello");
      wire.read(5);
      ProxyStatistics statistics = server.statistics("p").orElseThrow();
      assertThat(statistics.acceptedConnections()).isEqualTo(1);
      assertThat(statistics.openConnections()).isEqualTo(1);
      assertThat(statistics.upstreamBytes()).isEqualTo(new ProxyStatistics.Bytes(5, 5, 0));
      assertThat(statistics.downstreamBytes()).isEqualTo(new ProxyStatistics.Bytes(5, 5, 0));
    }
    Awaitility.await().until(() -> server.statistics("p").orElseThrow().openConnections() == 0);
  }

  @Test
  void shouldTellWhatAToxicSwallowedAndWhatItHolds() throws Exception {
    Proxy black = client.createProxy("black", "127.0.0.1:0", echo.address());
    Proxy slow = client.createProxy("slow", "127.0.0.1:0", echo.address());
    black.toxics().timeout("t", ToxicDirection.UPSTREAM, 0);
    slow.toxics().latency("l", ToxicDirection.UPSTREAM, 600_000);
    try (Wire toBlack = Wire.to(black);
        Wire toSlow = Wire.to(slow)) {
      toBlack.send("swallowed");
      toSlow.send("held");
      Awaitility.await()
          .untilAsserted(
              () -> {
                assertThat(server.statistics("black").orElseThrow().upstreamBytes())
                    .isEqualTo(new ProxyStatistics.Bytes(9, 0, 9));
                assertThat(server.statistics("slow").orElseThrow().upstreamBytes().held())
                    .isEqualTo(4);
              });
      slow.disable();
      assertThat(server.statistics("slow").orElseThrow().upstreamBytes())
          .isEqualTo(new ProxyStatistics.Bytes(4, 0, 4));
    }
  }

  @Test
  void shouldCountDialsThatFailed() throws Exception {
    Proxy nowhere =
        client.createProxy("nowhere", "127.0.0.1:0", "127.0.0.1:" + TestServer.freePort());
    try (Wire wire = Wire.to(nowhere)) {
      wire.awaitEnd();
    }
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(server.statistics("nowhere").orElseThrow().failedDials()).isOne());
  }

  @Test
  void shouldServeStatisticsAndMetricsOverHttp() throws Exception {
    Proxy proxy = client.createProxy("p\"1", "127.0.0.1:0", echo.address());
    try (Wire wire = Wire.to(proxy)) {
      wire.send("hello");
      wire.read(5);
      assertThat(get("/ordeal/statistics"))
          .contains("\"p\\\"1\":{", "\"upstreamBytes\":{\"received\":5,\"sent\":5,\"dropped\":0");
      assertThat(get("/metrics"))
          .contains(
              "toxiproxy_proxy_received_bytes_total{direction=\"upstream\",listener=\""
                  + proxy.getListen()
                  + "\",proxy=\"p\\\"1\",upstream=\""
                  + echo.address()
                  + "\"} 5\n");
    }
  }

  @Test
  void shouldListenOnLoopbackOnly() throws Exception {
    assertThatThrownBy(() -> EmbeddedToxiproxy.start("0.0.0.0", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("loopback");
    assertThatThrownBy(() -> client.createProxy("p", "0.0.0.0:0", echo.address()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("loopback");
    assertThat(client.createProxy("p", ":0", echo.address()).getListen()).startsWith("127.0.0.1:");
    assertThat(client.createProxy("q", "127.9.8.7:0", echo.address()).getListen())
        .startsWith("127.9.8.7:");
  }

  @Test
  void shouldSayWhichAddressIsTaken() {
    assertThatThrownBy(() -> EmbeddedToxiproxy.start("127.0.0.1", server.port()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + server.port());
  }

  @Test
  void shouldCarryHundredsOfProxies() throws Exception {
    int threadsBefore = Thread.activeCount();
    for (int i = 0; i < 300; i++) {
      client.createProxy("p" + i, "127.0.0.1:0", echo.address());
    }
    assertThat(Thread.activeCount()).isLessThan(threadsBefore + 20);
    for (Proxy proxy : client.getProxies()) {
      try (Wire wire = Wire.to(proxy)) {
        wire.send("x");
        assertThat(wire.read(1)).isEqualTo("x");
      }
    }
  }

  @Test
  void shouldCloseEveryConnectionWhenItCloses() throws Exception {
    Proxy proxy = client.createProxy("p", "127.0.0.1:0", echo.address());
    try (Wire wire = Wire.to(proxy)) {
      wire.send("x");
      wire.read(1);
      server.close();
      wire.awaitEnd();
    }
    assertThatThrownBy(() -> Wire.to(proxy)).isInstanceOf(IOException.class);
  }

  @Test
  void shouldStopReadingFromASenderThatNobodyReads() throws Exception {
    try (EchoServer stuck =
        EchoServer.start(
            (_, socket) -> {
              socket.getOutputStream().write('r');
              try {
                Thread.currentThread().join(); // never reads, until it is closed
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            })) {
      Proxy proxy = client.createProxy("p", "127.0.0.1:0", stuck.address());
      try (Wire wire = Wire.to(proxy)) {
        wire.read(1);
        Thread.startVirtualThread(
            () -> {
              try {
                wire.send(new byte[64 << 20]);
              } catch (IOException e) {
                // closed below, as planned
              }
            });
        long[] last = {-1};
        int[] same = {0};
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(200))
            .until(
                () -> {
                  long now = server.statistics("p").orElseThrow().upstreamBytes().received();
                  same[0] = now == last[0] ? same[0] + 1 : 0;
                  last[0] = now;
                  return now > 0 && same[0] == 10;
                });
        assertThat(last[0]).isLessThan(32 << 20);
      }
    }
  }
}
