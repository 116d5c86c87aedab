package org.ordeal.checks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ordeal.history.CheckResult;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

class OrderedDeliveryCheckTest {

  private final OrderedDeliveryCheck check = new OrderedDeliveryCheck();

  private static List<Object> at(long offset, String value) {
    return List.of(offset, value);
  }

  private static Script consumed(Script script, int consumer, long offset, String value) {
    return script.invoke(consumer, "consume", at(offset, value)).ok(consumer, at(offset, value));
  }

  /** One process sends two messages to one queue. */
  private static Script twoSent() {
    Script script = new Script();
    for (int i = 0; i < 2; i++) {
      script.invoke(7, "send", "7." + i).ok(7, at(i, "7." + i));
    }
    return script;
  }

  private CheckResult settled(Script script) {
    return script.on("settling").done("settle", "group", "group").check(check);
  }

  @Test
  void shouldPassWhatComesInOrderAndAgainAfterAChangeOfOwner() {
    Script script = twoSent();
    consumed(script, 1, 0, "7.0");
    consumed(script, 1, 1, "7.1");
    consumed(script, 2, 0, "7.0");
    consumed(script, 2, 1, "7.1");

    CheckResult result = settled(script);

    assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldFindTwoOwners() {
    Script script = twoSent();
    script
        .invoke(1, "consume", at(0, "7.0"))
        .invoke(2, "consume", at(0, "7.0"))
        .ok(1, at(0, "7.0"))
        .ok(2, at(0, "7.0"));
    consumed(script, 2, 1, "7.1");

    CheckResult result = settled(script);

    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.counts()).containsEntry("double-ownership", 1L);
    assertThat(result.anomalies()).hasSize(1);
    assertThat(result.anomalies().getFirst().operations()).hasSize(2);
  }

  @Test
  void shouldTakeAConsumerThatNeverFinishedForKilled() {
    Script script = twoSent();
    script.invoke(1, "consume", at(0, "7.0"));
    consumed(script, 2, 0, "7.0");
    consumed(script, 2, 1, "7.1");

    assertThat(settled(script).verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldFindAMessageThatOvertakesTheOneBefore() {
    Script script = twoSent();
    consumed(script, 1, 1, "7.1");
    consumed(script, 1, 0, "7.0");

    assertThat(settled(script).anomalies())
        .singleElement()
        .satisfies(
            anomaly -> {
              assertThat(anomaly.name()).isEqualTo("order-violation");
              assertThat(anomaly.summary()).contains("7.1").contains("7.0");
            });
  }

  @Test
  void shouldNotTakeAMessageThatWasGivenBackForConsumed() {
    Script script = twoSent();
    script.invoke(1, "consume", at(0, "7.0")).end(1, OperationType.FAIL, at(0, "7.0"), "back");
    consumed(script, 1, 1, "7.1");

    assertThat(settled(script).counts()).containsKeys("order-violation", "never-delivered");
  }

  @Test
  void shouldLetMessagesOfDifferentProcessesOvertakeEachOther() {
    Script script = new Script().sent("1.0", 0).sent("2.0", 1);
    consumed(script, 1, 1, "2.0");
    consumed(script, 1, 0, "1.0");

    assertThat(settled(script).verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldFindWhatWasPassedOver() {
    Script script = new Script().sent("1.0", 0).sent("2.0", 1);
    consumed(script, 1, 1, "2.0");

    assertThat(script.check(check).counts()).containsEntry("never-delivered", 1L);
  }

  @Test
  void shouldLeaveOpenWhatMayBeDeliveredYet() {
    Script script = twoSent();
    consumed(script, 1, 0, "7.0");

    assertThat(script.check(check).verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(settled(script).counts()).containsEntry("never-delivered", 1L);
  }

  @Test
  void shouldNotKnowWhereNothingWasConsumed() {
    assertThat(settled(new Script()).verdict()).isEqualTo(Verdict.UNKNOWN);
  }
}
