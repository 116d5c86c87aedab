package org.ordeal.faults.toxiproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What proxies without toxics do, seen through toxiproxy-java and plain sockets. */
@Timeout(120)
abstract class ProxyBehaviourConformance {
  private final TestServer.Kind kind;
  private TestServer server;
  private ToxiproxyClient client;
  private EchoServer echo;
  private Proxy proxy;

  @SuppressWarnings("NullAway.Init") // the rest is set before each test
  ProxyBehaviourConformance(TestServer.Kind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void start() throws IOException {
    server = kind.start();
    client = server.client();
    echo = EchoServer.start();
    proxy = client.createProxy("p", "127.0.0.1:0", echo.address());
  }

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      echo.close();
      server.close();
    }
  }

  @Test
  void shouldCarryDataBothWays() throws Exception {
    try (Wire wire = Wire.to(proxy)) {
      wire.send("hello");
      assertThat(wire.read(5)).isEqualTo("hello");
      wire.send("world");
      assertThat(wire.read(5)).isEqualTo("world");
    }
  }

  @Test
  void shouldCarryALargeMessageUnchanged() throws Exception {
    byte[] sent = new byte[8 << 20];
    new Random(1).nextBytes(sent);
    try (Wire wire = Wire.to(proxy);
        ExecutorService sender = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> sending =
          sender.submit(
              () -> {
                wire.send(sent);
                return null;
              });
      assertThat(wire.readBytes(sent.length)).isEqualTo(sent);
      sending.get();
    }
  }

  @Test
  void shouldCarryManyConnectionsAtOnce() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String text = String.format("connection %05d", i);
        answers.add(
            clients.submit(
                () -> {
                  try (Wire wire = Wire.to(proxy)) {
                    wire.send(text);
                    return wire.read(text.length());
                  }
                }));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo(String.format("connection %05d", i));
      }
    }
  }

  @Test
  void shouldCloseTheUpstreamWhenTheClientCloses() throws Exception {
    try (Wire wire = Wire.to(proxy)) {
      wire.send("x");
      wire.read(1);
    }
    Awaitility.await().until(() -> echo.ended() + echo.reset() == 1);
  }

  @Test
  void shouldCloseTheClientWhenTheUpstreamCloses() throws Exception {
    try (EchoServer brief =
        EchoServer.start((_, socket) -> socket.getOutputStream().write("bye".getBytes(UTF_8)))) {
      Proxy toBrief = client.createProxy("brief", "127.0.0.1:0", brief.address());
      try (Wire wire = Wire.to(toBrief)) {
        assertThat(wire.read(3)).isEqualTo("bye");
        assertThat(wire.awaitEnd()).isEqualTo(Wire.Ending.CLOSED);
      }
    }
  }

  @Test
  void shouldCarryWhatAClientSentBeforeTheUpstreamWasConnected() throws Exception {
    try (EchoServer silent = EchoServer.startSilent()) {
      Proxy toSilent = client.createProxy("silent", "127.0.0.1:0", silent.address());
      int connections = 200;
      for (int i = 0; i < connections; i++) {
        try (Wire wire = Wire.to(toSilent)) {
          wire.send("sent and gone");
          wire.socket().shutdownOutput();
        }
      }
      Awaitility.await().until(() -> silent.received() == 13L * connections);
      Awaitility.await().until(() -> silent.open() == 0);
    }
  }

  @Test
  void shouldNotKeepAHalfOpenConnection() throws Exception {
    try (EchoServer silent = EchoServer.start((_, socket) -> socket.getInputStream().read())) {
      Proxy half = client.createProxy("half", "127.0.0.1:0", silent.address());
      try (Wire wire = Wire.to(half)) {
        wire.socket().shutdownOutput();
        assertThat(wire.awaitEnd()).isEqualTo(Wire.Ending.CLOSED);
      }
    }
  }

  @Test
  void shouldCloseTheClientWhenTheUpstreamRefuses() throws Exception {
    Proxy nowhere =
        client.createProxy("nowhere", "127.0.0.1:0", "127.0.0.1:" + TestServer.freePort());
    try (Wire wire = Wire.to(nowhere)) {
      wire.awaitEnd();
    }
  }

  @Test
  void shouldConnectToAnUpstreamByName() throws Exception {
    String port = echo.address().substring(echo.address().indexOf(':'));
    Proxy named = client.createProxy("named", "127.0.0.1:0", "localhost" + port);
    try (Wire wire = Wire.to(named)) {
      wire.send("hello");
      assertThat(wire.read(5)).isEqualTo("hello");
    }
  }

  @Test
  void shouldCloseConnectionsAndRefuseNewOnesWhileDisabled() throws Exception {
    String listen = proxy.getListen();
    try (Wire wire = Wire.to(proxy)) {
      wire.send("x");
      wire.read(1);
      proxy.disable();
      wire.awaitEnd();
    }
    Awaitility.await().until(() -> echo.open() == 0);
    assertThatThrownBy(() -> Wire.to(listen)).isInstanceOf(IOException.class);
    proxy.enable();
    assertThat(proxy.getListen()).isEqualTo(listen);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("again");
      assertThat(wire.read(5)).isEqualTo("again");
    }
  }

  @Test
  void shouldBeIndifferentToBeingDisabledTwice() throws Exception {
    proxy.disable();
    proxy.disable();
    proxy.enable();
    proxy.enable();
    try (Wire wire = Wire.to(proxy)) {
      wire.send("x");
      assertThat(wire.read(1)).isEqualTo("x");
    }
  }

  @Test
  void shouldFreeItsAddressWhenDeleted() throws Exception {
    String listen = proxy.getListen();
    try (Wire wire = Wire.to(proxy)) {
      wire.send("x");
      wire.read(1);
      proxy.delete();
      wire.awaitEnd();
    }
    assertThatThrownBy(() -> client.getProxy("p")).isInstanceOf(IOException.class);
    Proxy successor = client.createProxy("q", listen, echo.address());
    try (Wire wire = Wire.to(successor)) {
      wire.send("x");
      assertThat(wire.read(1)).isEqualTo("x");
    }
  }

  @Test
  void shouldMoveToAnotherUpstream() throws Exception {
    try (EchoServer other = EchoServer.start((_, socket) -> socket.getOutputStream().write('o'))) {
      try (Wire wire = Wire.to(proxy)) {
        wire.send("x");
        wire.read(1);
        proxy.setUpstream(other.address());
        wire.awaitEnd();
      }
      try (Wire wire = Wire.to(proxy)) {
        assertThat(wire.read(1)).isEqualTo("o");
      }
    }
  }

  @Test
  void shouldMoveToAnotherListenAddress() throws Exception {
    String old = proxy.getListen();
    proxy.setListen("127.0.0.1:" + TestServer.freePort());
    assertThat(proxy.getListen()).isNotEqualTo(old);
    assertThatThrownBy(() -> Wire.to(old)).isInstanceOf(IOException.class);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("x");
      assertThat(wire.read(1)).isEqualTo("x");
    }
  }

  @Test
  void shouldEnableAllProxiesAndRemoveAllToxicsOnReset() throws Exception {
    proxy.toxics().latency("l", ToxicDirection.DOWNSTREAM, 60_000);
    Proxy second = client.createProxy("second", "127.0.0.1:0", echo.address());
    second.disable();
    client.reset();
    assertThat(client.getProxy("p").toxics().getAll()).isEmpty();
    assertThat(client.getProxy("second").isEnabled()).isTrue();
    try (Wire wire = Wire.to(second)) {
      wire.send("x");
      assertThat(wire.read(1)).isEqualTo("x");
    }
  }

  @Test
  void shouldRefuseASecondProxyAtTheSameAddress() {
    assertThatThrownBy(() -> client.createProxy("q", proxy.getListen(), echo.address()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("address already in use");
    assertThatThrownBy(() -> client.createProxy("p", "127.0.0.1:0", echo.address()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("proxy already exists");
  }

  @Test
  void shouldListAllProxies() throws Exception {
    client.createProxy("b", "127.0.0.1:0", echo.address());
    client.createProxy("a", "127.0.0.1:0", echo.address());
    assertThat(client.getProxies())
        .extracting(Proxy::getName)
        .containsExactlyInAnyOrder("a", "b", "p");
    assertThat(client.getProxyOrNull("none")).isNull();
  }
}
