package org.ordeal.checks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ordeal.history.CheckResult;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

class DelayCheckTest {

  private static final String VALUE = "1000ms-1.0";
  private static final long LATE = DelayCheck.LATE_BOUND.toMillis();

  private final DelayCheck check = new DelayCheck();

  private static Script sent() {
    return new Script().at(0).done("send", VALUE, VALUE);
  }

  private static Script seen(Script script, long millis) {
    return script.at(millis).done("poll", 0L, List.of(List.of(0L, VALUE)));
  }

  private CheckResult drained(Script script, String... values) {
    return script.at(100_000).drained(values).check(check);
  }

  @Test
  void shouldPassWhatComesInTime() {
    CheckResult result = drained(seen(sent(), 1_100), VALUE);

    assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldFindWhatComesEarly() {
    assertThat(drained(seen(sent(), 900), VALUE).counts()).containsOnlyKeys("early-delivery");
  }

  @Test
  void shouldFindWhatComesLateInQuietTimes() {
    assertThat(drained(seen(sent(), 1_100 + LATE), VALUE).counts())
        .containsOnlyKeys("late-delivery");
  }

  @Test
  void shouldNotAskPunctualityOfADisturbedSystem() {
    Script script = sent().at(LATE).nemesis(OperationType.INFO, "kill");

    assertThat(drained(seen(script, 1_100 + LATE), VALUE).verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldFindWhatNeverComes() {
    assertThat(drained(sent()).counts()).containsOnlyKeys("never-delivered");
  }

  @Test
  void shouldNotMissWhatIsNotDueForLong() {
    assertThat(sent().at(2_000).drained().check(check).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void shouldReadTheDelayOfAValue() {
    assertThat(DelayCheck.delayMillis(VALUE)).isEqualTo(1_000);
    assertThat(DelayCheck.delayMillis("12.5")).isEqualTo(-1);
  }
}
