package org.ordeal.workloads.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ordeal.workloads.client.EndWatch.Ends;

class EndWatchTest {

  private static final long SECOND = EndWatch.STABLE_MILLIS * 1_000_000L;

  private final EndWatch watch = new EndWatch();

  private static Map<String, Ends> ends(long first, long second) {
    return Map.of("q0", new Ends(0, first), "q1", new Ends(0, second));
  }

  private void look(double second, Map<String, Ends> n0, Map<String, Ends> n1) {
    watch.look((long) (second * SECOND), Map.of("n0", n0, "n1", n1), Map.of());
  }

  @Test
  void shouldTrustEndsThatAgreeAndHoldStill() {
    look(7, ends(5, 9), ends(5, 9));
    assertThat(watch.settled()).isFalse();
    look(8, ends(5, 9), ends(5, 9));
    assertThat(watch.settled()).isTrue();
    assertThat(watch.doubt("n1", "q0")).isNull();
  }

  @Test
  void shouldDoubtOnlyTheQueueInWhichANodeLags() {
    look(7, ends(5, 9), ends(5, 7));
    look(8, ends(5, 9), ends(5, 7));
    assertThat(watch.settled()).isFalse();
    assertThat(watch.doubt("n1", "q1"))
        .isEqualTo("n1 ends queue q1 at offset 7, another node of its group at 9.");
    assertThat(watch.doubt("n1", "q0")).isNull();
    assertThat(watch.doubt("n0", "q1")).isNull();
  }

  @Test
  void shouldDoubtAnEndThatMoves() {
    look(7, ends(5, 9), ends(5, 9));
    look(7.9, ends(5, 9), ends(5, 9));
    assertThat(watch.settled()).isFalse();
    look(8.5, ends(5, 10), ends(5, 10));
    assertThat(watch.doubt("n0", "q0")).isNull();
    assertThat(watch.doubt("n0", "q1")).contains("did not hold still");
    look(9.5, ends(5, 10), ends(5, 10));
    assertThat(watch.settled()).isTrue();
  }

  @Test
  void shouldDoubtEveryQueueOfANodeThatTellsNothing() {
    look(7, ends(5, 9), ends(5, 9));
    watch.look(8 * SECOND, Map.of("n0", ends(5, 9)), Map.of("n1", "n1 is silent."));
    assertThat(watch.settled()).isFalse();
    assertThat(watch.doubt("n1", "q0")).isEqualTo("n1 is silent.");
    assertThat(watch.doubt("n0", "q0")).isNull();
    look(9, ends(5, 9), ends(5, 9));
    assertThat(watch.doubt("n1", "q0")).contains("did not hold still");
  }
}
