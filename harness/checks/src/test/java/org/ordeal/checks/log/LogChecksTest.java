package org.ordeal.checks.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryChecks;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.Verdict;

class LogChecksTest {

  /** Only the anomalies among the counts. */
  private static Map<String, Long> anomalies(CheckResult result) {
    Map<String, Long> found = new TreeMap<>(result.counts());
    found.keySet().retainAll(LogAnalysis.ANOMALIES);
    return found;
  }

  private static void assertFails(CheckResult result, Object... namesAndCounts) {
    Map<String, Long> expected = new TreeMap<>();
    for (int i = 0; i < namesAndCounts.length; i += 2) {
      expected.put((String) namesAndCounts[i], ((Integer) namesAndCounts[i + 1]).longValue());
    }
    assertThat(anomalies(result)).isEqualTo(expected);
    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    for (Anomaly anomaly : result.anomalies()) {
      assertThat(anomaly.operations())
          .as(anomaly.summary())
          .isNotEmpty()
          .isSortedAccordingTo(Comparator.comparingLong(Operation::index));
    }
  }

  private static void assertPasses(CheckResult result) {
    assertThat(anomalies(result)).isEmpty();
    assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldPassWhenEverythingAcknowledgedIsWhereItWasAcknowledged() {
    CheckResult result =
        new LogHistory()
            .sent("1.0", 0)
            .sendFails("1.1")
            .sendUnknown("1.2")
            .sendUnknown("1.3")
            .sendWeaker("1.4")
            .sent("1.5", 2)
            .poll(0, "1.0", "1.2")
            .drain("n0", "1.0", "1.2", "1.5")
            .drain("n1", "1.0", "1.2", "1.5")
            .durability();

    assertPasses(result);
    assertThat(LogCounts.of(result)).isEqualTo(new LogCounts(6, 2, 1, 1, 2, 0, 0, 0, 1, 0, 0, 0));
  }

  @Test
  void shouldFindAnAcknowledgedMessageThatIsLostInTheMiddle() {
    CheckResult result =
        new LogHistory()
            .sent("1.0", 0)
            .sent("1.1", 1)
            .sent("1.2", 2)
            .drain("n0", "1.0", "", "1.2")
            .drain("n1", "1.0", "", "1.2")
            .durability();

    assertFails(result, "lost", 1, "offset-gap", 1);
    Anomaly lost =
        result.anomalies().stream().filter(a -> a.name().equals("lost")).findFirst().orElseThrow();
    assertThat(lost.operations()).extracting(Operation::index).containsExactly(2L, 3L);
    assertThat(lost.details()).containsEntry("value", "1.1").containsEntry("offset", 1L);
    assertThat(lost.key()).isEqualTo(LogHistory.KEY);
  }

  @Test
  void shouldTellPositionAndLengthOfWhatWasCutOff() {
    CheckResult result =
        new LogHistory()
            .sent("1.0", 0)
            .sent("1.1", 1)
            .sent("1.2", 2)
            .drain("n0", "1.0")
            .drain("n1", "1.0")
            .durability();

    assertFails(result, "lost", 2, "truncated", 1);
    Anomaly truncated =
        result.anomalies().stream()
            .filter(a -> a.name().equals("truncated"))
            .findFirst()
            .orElseThrow();
    assertThat(truncated.details())
        .containsEntry("where", "tail")
        .containsEntry("offset", 1L)
        .containsEntry("length", 2L);
  }

  @Test
  void shouldNotPassWhereANodeWasReadFromOneQueueOfItsGroupOnly() {
    CheckResult result =
        new LogHistory()
            .sent("1.0", 0)
            .drain("n0", "1.0")
            .drain("n1", "1.0")
            .on("t0-b-1")
            .sent("1.1", 0)
            .drain("n0", "1.1")
            .durability();

    assertThat(result.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(result.reason()).contains("t0-b-1 on n1: no drain");

    assertPasses(
        new LogHistory()
            .sent("1.0", 0)
            .drain("n0", "1.0")
            .on("t0-c-0")
            .sent("1.1", 0)
            .drain("n3", "1.1")
            .durability());
  }

  @Test
  void shouldNotPassAHistoryThatIsCutShort(@TempDir Path directory) throws IOException {
    String whole =
        """
        {"index":0,"time":1,"process":1,"type":"invoke","f":"send","value":"1.0","key":"t-0"}
        {"index":1,"time":2,"process":1,"type":"ok","f":"send","value":[0,"1.0"],"key":"t-0"}
        """;
    Path file = directory.resolve("history.jsonl");
    Files.writeString(file, whole);
    assertPasses(new LogCheck().check(HistorySource.of(file), CheckBudget.standard()));
    Files.writeString(file, whole + "{\"index\":2,\"time\":3,\"pro");
    CheckResult cut = new LogCheck().check(HistorySource.of(file), CheckBudget.standard());
    assertThat(cut.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(cut.reason()).contains("cut short");
  }

  @Test
  void shouldNotCountAWeakAcknowledgementAsLost() {
    assertPasses(new LogHistory().sent("1.0", 0).sendWeaker("1.1").drain("n0", "1.0").durability());
  }

  @Test
  void shouldAllowAnIndeterminateSendToAppearMuchLater() {
    assertPasses(
        new LogHistory()
            .sendUnknown("1.0")
            .sent("1.1", 0)
            .sent("1.2", 1)
            .drain("n0", "1.1", "1.2", "1.0")
            .durability());
  }

  @Test
  void shouldNotKnowWhereANodeCouldNotBeRead() {
    CheckResult result = new LogHistory().sent("1.0", 0).drain("n0").drainFails("n1").durability();

    assertThat(result.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(result.counts()).containsEntry("undecided", 1L).doesNotContainKey("lost");
    assertThat(result.reason()).contains("n1").contains("did not answer");
  }

  @Test
  void shouldNotKnowWithoutADrainOrWithoutAnAcknowledgement() {
    assertThat(new LogHistory().sent("1.0", 0).durability().verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(new LogHistory().sendUnknown("1.0").drain("n0").durability().verdict())
        .isEqualTo(Verdict.UNKNOWN);
    assertThat(new LogHistory().durability().verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void shouldJudgeALogWithoutADrainByItsReads() {
    assertPasses(new LogHistory().sent("1.0", 0).read(0, "1.0").log());
  }

  @Test
  void shouldCallAMessageUnreadableThatOnlyASecondDrainReturned() {
    assertFails(
        new LogHistory()
            .sent("1.0", 0)
            .drain("n0")
            .drain("n1")
            .drain("n0", "1.0")
            .drain("n1", "1.0")
            .durability(),
        "unreadable",
        1);
  }

  @Test
  void shouldCallAMessageUnreadableThatIsInANodesFiles() {
    CheckResult result =
        new LogHistory()
            .sent("1.0", 0)
            .sent("1.1", 1)
            .drain("n0", "1.0")
            .foundInFiles("n0", "1.1")
            .durability();

    assertFails(result, "unreadable", 1, "truncated", 1);
  }

  @Test
  void shouldFindAMessageThatNobodySent() {
    assertFails(
        new LogHistory().sent("1.0", 0).drain("n0", "1.0", "corrupt:17 bytes").durability(),
        "unexpected",
        1);
  }

  @Test
  void shouldFindAMessageThatWasReadBeforeItWasSent() {
    assertFails(
        new LogHistory().read(0, "1.0").sent("1.0", 0).drain("n0", "1.0").durability(),
        "unexpected",
        1);
  }

  @Test
  void shouldFindAMessageInAQueueThatItWasNotSentTo() {
    assertFails(
        new LogHistory()
            .sendUnknown("1.0")
            .drain("n0")
            .on("other")
            .sent("1.1", 0)
            .drain("n0", "1.1", "1.0")
            .durability(),
        "unexpected",
        1);
  }

  @Test
  void shouldFindAReadOfWhatCertainlyFailed() {
    assertFails(
        new LogHistory().sent("1.0", 0).sendFails("1.1").drain("n0", "1.0", "1.1").durability(),
        "aborted-read",
        1);
  }

  @Test
  void shouldFindADuplicateButTellTheClientsOwn() {
    assertFails(
        new LogHistory().sent("1.0", 0).drain("n0", "1.0", "1.0").durability(), "duplicate", 1);

    CheckResult twice =
        new LogHistory().sendUnknown("1.0").sent("1.0", 1).drain("n0", "1.0", "1.0").durability();
    assertThat(anomalies(twice)).doesNotContainKey("duplicate");
    assertThat(twice.counts()).containsEntry("duplicate-by-client", 1L);
  }

  @Test
  void shouldNotTakeASecondDrainOfTheSameForADuplicate() {
    assertPasses(
        new LogHistory().sent("1.0", 0).drain("n0", "1.0").drain("n0", "1.0").durability());
  }

  @Test
  void shouldFindTwoValuesAtOneOffset() {
    assertFails(
        new LogHistory().sendUnknown("1.1").sent("1.0", 0).read(0, "1.1").log(),
        "inconsistent-offset",
        1);
    assertFails(
        new LogHistory()
            .sendUnknown("1.0")
            .sendUnknown("1.1")
            .sent("1.2", 1)
            .poll(0, "1.0")
            .poll(0, "1.1")
            .log(),
        "inconsistent-offset",
        1);
  }

  @Test
  void shouldFindAMessageThatMoved() {
    assertFails(
        new LogHistory().sendUnknown("1.1").sent("1.0", 0).drain("n0", "1.1", "1.0").durability(),
        "inconsistent-offset",
        1,
        "truncated",
        1);
  }

  @Test
  void shouldFindAnOffsetThatNobodyCanRead() {
    assertFails(
        new LogHistory()
            .sent("1.0", 0)
            .sent("1.1", 2)
            .drain("n0", "1.0", "", "1.1")
            .drain("n1", "1.0", "", "1.1")
            .durability(),
        "offset-gap",
        1);
  }

  @Test
  void shouldFindOffsetsThatContradictRealTime() {
    assertFails(
        new LogHistory().sent("1.0", 1).sent("1.1", 0).drain("n0", "1.1", "1.0").durability(),
        "nonmonotonic-offset",
        1);
  }

  @Test
  void shouldFindAnIndeterminateSendBeforeOneThatWasAcknowledgedEarlier() {
    assertFails(
        new LogHistory().sent("1.0", 1).sendUnknown("1.1").drain("n0", "1.1", "1.0").durability(),
        "nonmonotonic-offset",
        1);
  }

  @Test
  void shouldAllowConcurrentSendsInEitherOrder() {
    assertPasses(
        new LogHistory()
            .invoke(1, "send", "1.0", null)
            .invoke(2, "send", "2.0", null)
            .ok(1, LogHistory.at(1, "1.0"))
            .ok(2, LogHistory.at(0, "2.0"))
            .drain("n0", "2.0", "1.0")
            .durability());
  }

  @Test
  void shouldFindAStaleRead() {
    CheckResult result = new LogHistory().sent("1.0", 0).read(0, null).log();

    assertFails(result, "stale-read", 1);
    assertThat(result.anomalies().getFirst().operations())
        .extracting(Operation::index)
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void shouldAllowAReadToMissWhatWasNotYetAcknowledgedWhenItBegan() {
    assertPasses(
        new LogHistory()
            .invoke(1, "send", "1.0", null)
            .invoke(2, "read", LogHistory.at(0, null), "n0")
            .ok(1, LogHistory.at(0, "1.0"))
            .ok(2, LogHistory.at(0, null))
            .read(1, null)
            .log());
  }

  @Test
  void shouldNotExpectAFollowingConsumerToSeeTheEnd() {
    assertPasses(new LogHistory().sent("1.0", 0).poll(0).drain("n0", "1.0").durability());
  }

  @Test
  void shouldFindAnEndThatWentBack() {
    assertFails(
        new LogHistory().sent("1.0", 0).maxOffset(1).maxOffset(0).log(),
        "end-offset-regression",
        1);
    assertPasses(new LogHistory().maxOffset(0).sent("1.0", 0).maxOffset(1).maxOffset(1).log());
  }

  @Test
  void shouldFindWhatWasConsumedAndThenLost() {
    assertFails(
        new LogHistory()
            .sent("1.0", 0)
            .sendUnknown("1.1")
            .poll(0, "1.0", "1.1")
            .drain("n0", "1.0")
            .durability(),
        "consumed-then-lost",
        1,
        "truncated",
        1);
  }

  @Test
  void shouldFindNodesThatServeDifferentValues() {
    CheckResult result =
        new LogHistory()
            .sent("1.0", 0)
            .sendUnknown("1.1")
            .drain("n0", "1.0", "1.1")
            .drain("n1", "1.0", "")
            .durability();

    assertFails(result, "divergence", 1);
    assertThat(LogCounts.of(result).divergent()).isEqualTo(1);
  }

  @Test
  void shouldFindANodeThatNoLongerServesTheHeadOfAQueue() {
    String[] values = {"1.0", "1.1", "1.2"};
    LogHistory sent = new LogHistory().sent("1.0", 0).sent("1.1", 1).sent("1.2", 2);
    CheckResult result = sent.drain("n0", values).drainFrom("n1", 2, values).durability();

    assertFails(result, "divergence", 1);
    assertThat(result.anomalies().getFirst().summary())
        .contains("n1 begins at offset 2", "2 earlier messages");
  }

  @Test
  void shouldFindNothingWhereAllNodesBeginAlike() {
    String[] values = {"1.0", "1.1", "1.2"};
    CheckResult result =
        new LogHistory()
            .sent("1.2", 2)
            .drainFrom("n0", 2, values)
            .drainFrom("n1", 2, values)
            .durability();

    assertThat(LogCounts.of(result).divergent()).isZero();
  }

  @Test
  void shouldFindOneNodeThatHoldsAnotherMessage() {
    assertFails(
        new LogHistory()
            .sent("1.0", 0)
            .sendUnknown("1.1")
            .sendUnknown("1.2")
            .drain("n0", "1.0", "1.1")
            .drain("n1", "1.0", "1.2")
            .drain("n2", "1.0", "1.2")
            .durability(),
        "divergence",
        2);
  }

  @Test
  void shouldCountEveryAnomalyButListFew() {
    LogHistory history = new LogHistory();
    for (int i = 0; i < 100; i++) {
      history.sent("1." + i, i);
    }
    CheckResult result = history.drain("n0").durability();

    assertThat(result.counts()).containsEntry("lost", 100L).containsEntry("truncated", 1L);
    assertThat(result.anomalies().stream().filter(a -> a.name().equals("lost")))
        .hasSize(Findings.KEPT);
  }

  @Test
  void shouldRefuseAHistoryWhoseValuesHaveAnotherForm() {
    assertThatThrownBy(() -> new LogHistory().invoke(1, "send", "1.0", null).ok(1, "1.0").log())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index 1");
  }

  @Test
  void shouldBeFoundByTheirNames() {
    assertThat(HistoryChecks.byName()).containsKeys("durability", "log", "availability");
  }
}
