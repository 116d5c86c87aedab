package org.ordeal.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContainerNodeTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final AtomicInteger tries = new AtomicInteger();

  @Test
  void shouldAskAnEngineAgainThatCouldNotFreezeEveryThreadInTime() throws InterruptedException {
    ContainerNode.insist(LONG, () -> failUntilTry(3), () -> true);

    assertThat(tries).hasValue(3);
  }

  @Test
  void shouldNotAskAgainWhereItWorkedAtOnce() throws InterruptedException {
    ContainerNode.insist(LONG, () -> failUntilTry(1), () -> true);

    assertThat(tries).hasValue(1);
  }

  @Test
  void shouldLeaveOffWhereThereIsNothingLeftToFreeze() throws InterruptedException {
    ContainerNode.insist(LONG, () -> failUntilTry(3), () -> false);

    assertThat(tries).hasValue(1);
  }

  @Test
  void shouldTellTheLastRefusalWhenTheTimeIsOver() {
    assertThatThrownBy(
            () -> ContainerNode.insist(Duration.ZERO, () -> failUntilTry(1_000_000), () -> true))
        .isInstanceOf(InternalServerErrorException.class)
        .hasMessageContaining("unable to freeze, try " + tries);
  }

  @Test
  void shouldNotInsistOnWhatTheEngineRefusesForAnotherReason() {
    assertThatThrownBy(
            () ->
                ContainerNode.insist(
                    LONG,
                    () -> {
                      tries.incrementAndGet();
                      throw new NotFoundException("No such container");
                    },
                    () -> true))
        .isInstanceOf(NotFoundException.class);
    assertThat(tries).hasValue(1);
  }

  private void failUntilTry(int working) {
    if (tries.incrementAndGet() < working) {
      throw new InternalServerErrorException("unable to freeze, try " + tries);
    }
  }
}
