package org.ordeal.runner.shrink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.ordeal.history.Schedule;

class ShrinkerTest {

  private final Schedule schedule =
      new Schedule(
          7,
          120_000,
          List.of(
              entry(10_000, "kill", 8_000),
              entry(25_000, "pause", 8_000),
              entry(40_000, "partition", 8_000),
              entry(55_000, "power-loss", 8_000),
              entry(70_000, "latency", 8_000)));

  @Test
  void shouldLeaveOnlyTheFaultsThatAreNeeded() throws Exception {
    Shrinker.Outcome outcome =
        new Shrinker(s -> has(s, "pause") && has(s, "power-loss"), 1, 100, line -> {})
            .shrink(schedule);
    assertThat(outcome.reproduced()).isTrue();
    assertThat(outcome.schedule().faults().stream().map(Schedule.Entry::fault))
        .containsExactly("pause", "power-loss");
    assertThat(outcome.confirmations()).isEqualTo(1);
  }

  @Test
  void shouldShortenFaultsAndTheLoad() throws Exception {
    Shrinker.Outcome outcome =
        new Shrinker(
                s ->
                    s.faults().stream()
                        .anyMatch(
                            e -> e.fault().equals("partition") && e.durationMillis() >= 2_000),
                1,
                100,
                line -> {})
            .shrink(schedule);
    assertThat(outcome.schedule().faults())
        .singleElement()
        .satisfies(entry -> assertThat(entry.durationMillis()).isEqualTo(2_000));
    assertThat(outcome.schedule().durationMillis()).isEqualTo(40_000 + 2_000 + Shrinker.TAIL);
  }

  @Test
  void shouldFindThatNoFaultIsNeeded() throws Exception {
    Shrinker.Outcome outcome = new Shrinker(s -> true, 1, 100, line -> {}).shrink(schedule);
    assertThat(outcome.schedule().faults()).isEmpty();
  }

  @Test
  void shouldTryAgainWhatFailsOnlyNowAndThen() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Shrinker.Outcome outcome =
        new Shrinker(s -> has(s, "kill") && runs.incrementAndGet() % 2 == 0, 3, 200, line -> {})
            .shrink(schedule);
    assertThat(outcome.schedule().faults().stream().map(Schedule.Entry::fault))
        .containsExactly("kill");
    assertThat(outcome.confirmations()).isBetween(1, 2);
  }

  @Test
  void shouldSayWhereTheFailureDidNotShowAgain() throws Exception {
    Shrinker.Outcome outcome = new Shrinker(s -> false, 3, 100, line -> {}).shrink(schedule);
    assertThat(outcome.reproduced()).isFalse();
    assertThat(outcome.runs()).isEqualTo(3);
  }

  @Test
  void shouldKeepToItsBound() throws Exception {
    List<Schedule> tried = new ArrayList<>();
    new Shrinker(
            s -> {
              tried.add(s);
              return has(s, "pause") && has(s, "latency");
            },
            2,
            8,
            line -> {})
        .shrink(schedule);
    assertThat(tried).hasSizeLessThanOrEqualTo(10);
  }

  private static boolean has(Schedule schedule, String fault) {
    return schedule.faults().stream().anyMatch(e -> e.fault().equals(fault));
  }

  private static Schedule.Entry entry(long at, String fault, long duration) {
    return new Schedule.Entry(at, duration, fault, "one", List.of("n0"), Map.of());
  }
}
