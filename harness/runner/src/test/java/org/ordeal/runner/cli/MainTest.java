package org.ordeal.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private int guarded(IntSupplier command) {
    return Main.guarded(new PrintStream(said, true, StandardCharsets.UTF_8), command);
  }

  private String sentence() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldNotTellAHeapThatIsExhaustedAsABrokenPromise() {
    int code =
        guarded(
            () -> {
              throw new OutOfMemoryError("Java heap space");
            });
    assertThat(code).isEqualTo(75);
    assertThat(sentence())
        .isEqualToIgnoringNewLines(
            "ordeal: The heap of the harness is exhausted. Give it more, as in ORDEAL_JAVA_OPTIONS=-Xmx2g.");
  }

  @Test
  void shouldNotTellADefectOfItsOwnAsABrokenPromise() {
    int code =
        guarded(
            () -> {
              throw new StackOverflowError();
            });
    assertThat(code).isEqualTo(70);
    assertThat(sentence()).startsWith("ordeal: This is a defect of Ordeal: ");
  }

  @Test
  void shouldPassOnWhatACommandEndsWith() {
    assertThat(guarded(() -> 1)).isEqualTo(1);
    assertThat(guarded(() -> 0)).isZero();
    assertThat(sentence()).isEmpty();
  }
}
