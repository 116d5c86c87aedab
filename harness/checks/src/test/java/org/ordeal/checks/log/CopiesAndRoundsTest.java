package org.ordeal.checks.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.linearizability.LinearizabilityCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Verdict;

/** Values that are sent again, and drains in several rounds. */
class CopiesAndRoundsTest {

  private static LogHistory three() {
    return new LogHistory().on("q").sent("a", 0).sent("b", 1).sent("c", 2);
  }

  private static void assertFails(LogHistory history, String anomaly) {
    CheckResult result = history.durability();
    assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.FAIL);
    assertThat(result.counts()).as(result.reason()).containsKey(anomaly);
  }

  private static void assertPasses(LogHistory history) {
    CheckResult result = history.durability();
    assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldJudgeANodeByWhatItServesInItsLastRound() {
    assertFails(
        three()
            .drain("n0", "a", "b", "c")
            .drain("n1", "a", "b", "c")
            .drain("n0", "a", "b", "c")
            .drain("n1", "a"),
        "divergence");
    assertFails(
        three()
            .drain("n0", "a", "b", "c")
            .drain("n1", "a", "b", "c")
            .drain("n0", "a", "b", "c")
            .drain("n1", "a", "", "c"),
        "divergence");
    assertPasses(
        three()
            .drain("n0", "a", "b", "c")
            .drain("n1", "a", "b", "c")
            .drain("n0", "a", "b", "c")
            .drain("n1", "a", "b", "c"));
    CheckResult unfinished =
        three().drain("n0", "a", "b", "c").drain("n0", "a").drainFails("n0").durability();
    assertThat(unfinished.verdict()).as(unfinished.reason()).isNotEqualTo(Verdict.PASS);
  }

  @Test
  void shouldMissACopyThatALaterRoundDoesNotReturn() {
    assertFails(
        new LogHistory()
            .sent("a", 0)
            .sent("a", 1)
            .sent("b", 2)
            .drain("n0", "a", "a", "b")
            .drainFrom("n0", 0, "", "", "b"),
        "lost");
  }

  @Test
  void shouldNotTakeASecondFailureForALeaveToStore() {
    assertFails(
        three().sendFails("x").sendFails("x").drain("n0", "a", "b", "c", "x"), "aborted-read");
    assertPasses(three().sendFails("x").sendFails("x").drain("n0", "a", "b", "c"));
    assertPasses(three().sendFails("x").sent("x", 3).drain("n0", "a", "b", "c", "x"));
  }

  @Test
  void shouldAllowAsManyCopiesAsSendsThatMayHaveStoredOne() {
    assertFails(three().sendFails("a").drain("n0", "a", "b", "c", "a"), "duplicate");
    assertFails(three().sent("a", 3).drain("n0", "a", "b", "c", "a", "a"), "duplicate");
    assertPasses(three().sent("a", 3).drain("n0", "a", "b", "c", "a"));
    assertPasses(three().sendUnknown("a").drain("n0", "a", "b", "c", "a"));
    assertPasses(three().sendUnknown("a").drain("n0", "a", "b", "c"));
  }

  @Test
  void shouldJudgeEachQueueByTheSendsToIt() {
    LogHistory history = three().sendFails("x").on("r").sent("x", 0).drain("n0", "x").on("q");
    assertFails(history.drain("n0", "a", "b", "c", "x"), "aborted-read");
  }

  @Test
  void shouldNotFindACopyInAQueueThatItWasNeverSentTo() {
    LogHistory history = three().sent("a", 3).drain("n0", "a", "b", "c", "a");
    assertFails(history.on("r").drain("n0", "a"), "unexpected");
  }

  /** Each send and each place is looked at once, or this would take minutes. */
  @Test
  @Timeout(60)
  void shouldComeToAnEndHoweverOftenOneValueWasSent() {
    int copies = 150_000;
    LogHistory history = new LogHistory();
    for (int i = 0; i < copies; i++) {
      history.sent("a", i);
    }
    String[] all = new String[copies];
    Arrays.fill(all, "a");
    assertPasses(history.drain("n0", all));
  }

  @Test
  void shouldHoldEachSendToItsOwnPlaceInTheOrder() {
    assertFails(new LogHistory().sent("a", 0).sent("a", 0).drain("n0", "a"), "nonmonotonic-offset");
    assertFails(
        new LogHistory()
            .sendUnknown("x")
            .sent("a", 2)
            .sent("b", 3)
            .sent("b", 1)
            .drain("n0", "x", "b", "a", "b"),
        "nonmonotonic-offset");
  }

  @Test
  void shouldSeeAGapBelowWhatWasReturnedBeyondTheEnd() {
    LogHistory history = three().sendUnknown("x");
    history.invoke(90, "drain", 0L, "n0");
    history.ok(
        90,
        List.of(
            LogHistory.at(0, "a"),
            LogHistory.at(1, "b"),
            LogHistory.at(2, "c"),
            LogHistory.at(7, "x")));
    history.invoke(90, "drain-end", null, "n0").ok(90, List.of(0L, 3L));
    assertFails(history, "offset-gap");
  }

  @Test
  void shouldNotBelieveAnAcknowledgementOfAnotherMessageOrOfNoPlace() {
    LogHistory other = new LogHistory();
    other.invoke(1, "send", "a", null).ok(1, LogHistory.at(0, "zz"));
    assertFails(other.drain("n0", "a"), "inconsistent-offset");
    LogHistory nowhere = new LogHistory();
    nowhere.invoke(1, "send", "a", null).ok(1, LogHistory.at(-1, "a"));
    assertFails(nowhere.drain("n0", "a"), "inconsistent-offset");
  }

  @Test
  void shouldEndWithinItsBudgetWhateverANodeSaysOfItsBeginning() throws IOException {
    LogHistory history = three().drain("n0", "a", "b", "c");
    long far = 9_000_000_000_000_000_000L;
    history.invoke(90, "drain-end", null, "n0").ok(90, List.of(0L, far));
    history.invoke(91, "drain-end", null, "n1").ok(91, List.of(far, far));
    CheckResult result =
        new DurabilityCheck().check(history.source(), CheckBudget.ofTime(Duration.ofMillis(500)));
    assertThat(result.verdict()).isNotEqualTo(Verdict.PASS);
    assertThat(result.seconds()).isLessThan(60);
  }

  @Test
  void shouldHoldAReadFarBeyondTheEndToTheOffsetItAskedFor() {
    long far = 1L << 30;
    for (long answered : new long[] {far, far + 1}) {
      LogHistory history = new LogHistory().sent("a", 0);
      history.invoke(2, "read", LogHistory.at(far, null), null);
      history.ok(2, Arrays.asList(answered, null));
      CheckResult result = history.check(new LinearizabilityCheck("log"));
      assertThat(result.verdict())
          .as("answered %d", answered)
          .isEqualTo(answered == far ? Verdict.PASS : Verdict.FAIL);
    }
  }
}
