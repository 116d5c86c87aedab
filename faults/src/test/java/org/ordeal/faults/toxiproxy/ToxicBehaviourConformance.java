package org.ordeal.faults.toxiproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.model.Toxic;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import eu.rekawek.toxiproxy.model.toxic.Bandwidth;
import eu.rekawek.toxiproxy.model.toxic.Latency;
import eu.rekawek.toxiproxy.model.toxic.LimitData;
import eu.rekawek.toxiproxy.model.toxic.ResetPeer;
import eu.rekawek.toxiproxy.model.toxic.Slicer;
import eu.rekawek.toxiproxy.model.toxic.SlowClose;
import eu.rekawek.toxiproxy.model.toxic.Timeout;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What each toxic does, seen through toxiproxy-java and plain sockets.
 *
 * <p>Delays are asserted from below only: a busy machine makes everything later, never earlier. A
 * little is allowed for clocks and timers that do not agree.
 */
@org.junit.jupiter.api.Timeout(120)
abstract class ToxicBehaviourConformance {
  /** So much earlier than asked for may a timer fire. */
  private static final long SLACK_MILLIS = 5;

  /** Longer than any test waits: what should not wait for it must come at once. */
  private static final long FOREVER_MILLIS = 600_000;

  /** How long a test looks whether really nothing comes. */
  private static final Duration A_WHILE = Duration.ofMillis(150);

  private final TestServer.Kind kind;
  private TestServer server;
  private EchoServer echo;
  private Proxy proxy;

  @SuppressWarnings("NullAway.Init") // the rest is set before each test
  ToxicBehaviourConformance(TestServer.Kind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void start() throws IOException {
    server = kind.start();
    echo = EchoServer.start();
    proxy = server.client().createProxy("p", "127.0.0.1:0", echo.address());
  }

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      echo.close();
      server.close();
    }
  }

  private static long roundTripMillis(Wire wire) throws IOException {
    long start = System.nanoTime();
    wire.send("ping");
    assertThat(wire.read(4)).isEqualTo("ping");
    return (System.nanoTime() - start) / 1_000_000;
  }

  @ParameterizedTest
  @EnumSource
  void shouldDelayDataByLatencyInEitherDirection(ToxicDirection direction) throws Exception {
    proxy.toxics().latency("l", direction, 120);
    try (Wire wire = Wire.to(proxy)) {
      assertThat(roundTripMillis(wire)).isGreaterThanOrEqualTo(120 - SLACK_MILLIS);
      assertThat(roundTripMillis(wire)).isGreaterThanOrEqualTo(120 - SLACK_MILLIS);
    }
  }

  @Test
  void shouldAddUpTheLatenciesOfOneDirection() throws Exception {
    proxy.toxics().latency("l1", ToxicDirection.UPSTREAM, 80);
    proxy.toxics().latency("l2", ToxicDirection.UPSTREAM, 60);
    proxy.toxics().latency("l3", ToxicDirection.DOWNSTREAM, 50);
    try (Wire wire = Wire.to(proxy)) {
      assertThat(roundTripMillis(wire)).isGreaterThanOrEqualTo(190 - 2 * SLACK_MILLIS);
    }
  }

  @Test
  void shouldDelayDataOnAConnectionThatWasOpenBefore() throws Exception {
    try (Wire wire = Wire.to(proxy)) {
      roundTripMillis(wire);
      Latency latency = proxy.toxics().latency("l", ToxicDirection.DOWNSTREAM, 100);
      assertThat(roundTripMillis(wire)).isGreaterThanOrEqualTo(100 - SLACK_MILLIS);
      latency.setLatency(200);
      assertThat(roundTripMillis(wire)).isGreaterThanOrEqualTo(200 - SLACK_MILLIS);
    }
  }

  @Test
  void shouldHandOnWhatLatencyHoldsWhenItIsRemoved() throws Exception {
    Latency latency = proxy.toxics().latency("l", ToxicDirection.UPSTREAM, FOREVER_MILLIS);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("a");
      assertThat(wire.silentFor(A_WHILE)).isTrue();
      wire.send("b");
      wire.send("c");
      latency.remove();
      assertThat(wire.read(3)).isEqualTo("abc");
    }
  }

  @Test
  void shouldKeepTheOrderUnderJitter() throws Exception {
    Latency latency = proxy.toxics().latency("l", ToxicDirection.UPSTREAM, 10);
    latency.setJitter(10);
    try (Wire wire = Wire.to(proxy)) {
      StringBuilder sent = new StringBuilder();
      for (int i = 0; i < 60; i++) {
        String text = String.format("%03d,", i);
        sent.append(text);
        wire.send(text);
      }
      assertThat(wire.read(sent.length())).isEqualTo(sent.toString());
    }
  }

  @Test
  void shouldDeliverDataBeforeTheEndThatFollowsIt() throws Exception {
    try (EchoServer brief =
        EchoServer.start((_, socket) -> socket.getOutputStream().write("bye".getBytes(UTF_8)))) {
      Proxy slow = server.client().createProxy("brief", "127.0.0.1:0", brief.address());
      slow.toxics().latency("l", ToxicDirection.DOWNSTREAM, 100);
      try (Wire wire = Wire.to(slow)) {
        assertThat(wire.read(3)).isEqualTo("bye");
        assertThat(wire.awaitEnd()).isEqualTo(Wire.Ending.CLOSED);
      }
    }
  }

  @Test
  void shouldThrottleToTheBandwidth() throws Exception {
    proxy.toxics().bandwidth("b", ToxicDirection.UPSTREAM, 500);
    byte[] sent = new byte[150_000];
    new Random(2).nextBytes(sent);
    try (Wire wire = Wire.to(proxy)) {
      long start = System.nanoTime();
      wire.send(sent);
      assertThat(wire.readBytes(sent.length)).isEqualTo(sent);
      // 150 KB at 500 KB/s are 300 ms.
      assertThat((System.nanoTime() - start) / 1_000_000).isGreaterThanOrEqualTo(250);
    }
  }

  @Test
  void shouldLetNothingThroughAtBandwidthZeroUntilItChanges() throws Exception {
    Bandwidth bandwidth = proxy.toxics().bandwidth("b", ToxicDirection.DOWNSTREAM, 0);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("held");
      assertThat(wire.silentFor(A_WHILE)).isTrue();
      bandwidth.setRate(1000);
      assertThat(wire.read(4)).isEqualTo("held");
    }
  }

  @Test
  void shouldHandOnWhatBandwidthHoldsWhenItIsRemoved() throws Exception {
    Bandwidth bandwidth = proxy.toxics().bandwidth("b", ToxicDirection.UPSTREAM, 0);
    byte[] sent = new byte[200_000];
    new Random(3).nextBytes(sent);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("x");
      assertThat(wire.silentFor(A_WHILE)).isTrue();
      bandwidth.remove();
      assertThat(wire.read(1)).isEqualTo("x");
      wire.send(sent);
      assertThat(wire.readBytes(sent.length)).isEqualTo(sent);
    }
  }

  @Test
  void shouldDelayTheEndByASlowClose() throws Exception {
    try (EchoServer brief = EchoServer.start((_, socket) -> socket.getOutputStream().write('x'))) {
      Proxy slow = server.client().createProxy("brief", "127.0.0.1:0", brief.address());
      slow.toxics().slowClose("s", ToxicDirection.DOWNSTREAM, 200);
      long start = System.nanoTime();
      try (Wire wire = Wire.to(slow)) {
        wire.read(1);
        assertThat(wire.awaitEnd()).isEqualTo(Wire.Ending.CLOSED);
        assertThat((System.nanoTime() - start) / 1_000_000)
            .isGreaterThanOrEqualTo(200 - SLACK_MILLIS);
      }
    }
  }

  @Test
  void shouldCloseAtOnceWhenASlowCloseIsRemoved() throws Exception {
    try (EchoServer brief = EchoServer.start((_, socket) -> socket.getOutputStream().write('x'))) {
      Proxy slow = server.client().createProxy("brief", "127.0.0.1:0", brief.address());
      SlowClose slowClose = slow.toxics().slowClose("s", ToxicDirection.DOWNSTREAM, FOREVER_MILLIS);
      try (Wire wire = Wire.to(slow)) {
        wire.read(1);
        assertThat(wire.silentFor(A_WHILE)).isTrue();
        slowClose.remove();
        assertThat(wire.awaitEnd()).isEqualTo(Wire.Ending.CLOSED);
      }
    }
  }

  @Test
  void shouldDropDataAndNeverCloseAtTimeoutZero() throws Exception {
    proxy.toxics().timeout("t", ToxicDirection.UPSTREAM, 0);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("lost");
      assertThat(wire.silentFor(A_WHILE)).isTrue();
      assertThat(echo.received()).isZero();
    }
  }

  @Test
  void shouldCloseAfterTheTimeout() throws Exception {
    proxy.toxics().timeout("t", ToxicDirection.UPSTREAM, 100);
    long start = System.nanoTime();
    try (Wire wire = Wire.to(proxy)) {
      wire.send("lost");
      wire.awaitEnd();
      assertThat((System.nanoTime() - start) / 1_000_000)
          .isGreaterThanOrEqualTo(100 - SLACK_MILLIS);
    }
    assertThat(echo.received()).isZero();
  }

  @Test
  void shouldCloseTheConnectionWhenATimeoutIsRemoved() throws Exception {
    Timeout timeout = proxy.toxics().timeout("t", ToxicDirection.DOWNSTREAM, 0);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("swallowed");
      Awaitility.await().until(() -> echo.received() == 9);
      assertThat(wire.silentFor(A_WHILE)).isTrue();
      timeout.remove();
      wire.awaitEnd();
    }
    try (Wire wire = Wire.to(proxy)) {
      roundTripMillis(wire);
    }
  }

  @Test
  void shouldResetPeersOfConnectionsOpenedAfterwards() throws Exception {
    proxy.toxics().resetPeer("r", ToxicDirection.DOWNSTREAM, 0);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("x");
      assertThat(wire.awaitEnd()).isEqualTo(Wire.Ending.RESET);
    }
    Awaitility.await().until(() -> echo.reset() == 1);
  }

  @Test
  void shouldResetNoSoonerThanTheTimeoutSays() throws Exception {
    proxy.toxics().resetPeer("r", ToxicDirection.DOWNSTREAM, 150);
    try (Wire wire = Wire.to(proxy)) {
      long start = System.nanoTime();
      wire.send("x");
      assertThat(wire.awaitEnd()).isEqualTo(Wire.Ending.RESET);
      assertThat((System.nanoTime() - start) / 1_000_000)
          .isGreaterThanOrEqualTo(150 - SLACK_MILLIS);
    }
  }

  @Test
  void shouldCloseOlderConnectionsWithoutReset() throws Exception {
    try (Wire wire = Wire.to(proxy)) {
      roundTripMillis(wire);
      ResetPeer reset = proxy.toxics().resetPeer("r", ToxicDirection.DOWNSTREAM, 0);
      wire.send("x");
      assertThat(wire.awaitEnd()).isEqualTo(Wire.Ending.CLOSED);
      reset.remove();
    }
  }

  @Test
  void shouldCloseAfterSoManyBytes() throws Exception {
    LimitData limit = proxy.toxics().limitData("d", ToxicDirection.DOWNSTREAM, 10);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("0123");
      assertThat(wire.read(4)).isEqualTo("0123");
      wire.send("456789ab");
      assertThat(wire.read(6)).isEqualTo("456789");
      wire.awaitEnd();
    }
    limit.setBytes(2);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("xyz");
      assertThat(wire.read(2)).isEqualTo("xy");
      wire.awaitEnd();
    }
  }

  @Test
  void shouldCountBytesOnAcrossAChangeOfTheLimit() throws Exception {
    LimitData limit = proxy.toxics().limitData("d", ToxicDirection.DOWNSTREAM, 100);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("0123");
      wire.read(4);
      limit.setBytes(6);
      wire.send("456789");
      assertThat(wire.read(2)).isEqualTo("45");
      wire.awaitEnd();
    }
  }

  @Test
  void shouldCloseOnTheFirstDataAtLimitZero() throws Exception {
    proxy.toxics().limitData("d", ToxicDirection.UPSTREAM, 0);
    try (Wire wire = Wire.to(proxy)) {
      assertThat(wire.silentFor(A_WHILE)).isTrue();
      wire.send("x");
      wire.awaitEnd();
    }
    assertThat(echo.received()).isZero();
  }

  @Test
  void shouldSliceDataWithoutChangingIt() throws Exception {
    Slicer slicer = proxy.toxics().slicer("s", ToxicDirection.DOWNSTREAM, 100, 2_000);
    slicer.setSizeVariation(20);
    byte[] sent = new byte[5_000];
    new Random(4).nextBytes(sent);
    try (Wire wire = Wire.to(proxy)) {
      long start = System.nanoTime();
      wire.send(sent);
      assertThat(wire.readBytes(sent.length)).isEqualTo(sent);
      // At least 5000 / 120 slices, each followed by 2 ms, but for the last.
      assertThat((System.nanoTime() - start) / 1_000_000).isGreaterThanOrEqualTo(40 * 2 - 10);
      byte[] some = new byte[5_000];
      slicer.setDelay(FOREVER_MILLIS * 1_000L);
      wire.send(sent);
      int first = wire.readSome(some);
      assertThat(first).isLessThan(5_000);
      slicer.remove();
      wire.readBytes(5_000 - first);
    }
  }

  @Test
  void shouldHandOnTheRestWhenASlicerIsRemoved() throws Exception {
    Slicer slicer = proxy.toxics().slicer("s", ToxicDirection.DOWNSTREAM, 10, 60_000_000);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("0123456789abcdefghijklmnopqrstuvwxyz0123");
      wire.read(1);
      assertThat(wire.silentFor(A_WHILE)).isFalse(); // the rest of the first slice
      slicer.remove();
      assertThat(wire.read(38)).isEqualTo("23456789abcdefghijklmnopqrstuvwxyz0123");
    }
  }

  @Test
  void shouldSpareConnectionsAccordingToToxicity() throws Exception {
    Toxic timeout = proxy.toxics().timeout("t", ToxicDirection.UPSTREAM, 50);
    timeout.setToxicity(0.5f);
    int spared = 0;
    int hit = 0;
    // Chance of no verdict: 2 * 0.5^60.
    for (int i = 0; i < 60 && (spared == 0 || hit == 0); i++) {
      try (Wire wire = Wire.to(proxy)) {
        wire.send("x");
        byte[] one = new byte[1];
        if (wire.readSome(one) == 1) {
          spared++;
        } else {
          hit++;
        }
      }
    }
    assertThat(spared).isPositive();
    assertThat(hit).isPositive();
    timeout.setToxicity(0);
    try (Wire wire = Wire.to(proxy)) {
      roundTripMillis(wire);
      assertThat(wire.silentFor(A_WHILE)).isTrue();
      roundTripMillis(wire);
    }
  }

  @Test
  void shouldKeepToxicsWhileDisabled() throws Exception {
    proxy.toxics().latency("l", ToxicDirection.UPSTREAM, 100);
    proxy.disable();
    proxy.enable();
    assertThat(proxy.toxics().getAll()).hasSize(1);
    try (Wire wire = Wire.to(proxy)) {
      assertThat(roundTripMillis(wire)).isGreaterThanOrEqualTo(100 - SLACK_MILLIS);
    }
  }

  @Test
  void shouldCloseConnectionsThatToxicsHoldWhenDisabled() throws Exception {
    proxy.toxics().latency("l", ToxicDirection.UPSTREAM, FOREVER_MILLIS);
    proxy.toxics().slowClose("s", ToxicDirection.DOWNSTREAM, FOREVER_MILLIS);
    try (Wire wire = Wire.to(proxy)) {
      wire.send("held");
      assertThat(wire.silentFor(A_WHILE)).isTrue();
      proxy.disable();
      wire.awaitEnd();
    }
    Awaitility.await().until(() -> echo.open() == 0);
  }

  @Test
  void shouldLoseNothingWhileToxicsComeAndGo() throws Exception {
    byte[] sent = new byte[1 << 20];
    new Random(5).nextBytes(sent);
    try (Wire wire = Wire.to(proxy);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> sending =
          threads.submit(
              () -> {
                for (int i = 0; i < sent.length; i += 4096) {
                  wire.send(java.util.Arrays.copyOfRange(sent, i, i + 4096));
                }
                return null;
              });
      Future<byte[]> received = threads.submit(() -> wire.readBytes(sent.length));
      for (int i = 0; !received.isDone(); i++) {
        ToxicDirection direction = i % 2 == 0 ? ToxicDirection.UPSTREAM : ToxicDirection.DOWNSTREAM;
        Latency latency = proxy.toxics().latency("l", direction, 3);
        Bandwidth bandwidth = proxy.toxics().bandwidth("b", direction, 20_000);
        Slicer slicer = proxy.toxics().slicer("s", direction, 3_000, 10);
        latency.setJitter(2);
        latency.remove();
        slicer.setAverageSize(500);
        bandwidth.remove();
        slicer.remove();
      }
      sending.get();
      assertThat(received.get()).isEqualTo(sent);
    }
  }
}
