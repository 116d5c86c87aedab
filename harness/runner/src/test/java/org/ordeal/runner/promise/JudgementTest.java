package org.ordeal.runner.promise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Verdict;

/** What a permitted loss permits, and what it never does. */
class JudgementTest {

  private static final Promise MAY = new Promise(false, "It may lose.");
  private static final Promise KEEPS = new Promise(true, "It keeps.");

  @Test
  void shouldPermitALostTailWhereLossesArePermittedOnly() {
    Map<String, Long> lost = Map.of("lost", 3L, "truncated", 1L, "consumed-then-lost", 2L);
    assertThat(verdict(MAY, lost)).isEqualTo(Verdict.PASS);
    assertThat(verdict(KEEPS, lost)).isEqualTo(Verdict.FAIL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inconsistent-offset",
        "nonmonotonic-offset",
        "stale-read",
        "end-offset-regression"
      })
  void shouldPermitWhatContradictsALostTailAcrossTheStrikeOnly(String anomaly) {
    Map<String, Long> across = Map.of("lost", 3L, anomaly, 2L, anomaly + "-across-strike", 2L);
    assertThat(verdict(MAY, across)).isEqualTo(Verdict.PASS);
    assertThat(verdict(KEEPS, across)).isEqualTo(Verdict.FAIL);
    Map<String, Long> one = Map.of("lost", 3L, anomaly, 2L, anomaly + "-across-strike", 1L);
    assertThat(verdict(MAY, one)).isEqualTo(Verdict.FAIL);
    assertThat(verdict(MAY, Map.of("lost", 3L, anomaly, 1L))).isEqualTo(Verdict.FAIL);
    // Without a loss there is nothing that it could follow from.
    assertThat(verdict(MAY, Map.of(anomaly, 2L, anomaly + "-across-strike", 2L)))
        .isEqualTo(Verdict.FAIL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "duplicate",
        "divergence",
        "unexpected",
        "aborted-read",
        "offset-gap",
        "group-offset-regression"
      })
  void shouldFailInEveryCellOverWhatNoLossExplains(String anomaly) {
    assertThat(verdict(MAY, Map.of("lost", 3L, anomaly, 1L))).isEqualTo(Verdict.FAIL);
    assertThat(verdict(KEEPS, Map.of(anomaly, 1L))).isEqualTo(Verdict.FAIL);
  }

  @Test
  void shouldNameInItsReasonWhatItPermitted() {
    assertThat(judgement(MAY, Map.of("truncated", 1L, "unreadable", 4L)).reason())
        .startsWith("4 acknowledged messages are unreadable, which is permitted.");
    assertThat(judgement(MAY, Map.of("lost", 3L, "unreadable", 4L)).reason())
        .startsWith("3 acknowledged messages were lost and 4 are unreadable, which is permitted.");
    assertThat(judgement(MAY, Map.of("consumed-then-lost", 1L)).reason())
        .startsWith("What had been read before the fault is gone, which is permitted.");
  }

  private static Verdict verdict(Promise promise, Map<String, Long> counts) {
    return judgement(promise, counts).verdict();
  }

  private static Judgement judgement(Promise promise, Map<String, Long> counts) {
    List<Anomaly> anomalies = new ArrayList<>();
    new TreeMap<>(counts)
        .keySet().stream()
            .filter(name -> !name.endsWith("-across-strike"))
            .forEach(name -> anomalies.add(new Anomaly(name, "q", name, List.of(), Map.of())));
    CheckResult check =
        new CheckResult("durability", Verdict.FAIL, "Found.", 10, 0, counts, anomalies, Map.of());
    return Judgement.of(
        new Judgement.Evidence(
            promise,
            Map.of("durability", check),
            List.of(),
            List.of(),
            List.of(),
            true,
            List.of()));
  }
}
