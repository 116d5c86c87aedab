package org.ordeal.checks.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ordeal.history.OperationType;

/** Contradictions that a lost tail explains are counted apart from those that nothing explains. */
class StrikesTest {

  @Test
  void shouldTellThatOffsetsWereGivenOutAgainAcrossAStrike() {
    Map<String, Long> counts =
        new LogHistory()
            .sent("a", 0)
            .sent("b", 1)
            .nemesis(OperationType.INVOKE, "power-loss", "inject")
            .nemesis(OperationType.INFO, "power-loss", "healed")
            .sent("c", 1)
            .maxOffset(2)
            .drain("n0", "a", "c")
            .durability()
            .counts();
    assertThat(counts)
        .containsEntry("lost", 1L)
        .containsEntry("inconsistent-offset", 1L)
        .containsEntry("inconsistent-offset-across-strike", 1L)
        .containsEntry("nonmonotonic-offset", 1L)
        .containsEntry("nonmonotonic-offset-across-strike", 1L);
  }

  @Test
  void shouldTellTwoValuesAtOneOffsetApartThatNoStrikeDivides() {
    Map<String, Long> counts =
        new LogHistory()
            .sent("a", 0)
            .nemesis(OperationType.INVOKE, "power-loss", "inject")
            .nemesis(OperationType.INFO, "power-loss", "healed")
            .sent("b", 1)
            .sent("c", 1)
            .drain("n0", "a", "c")
            .durability()
            .counts();
    assertThat(counts)
        .containsEntry("inconsistent-offset", 1L)
        .doesNotContainKey("inconsistent-offset-across-strike")
        .doesNotContainKey("nonmonotonic-offset-across-strike");
  }

  @Test
  void shouldCompareWithWhatAnOffsetHeldSinceTheStrike() {
    Map<String, Long> counts =
        new LogHistory()
            .sent("a", 0)
            .nemesis(OperationType.INVOKE, "power-loss", "inject")
            .nemesis(OperationType.INFO, "power-loss", "healed")
            .sent("b", 0)
            .read(0, "b")
            .read(0, "d")
            .drain("n0", "b")
            .durability()
            .counts();
    assertThat(counts)
        .containsEntry("inconsistent-offset", 2L)
        .containsEntry("inconsistent-offset-across-strike", 1L);
  }

  @Test
  void shouldTakeNoFaultThatOnlyWeakensForAStrike() {
    Map<String, Long> counts =
        new LogHistory()
            .sent("a", 0)
            .nemesis(OperationType.INVOKE, "latency", "inject")
            .nemesis(OperationType.INFO, "latency", "healed")
            .sent("b", 0)
            .maxOffset(0)
            .drain("n0", "b")
            .durability()
            .counts();
    assertThat(counts)
        .containsEntry("inconsistent-offset", 1L)
        .doesNotContainKey("inconsistent-offset-across-strike")
        .doesNotContainKey("end-offset-regression-across-strike");
  }
}
