package org.ordeal.reports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TimeBinsTest {
  @Test
  void shouldLoseNoCountWhenBinsGetWider() {
    TimeBins bins = new TimeBins();
    Random random = new Random(7);
    long time = 0;
    for (int i = 0; i < 100_000; i++) {
      time += random.nextInt(40_000_000);
      bins.count(i % 3 == 0 ? "a" : "b", time);
    }
    double a = Arrays.stream(bins.rates("a")).sum() * bins.widthNanos() / 1e9;
    double b = Arrays.stream(bins.rates("b")).sum() * bins.widthNanos() / 1e9;
    assertThat(Math.round(a)).isEqualTo(33_334);
    assertThat(Math.round(b)).isEqualTo(66_666);
    assertThat(bins.rates("a")).hasSizeLessThanOrEqualTo(TimeBins.MOST_BINS);
    assertThat(bins.rates("none")).containsOnly(0);
  }

  @Test
  void shouldKeepAnEventInTheBinOfItsTime() {
    TimeBins bins = new TimeBins();
    bins.count("x", 1_000_000_000L);
    bins.count("x", 3_600_000_000_000L);
    double[] rates = bins.rates("x");
    int at = (int) (1_000_000_000L / bins.widthNanos());
    assertThat(rates[at]).isPositive();
    assertThat(rates[(int) (3_600_000_000_000L / bins.widthNanos())]).isPositive();
  }
}
