package org.ordeal.checks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ordeal.checks.linearizability.LinearizabilityCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Verdict;

class DisplacementCheckTest {

  private final DisplacementCheck check = new DisplacementCheck();

  @Test
  void shouldFindAnAcknowledgedOperationThatIsNotInItsPlace() {
    CheckResult result =
        new Script()
            .done("write", 1L, 1L)
            .invoke(1, "read", null)
            .info(1, null, DisplacementCheck.DISPLACED + "acknowledged at offset 3")
            .check(check);

    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.counts()).containsEntry("inconsistent-offset", 1L);
    assertThat(result.anomalies().getFirst().operations()).hasSize(2);
  }

  @Test
  void shouldBeQuietAboutOutcomesThatNobodyKnows() {
    CheckResult result =
        new Script()
            .done("write", 1L, 1L)
            .invoke(1, "read", null)
            .info(1, null, "time-out")
            .check(check);

    assertThat(result.verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldNotKnowWhereNothingWasAcknowledged() {
    assertThat(new Script().check(check).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void shouldLetARegistersHistoryHaveADrain() {
    CheckResult result =
        new Script()
            .on("t0-b-0/register-0")
            .done("write", 1L, 1L)
            .done("read", null, 1L)
            .on("t0-b-0")
            .drained("write~register-0~0~1~1.0")
            .check(new LinearizabilityCheck("cas-register"));

    assertThat(result.verdict()).isEqualTo(Verdict.PASS);
  }
}
