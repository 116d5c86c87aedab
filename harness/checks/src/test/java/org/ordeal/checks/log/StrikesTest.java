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

  @Test
  void shouldTellALossOfWhatWasSentBeforeAStrikeFromOneOfWhatWasSentWhenAllWasWellAgain() {
    Map<String, Long> counts =
        new LogHistory()
            .sent("a", 0)
            .nemesis(OperationType.INVOKE, "power-loss", "inject")
            .sent("b", 1)
            .nemesis(OperationType.INFO, "power-loss", "healed")
            .sent("c", 2)
            .nemesis(OperationType.INFO, "recovery", "")
            .sent("d", 3)
            .sent("e", 4)
            .drain("n0", "", "", "", "", "e")
            .durability()
            .counts();
    assertThat(counts)
        .containsEntry("lost", 4L)
        .containsEntry("lost-across-strike", 3L)
        .containsEntry("truncated", 1L)
        .doesNotContainKey("truncated-across-strike");
  }

  @Test
  void shouldGiveAStrikeTenSecondsToSettleWhereNobodyLooked() {
    LogHistory history =
        new LogHistory()
            .at(0)
            .nemesis(OperationType.INVOKE, "power-loss", "inject")
            .nemesis(OperationType.INFO, "power-loss", "healed")
            .at(9_000)
            .sent("a", 0)
            .at(10_500)
            .sent("b", 1)
            .drain("n0");
    assertThat(history.durability().counts())
        .containsEntry("lost", 2L)
        .containsEntry("lost-across-strike", 1L);
  }

  @Test
  void shouldTakeDamageOnADiskForAStrikeThatLasts() {
    Map<String, Long> counts =
        new LogHistory()
            .nemesis(OperationType.INVOKE, "bit-flip", "inject")
            .nemesis(OperationType.INFO, "bit-flip", "healed")
            .nemesis(OperationType.INFO, "recovery", "")
            .sent("a", 0)
            .drain("n0")
            .foundInFiles("n0", "a")
            .durability()
            .counts();
    assertThat(counts)
        .containsEntry("unreadable", 1L)
        .containsEntry("unreadable-across-strike", 1L);
  }

  @Test
  void shouldAskOfAMessageThatALaterDrainLacksWhenItWasSent() {
    Map<String, Long> counts =
        new LogHistory()
            .sent("a", 0)
            .nemesis(OperationType.INVOKE, "power-loss", "inject")
            .nemesis(OperationType.INFO, "power-loss", "healed")
            .nemesis(OperationType.INFO, "recovery", "")
            .sent("b", 1)
            .drain("n0", "a", "b")
            .drain("n0")
            .durability()
            .counts();
    assertThat(counts)
        .containsEntry("consumed-then-lost", 2L)
        .containsEntry("consumed-then-lost-across-strike", 1L);
  }
}
