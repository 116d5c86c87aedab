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
  private static final Promise WAIVED = new Promise(false, true, "Waived.");

  @Test
  void shouldPermitALostTailWhereLossesArePermittedOnly() {
    Map<String, Long> lost =
        explained(Map.of("lost", 3L, "truncated", 1L, "consumed-then-lost", 2L));
    assertThat(verdict(MAY, lost)).isEqualTo(Verdict.PASS);
    assertThat(verdict(WAIVED, lost)).isEqualTo(Verdict.PASS);
    assertThat(verdict(KEEPS, lost)).isEqualTo(Verdict.FAIL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lost", "unreadable", "truncated", "consumed-then-lost"})
  void shouldNotPermitALossThatNoStrikeExplainsUnlessAllIsWaived(String anomaly) {
    Map<String, Long> counts = new TreeMap<>(explained(Map.of("lost", 3L)));
    counts.put(anomaly, 4L);
    counts.put(anomaly + "-across-strike", 3L);
    assertThat(verdict(MAY, counts)).isEqualTo(Verdict.FAIL);
    assertThat(verdict(KEEPS, counts)).isEqualTo(Verdict.FAIL);
    assertThat(verdict(WAIVED, counts)).isEqualTo(Verdict.PASS);
  }

  private static Map<String, Long> explained(Map<String, Long> counts) {
    Map<String, Long> all = new TreeMap<>(counts);
    counts.forEach((name, count) -> all.put(name + "-across-strike", count));
    return all;
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
    Map<String, Long> across = explained(Map.of("lost", 3L, anomaly, 2L));
    assertThat(verdict(MAY, across)).isEqualTo(Verdict.PASS);
    assertThat(verdict(KEEPS, across)).isEqualTo(Verdict.FAIL);
    Map<String, Long> one = new TreeMap<>(across);
    one.put(anomaly + "-across-strike", 1L);
    assertThat(verdict(MAY, one)).isEqualTo(Verdict.FAIL);
    one.remove(anomaly + "-across-strike");
    assertThat(verdict(MAY, one)).isEqualTo(Verdict.FAIL);
    // Without a loss there is nothing that it could follow from.
    assertThat(verdict(MAY, explained(Map.of(anomaly, 2L)))).isEqualTo(Verdict.FAIL);
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
    assertThat(verdict(MAY, explained(Map.of("lost", 3L, anomaly, 1L)))).isEqualTo(Verdict.FAIL);
    assertThat(verdict(KEEPS, Map.of(anomaly, 1L))).isEqualTo(Verdict.FAIL);
  }

  @Test
  void shouldNameInItsReasonWhatItPermitted() {
    assertThat(judgement(MAY, explained(Map.of("truncated", 1L, "unreadable", 4L))).reason())
        .startsWith("4 acknowledged messages are unreadable, which is permitted.");
    assertThat(judgement(MAY, explained(Map.of("lost", 3L, "unreadable", 4L))).reason())
        .startsWith("3 acknowledged messages were lost and 4 are unreadable, which is permitted.");
    assertThat(judgement(MAY, explained(Map.of("consumed-then-lost", 1L))).reason())
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
