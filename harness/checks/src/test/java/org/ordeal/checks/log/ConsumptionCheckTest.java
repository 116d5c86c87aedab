package org.ordeal.checks.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Verdict;

class ConsumptionCheckTest {

  private static LogHistory commit(LogHistory history, long offset) {
    return history.invoke(9, "commit", offset, "n0").ok(9, offset);
  }

  private static CheckResult check(LogHistory history) {
    return history.check(new ConsumptionCheck());
  }

  @Test
  void shouldPassWhenOffsetsComeInOrderAndTheGroupsOffsetWasCommitted() {
    LogHistory history = new LogHistory().poll(0, "1.0", "1.1").poll(2);
    commit(history, 1);
    commit(history, 2);
    history.invoke(9, "committed", null, "n0").ok(9, 1L);
    history.invoke(9, "committed", null, "n0").ok(9, null);

    assertThat(check(history).verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldFindASkip() {
    LogHistory history =
        new LogHistory()
            .invoke(1, "poll", 3L, "n0")
            .ok(1, List.of(List.of(3L, "a"), List.of(6L, "b")));

    CheckResult result = check(history);

    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.counts()).containsOnlyKeys("poll-skip");
    assertThat(result.anomalies().getFirst().summary()).contains("2 were left out");
  }

  @Test
  void shouldFindAPollThatGoesBack() {
    LogHistory history =
        new LogHistory()
            .invoke(1, "poll", 3L, "n0")
            .ok(1, List.of(List.of(3L, "a"), List.of(2L, "b")));

    assertThat(check(history).counts()).containsOnlyKeys("nonmonotonic-poll");
  }

  @Test
  void shouldFindAGroupOffsetThatNobodyCommitted() {
    LogHistory history = new LogHistory();
    commit(history, 5);
    history.invoke(9, "committed", null, "n0").ok(9, 4L);

    assertThat(check(history).counts()).containsOnlyKeys("group-offset-regression");
  }

  @Test
  void shouldNotKnowWhereNothingWasConsumed() {
    assertThat(check(new LogHistory().sent("1.0", 0)).verdict()).isEqualTo(Verdict.UNKNOWN);
  }
}
