package org.ordeal.checks.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.ordeal.checks.linearizability.BarPicture.Bar;
import org.ordeal.checks.linearizability.BarPicture.Standing;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

class BarPictureTest {

  private static Operation event(
      long index, int process, OperationType type, String f, @Nullable Object value) {
    return new Operation(index, index, process, type, f, value, "orders-0", null, null);
  }

  private static Bar read(long index, int process, @Nullable Object found, Standing standing) {
    return new Bar(
        event(index, process, OperationType.INVOKE, "read", Arrays.asList(83L, null)),
        event(index + 1, process, OperationType.OK, "read", Arrays.asList(83L, found)),
        standing);
  }

  @Test
  void shouldSayWhatAReadOfALogFoundAndThatItFoundNothing() {
    String text =
        BarPicture.text(
            List.of(
                new Bar(
                    event(1, 16, OperationType.INVOKE, "send", "16.11"), null, Standing.LOOSENED),
                read(2, 41, "16.11", Standing.KEPT),
                read(4, 38, null, Standing.FAILING)));

    assertThat(text.lines().map(String::stripTrailing))
        .containsExactly(
            "#1 process 16  send \"16.11\"                 . . . . . .  at any time",
            "#2 process 41  read at 83 -> \"16.11\"        |--|",
            "#4 process 38  read at 83 -> nothing there        |--|  <-- no order of the operations explains this");
  }

  @Test
  void shouldKeepTheReadOfARegisterAsItIs() {
    Bar bar =
        new Bar(
            event(1, 1, OperationType.INVOKE, "read", null),
            event(2, 1, OperationType.OK, "read", null),
            Standing.KEPT);

    assertThat(bar.label()).isEqualTo("read -> null");
  }
}
