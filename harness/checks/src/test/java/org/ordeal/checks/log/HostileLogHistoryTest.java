package org.ordeal.checks.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

/** Histories made to lead the checks of logs into a false pass, a false alarm, or no end. */
class HostileLogHistoryTest {

  private static final CheckBudget LITTLE = new CheckBudget(Duration.ofMillis(300), 1 << 20);

  private static Operation event(
      long index, int process, OperationType type, String f, @Nullable Object value) {
    return new Operation(
        index,
        index,
        process,
        type,
        f,
        value,
        type == OperationType.INVOKE ? "q" : null,
        "n0",
        null);
  }

  private static CheckResult check(HistoryCheck check, CheckBudget budget, Operation... history) {
    try {
      return check.check(HistorySource.of("test", List.of(history)), budget);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void shouldNotMissALossWhereCompletionsNameNoKey() {
    CheckResult result =
        check(
            new DurabilityCheck(),
            CheckBudget.standard(),
            event(0, 1, OperationType.INVOKE, "send", "1.0"),
            event(1, 1, OperationType.OK, "send", List.of(0L, "1.0")),
            event(2, 2, OperationType.INVOKE, "drain-end", null),
            event(3, 2, OperationType.OK, "drain-end", List.of(0L, 0L)));

    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.counts()).containsEntry("lost", 1L);
  }

  @Test
  void shouldRefuseASendWithoutAQueueRatherThanPassItBy() {
    LogHistory history = new LogHistory().on(null).sent("1.0", 0);

    assertThatThrownBy(history::log)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index 0")
        .hasMessageContaining("key is missing");
  }

  @Test
  void shouldLetAClientSendAValueAgainAfterATimeOut() {
    CheckResult result =
        new LogHistory().sendUnknown("1.0").sent("1.0", 1).drain("n0", "1.0", "1.0").durability();

    assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.PASS);
    assertThat(result.counts()).containsEntry("duplicate-by-client", 1L);
  }

  @Test
  void shouldLetAClientSendAValueAgainToAnotherQueue() {
    CheckResult result =
        new LogHistory()
            .sendUnknown("1.0")
            .on("t0-b-1")
            .sent("1.0", 0)
            .drain("n0", "1.0")
            .on(LogHistory.KEY)
            .drain("n0")
            .durability();

    assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldNotTakeOneCopyOfAValueForTheOther() {
    CheckResult result =
        new LogHistory()
            .sent("1.0", 0)
            .sent("1.1", 1)
            .sent("1.0", 2)
            .drain("n0", "", "1.1", "1.0")
            .durability();

    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.counts()).containsEntry("lost", 1L);
  }

  @Test
  void shouldFindWhatALaterDrainNoLongerReturns() {
    CheckResult result =
        new LogHistory()
            .sent("1.0", 0)
            .sent("1.1", 1)
            .drain("n0", "1.0", "1.1")
            .drain("n0", "1.0")
            .durability();

    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.counts()).containsEntry("consumed-then-lost", 1L);
    assertThat(new LogHistory().sent("1.0", 0).drain("n0", "1.0").drain("n0", "1.0").durability())
        .extracting(CheckResult::verdict)
        .isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldFindAReadThatIsAnsweredElsewhere() {
    CheckResult result =
        new LogHistory()
            .sent("1.0", 0)
            .invoke(1, "read", LogHistory.at(0, null), "n0")
            .ok(1, LogHistory.at(7, null))
            .log();

    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.counts()).containsEntry("inconsistent-offset", 1L);
  }

  @Test
  void shouldNotPassAQueueThatWasLeftOutOfTheDrain() {
    CheckResult result =
        new LogHistory().sent("1.0", 0).on("t0-b-1").sent("1.1", 0).drain("n0", "1.1").log();

    assertThat(result.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(result.reason()).contains("not read to their end");
  }

  @Test
  void shouldEndWhereANodeNamesAnEndlessQueue() {
    CheckResult result =
        check(
            new DurabilityCheck(),
            LITTLE,
            event(0, 1, OperationType.INVOKE, "send", "1.0"),
            event(1, 1, OperationType.OK, "send", List.of(0L, "1.0")),
            event(2, 2, OperationType.INVOKE, "drain", 0L),
            event(3, 2, OperationType.OK, "drain", List.of(List.of(0L, "1.0"))),
            event(4, 2, OperationType.INVOKE, "drain-end", null),
            event(5, 2, OperationType.OK, "drain-end", List.of(0L, Long.MAX_VALUE)));

    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.counts()).containsKey("offset-gap");
  }

  @Test
  void shouldNotKnowWhereTheMemoryDoesNotSuffice() {
    List<Operation> sparse = new ArrayList<>();
    List<Operation> commits = new ArrayList<>();
    for (int i = 0; i < 60_000; i += 2) {
      sparse.add(event(i, 1, OperationType.INVOKE, "send", "1." + i));
      sparse.add(event(i + 1, 1, OperationType.OK, "send", List.of(i * 1_000_000L, "1." + i)));
      commits.add(event(i, 1, OperationType.INVOKE, "commit", (long) i));
      commits.add(event(i + 1, 1, OperationType.OK, "commit", (long) i));
    }
    Operation[] sends = sparse.toArray(Operation[]::new);
    for (HistoryCheck check : List.of(new LogCheck(), new DurabilityCheck())) {
      assertThat(check(check, LITTLE, sends).verdict()).isEqualTo(Verdict.UNKNOWN);
    }
    assertThat(check(new ConsumptionCheck(), LITTLE, commits.toArray(Operation[]::new)))
        .satisfies(result -> assertThat(result.verdict()).isEqualTo(Verdict.UNKNOWN))
        .satisfies(result -> assertThat(result.reason()).contains("used up"));
    CheckBudget bytes = new CheckBudget(Duration.ofMinutes(1), 1000);
    assertThat(check(new AvailabilityCheck(), bytes, sends))
        .satisfies(result -> assertThat(result.verdict()).isEqualTo(Verdict.UNKNOWN))
        .satisfies(result -> assertThat(result.reason()).contains("used up"));
  }

  @Test
  void shouldRefusePollsAndCommitsOfAnotherForm() {
    for (Object wrong : List.of(List.of(List.of()), List.of("a"), "a")) {
      LogHistory history = new LogHistory().invoke(1, "poll", 0L, "n0").ok(1, wrong);
      assertThatThrownBy(() -> history.check(new ConsumptionCheck()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("index 1");
    }
    LogHistory history = new LogHistory().invoke(1, "committed", null, "n0").ok(1, "five");
    assertThatThrownBy(() -> history.check(new ConsumptionCheck()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldFindASkipWhereCompletionsNameNoKey() {
    CheckResult result =
        check(
            new ConsumptionCheck(),
            CheckBudget.standard(),
            event(0, 1, OperationType.INVOKE, "poll", 0L),
            event(1, 1, OperationType.OK, "poll", List.of(List.of(1L, "a"))));

    assertThat(result.counts()).containsOnlyKeys("poll-skip");
  }

  @Test
  void shouldMeasureAHistoryThatBeginsBeforeItsZero() throws IOException {
    LogHistory history = new LogHistory().at(-5000).sendUnknown("1.0").at(1000).sent("1.1", 0);

    assertThat(Availability.of(history.source()).unavailability().getFirst().longestMillis())
        .isEqualTo(6001);
  }
}
