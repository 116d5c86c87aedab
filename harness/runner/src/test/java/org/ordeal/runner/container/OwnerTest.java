package org.ordeal.runner.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnerTest {
  /** Linux gives out no ids beyond 2^22. */
  private static final long NOBODY = (1L << 22) + 1;

  private final Owner self = Owner.current();

  @Test
  void shouldTakeItselfForAlive() {
    assertThat(Owner.isGone(self.label())).isFalse();
  }

  @Test
  void shouldTakeAProcessThatIsNoMoreForGone() {
    assertThat(Owner.isGone(new Owner(self.place(), NOBODY, self.started()).label())).isTrue();
  }

  @Test
  void shouldNotTakeAnotherProcessUnderTheSameIdForTheOwner() {
    assertThat(Owner.isGone(new Owner(self.place(), self.pid(), self.started() - 60_000).label()))
        .isTrue();
  }

  @Test
  void shouldNotTakeAnOwnerForGoneBecauseTheClockWasSet() {
    assertThat(Owner.isGone(new Owner(self.place(), self.pid(), self.started() + 2_000).label()))
        .isFalse();
  }

  @Test
  void shouldLeaveAloneWhatBelongsToAnotherPlaceOrToNobodyItKnows() {
    assertThat(Owner.isGone(new Owner("elsewhere-1", NOBODY, 0).label())).isFalse();
    assertThat(Owner.isGone(null)).isFalse();
    assertThat(Owner.isGone("17-4711")).isFalse();
    assertThat(Owner.isGone(self.place() + "/one/two")).isFalse();
  }
}
