package org.ordeal.faults.toxiproxy;

import static org.assertj.core.api.Assertions.assertThat;

import eu.rekawek.toxiproxy.Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
abstract class ProxyBehaviourConformance {
  private final TestServer.Kind kind;

  ProxyBehaviourConformance(TestServer.Kind kind) {
    this.kind = kind;
  }

  @Test
  void shouldCarryDataBothWays() throws Exception {
    try (TestServer server = kind.start();
        EchoServer echo = EchoServer.start()) {
      Proxy proxy = server.client().createProxy("p", "127.0.0.1:0", echo.address());
      try (Wire wire = Wire.to(proxy)) {
        wire.send("hello");
        assertThat(wire.read(5)).isEqualTo("hello");
      }
    }
  }
}
