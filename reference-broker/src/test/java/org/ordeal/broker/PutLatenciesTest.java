package org.ordeal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PutLatenciesTest {
  private final PutLatencies latencies = new PutLatencies();

  @Test
  void shouldSayNothingOfNothing() {
    assertThat(latencies.percentileMillis(0.99)).isZero();
    assertThat(latencies.distribution()).startsWith("[<=0ms]:0 [0~10ms]:0 ").endsWith("[10s~]:0 ");
  }

  @Test
  void shouldTellRangesAndPercentiles() {
    for (var i = 0; i < 98; i++) {
      latencies.record(400_000);
    }
    latencies.record(70_000_000);
    latencies.record(12_000_000_000L);

    assertThat(latencies.distribution())
        .startsWith("[<=0ms]:98 [0~10ms]:0 [10~50ms]:0 [50~100ms]:1 ")
        .endsWith("[10s~]:1 ");
    assertThat(latencies.percentileMillis(0.5)).isBetween(0.4, 0.5);
    assertThat(latencies.percentileMillis(0.99)).isBetween(70.0, 87.5);
    assertThat(latencies.percentileMillis(0.999)).isBetween(12_000.0, 15_000.0);
  }
}
