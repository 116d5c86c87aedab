package org.ordeal.checks.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Unavailability;
import org.ordeal.history.Verdict;

class AvailabilityTest {

  private static LogHistory outage() {
    return new LogHistory()
        .sent("1.0", 0)
        .at(100)
        .invoke(1, "send", "2.0", null)
        .at(1000)
        .invoke(2, "send", "2.1", null)
        .at(1100)
        .info(1, "time-out")
        .fail(2, "busy")
        .at(3000)
        .invoke(3, "send", "2.2", null)
        .at(3050)
        .ok(3, LogHistory.at(1, "2.2"));
  }

  @Test
  void shouldMeasureFromTheFirstFailureToTheNextSuccess() throws IOException {
    Availability availability = Availability.of(outage().source());

    Unavailability queue = availability.unavailability().get(1);
    assertThat(queue.key()).isEqualTo(LogHistory.KEY);
    assertThat(queue.windows())
        .containsExactly(new Unavailability.Window(100_000_000L, 3_050_000_000L));
    assertThat(queue.longestMillis()).isEqualTo(2950);
    assertThat(availability.unavailability().getFirst().key()).isEqualTo("*");
  }

  @Test
  void shouldTellTheShareOfQueuesThatCouldBeWrittenEachSecond() throws IOException {
    Availability availability =
        Availability.of(outage().at(3060).on("t0-b-1").sendUnknown("9.0").source());

    assertThat(availability.writable()).containsExactly(1.0, 0.0, 0.0, 0.5);
  }

  @Test
  void shouldNotCallTheClusterUnavailableWhileAnotherQueueTakesMessages() throws IOException {
    Availability availability =
        Availability.of(
            outage()
                .at(3100)
                .invoke(7, "send", "7.0", null)
                .on("t0-b-1")
                .at(3200)
                .sent("8.0", 0)
                .at(9000)
                .source());

    assertThat(availability.unavailability())
        .filteredOn(u -> u.key().equals("*"))
        .singleElement()
        .satisfies(all -> assertThat(all.windows().getLast().toNanos()).isEqualTo(3_201_000_000L));
  }

  @Test
  void shouldFindNoWindowWhereNothingFailed() throws IOException {
    assertThat(Availability.of(new LogHistory().sent("1.0", 0).sent("1.1", 1).source()))
        .satisfies(
            availability ->
                assertThat(availability.unavailability())
                    .allSatisfy(u -> assertThat(u.windows()).isEmpty()));
  }

  @Test
  void shouldNotKnowWhereNothingWasEverWritten() {
    CheckResult result = new LogHistory().sendUnknown("1.0").check(new AvailabilityCheck());

    assertThat(result.verdict()).isEqualTo(Verdict.UNKNOWN);
  }
}
