package org.ordeal.runner.promise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Verdict;

class ScopeTest {

  private static final Promise KEEPS = new Promise(true, "It keeps them.");
  private static final Promise MAY_LOSE = new Promise(false, "It may lose them.");

  private static CheckResult judged(Scope scope, String check, Verdict verdict) {
    CheckResult result =
        new CheckResult(check, verdict, "What was found.", 1, 0, Map.of(), List.of(), Map.of());
    return Objects.requireNonNull(scope.applyTo(Map.of(check, result)).get(check));
  }

  @Test
  void shouldHoldASystemToWhatItPromised() {
    assertThat(
            judged(
                    new Scope("reference", KEEPS, false, true),
                    "linearizable-register",
                    Verdict.FAIL)
                .verdict())
        .isEqualTo(Verdict.FAIL);
    assertThat(
            judged(
                    new Scope("rocketmq:5.1.0", KEEPS, false, true),
                    "linearizable-cas-register",
                    Verdict.FAIL)
                .verdict())
        .isEqualTo(Verdict.FAIL);
  }

  @Test
  void shouldTellAndNotFailWhatWasNeverPromised() {
    CheckResult result =
        judged(
            new Scope("rocketmq:5.1.0", KEEPS, false, true), "linearizable-register", Verdict.FAIL);

    assertThat(result.verdict()).isEqualTo(Verdict.PASS);
    assertThat(result.reason()).startsWith("What was found.").contains("never promised");
    assertThat(
            judged(
                    new Scope("reference", MAY_LOSE, false, true),
                    "linearizable-cas-register",
                    Verdict.FAIL)
                .reason())
        .contains("It may lose them.");
  }

  @Test
  void shouldExcuseAFailureOnlyForWhatItIsSaidToBe() {
    Anomaly disorder =
        new Anomaly("order-violation", "orders-0", "Out of order.", List.of(), Map.of());
    Anomaly missing =
        new Anomaly("never-delivered", "orders-0", "It is gone.", List.of(), Map.of());

    assertThat(ordered(List.of(disorder))).isEqualTo(Verdict.PASS);
    assertThat(ordered(List.of(disorder, missing))).isEqualTo(Verdict.FAIL);
    assertThat(ordered(List.of())).as("a failure without a reason").isEqualTo(Verdict.FAIL);
  }

  private static Verdict ordered(List<Anomaly> found) {
    CheckResult result =
        new CheckResult(
            "ordered-delivery", Verdict.FAIL, "What was found.", 1, 0, Map.of(), found, Map.of());
    return Objects.requireNonNull(
            new Scope("rocketmq:5.1.0", KEEPS, false, true)
                .applyTo(Map.of("ordered-delivery", result))
                .get("ordered-delivery"))
        .verdict();
  }

  @Test
  void shouldLeaveAnUnknownAlone() {
    assertThat(
            judged(
                    new Scope("rocketmq:5.1.0", KEEPS, false, true),
                    "linearizable-register",
                    Verdict.UNKNOWN)
                .verdict())
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void shouldHoldEverythingThatIsRequired() {
    assertThat(
            judged(
                    Scope.of("rocketmq:5.1.0", KEEPS, "keeps", true),
                    "linearizable-register",
                    Verdict.FAIL)
                .verdict())
        .isEqualTo(Verdict.FAIL);
  }
}
