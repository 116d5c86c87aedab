package org.ordeal.checks.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ordeal.checks.CheckBudget;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;

class CompiledHistoryTest {

  /** Events whose coming is counted. */
  private static final class CountedEvents implements OperationStream {
    private static final int COUNT = 1000;
    private int given;

    @Override
    public boolean hasNext() {
      return given < COUNT;
    }

    @Override
    public Operation next() {
      int index = given++;
      OperationType type = index % 2 == 0 ? OperationType.INVOKE : OperationType.OK;
      return new Operation(index, index, 0, type, "read", null, null, null, null);
    }

    @Override
    public Optional<String> truncated() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  @Test
  void shouldLookAtTheTimeEveryFewEventsSinceEachMayHaveMegabytesOfBlanksBeforeIt() {
    CountedEvents events = new CountedEvents();
    Limits limits = new Limits(CheckBudget.ofTime(Duration.ofNanos(1)));
    assertThatThrownBy(() -> CompiledHistory.compile(events, Models.find("register", null), limits))
        .isInstanceOf(Limits.Exceeded.class);
    assertThat(events.given).isLessThan(200);
  }
}
