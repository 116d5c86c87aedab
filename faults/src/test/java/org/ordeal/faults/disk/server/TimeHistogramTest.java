package org.ordeal.faults.disk.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimeHistogramTest {

  @Test
  void shouldKnowTheMedianWithinAFactorOfTwo() {
    TimeHistogram times = new TimeHistogram();
    assertThat(times.median()).isZero();
    for (int i = 0; i < 100; i++) {
      times.add(1_000_000 + i);
    }
    assertThat(times.median()).isBetween(1_000_000L, 2_100_000L);
  }

  @Test
  void shouldNotBeMovedByAFewThatWereHeldBack() {
    TimeHistogram times = new TimeHistogram();
    for (int i = 0; i < 20; i++) {
      times.add(1_000_000);
    }
    for (int i = 0; i < 10; i++) {
      times.add(60_000_000_000L);
    }
    assertThat(times.median()).isLessThan(2_100_000L);
    for (int i = 0; i < 31; i++) {
      times.add(Long.MAX_VALUE);
    }
    assertThat(times.median()).isEqualTo(Long.MAX_VALUE);
    times.add(0);
    times.add(-1);
  }
}
