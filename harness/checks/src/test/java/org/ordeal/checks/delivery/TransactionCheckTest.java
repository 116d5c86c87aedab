package org.ordeal.checks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Verdict;

class TransactionCheckTest {

  private final TransactionCheck check = new TransactionCheck();

  private static Script half(Script script, String value) {
    return script.done("send", value, value);
  }

  private static Script told(Script script, String f, String value, String decision) {
    return script.done(f, List.of(value, decision), List.of(value, decision));
  }

  /** One committed, one rolled back, one committed when the broker asked. */
  private static Script three() {
    Script script = new Script();
    told(half(script, "a"), "end", "a", "commit");
    told(half(script, "b"), "end", "b", "rollback");
    told(half(script, "c"), "end", "c", "unknown");
    return told(script, "answer", "c", "commit");
  }

  private static Script settled(Script script) {
    return script.done("settle", "group", "group");
  }

  @Test
  void shouldPassWhereJustTheCommittedAreSeen() {
    CheckResult result = settled(three()).drained("a", "c").check(check);

    assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldFindWhatWasRolledBackAndIsSeen() {
    CheckResult result = settled(three()).drained("a", "b", "c").check(check);

    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.anomalies())
        .singleElement()
        .satisfies(anomaly -> assertThat(anomaly.name()).isEqualTo("rolled-back-visible"));
  }

  @Test
  void shouldFindAHalfMessageThatIsSeenBeforeItsEnd() {
    Script script = half(new Script(), "d");
    script.done("poll", 0L, List.of(List.of(0L, "d")));
    told(script, "end", "d", "commit");
    told(half(script, "b"), "end", "b", "rollback");

    assertThat(settled(script).drained("d").check(check).counts())
        .containsEntry("uncommitted-visible", 1L)
        .doesNotContainKey("committed-missing");
  }

  @Test
  void shouldFindACommittedOneThatIsMissing() {
    CheckResult result = settled(three()).drained("a").check(check);

    assertThat(result.anomalies())
        .singleElement()
        .satisfies(
            anomaly -> {
              assertThat(anomaly.name()).isEqualTo("committed-missing");
              assertThat(anomaly.operations()).hasSize(2);
            });
  }

  @Test
  void shouldNotMissWhatTheBrokerMayStillAskAfter() {
    assertThat(three().drained("a").check(check).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void shouldNotMissWhatWasNeverAcknowledged() {
    Script script = three().invoke(1, "send", "e").info(1, "e", "time-out");

    assertThat(settled(script).drained("a", "c").check(check).verdict()).isEqualTo(Verdict.PASS);
  }
}
