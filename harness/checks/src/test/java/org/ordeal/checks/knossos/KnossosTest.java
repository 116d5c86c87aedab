package org.ordeal.checks.knossos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.checks.CheckBudget;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

class KnossosTest {

  /** Where Knossos is, for those who have it: a class path; else the test's own. */
  private static final @Nullable String CLASSPATH = System.getenv("ORDEAL_KNOSSOS_CLASSPATH");

  private static final CheckBudget BUDGET = CheckBudget.ofTime(Duration.ofSeconds(60));

  private final List<Operation> history = new ArrayList<>();

  /** Loaded once, since that takes seconds. */
  private static final class Loaded {
    private static final @Nullable Knossos KNOSSOS = orNull();

    private static @Nullable Knossos orNull() {
      try {
        return Knossos.load(CLASSPATH);
      } catch (KnossosMissingException e) {
        return null;
      }
    }
  }

  private static Knossos knossos() {
    Knossos knossos = Loaded.KNOSSOS;
    return knossos != null
        ? knossos
        : abort(
            "Knossos is missing: build with -Pknossos, or name its class path in"
                + " ORDEAL_KNOSSOS_CLASSPATH");
  }

  private void add(int process, OperationType type, String f, @Nullable Object value) {
    history.add(
        new Operation(history.size(), history.size(), process, type, f, value, null, null, null));
  }

  private Verdict verdict(String model) throws IOException {
    return knossos().check(HistorySource.of("test", history), model, null, BUDGET).verdict();
  }

  @Test
  void shouldSayHowToGetKnossosWhereItIsAbsent(@TempDir Path empty) {
    assertThatThrownBy(() -> Knossos.load(empty.toString()))
        .isInstanceOf(KnossosMissingException.class)
        .hasMessageContaining(empty.toString())
        .hasMessageContaining("mvn -Pknossos")
        // Without a phase that packages, Maven does not find this project's own modules.
        .hasMessageContaining("package dependency:copy-dependencies")
        .hasMessageContaining("--knossos-classpath");
  }

  @Test
  void shouldFindTheFirstReadOfAnUnwrittenRegister() throws IOException {
    add(0, OperationType.INVOKE, "read", null);
    add(0, OperationType.OK, "read", null);
    add(0, OperationType.INVOKE, "write", 1L);
    add(0, OperationType.OK, "write", 1L);
    assertThat(verdict("register")).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldNotTakeAReadOfNullForAReadOfAnything() throws IOException {
    add(0, OperationType.INVOKE, "write", 1L);
    add(0, OperationType.OK, "write", 1L);
    add(0, OperationType.INVOKE, "read", null);
    add(0, OperationType.OK, "read", null);
    assertThat(verdict("register")).isEqualTo(Verdict.FAIL);
  }

  @Test
  void shouldKnowThatACrashedCasMayHaveTakenEffect() throws IOException {
    add(0, OperationType.INVOKE, "cas", Arrays.asList(null, 2L));
    add(0, OperationType.INFO, "cas", null);
    add(1, OperationType.INVOKE, "read", null);
    add(1, OperationType.OK, "read", 2L);
    assertThat(verdict("cas-register")).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldFindAQueueOutOfOrder() throws IOException {
    for (long value = 1; value <= 2; value++) {
      add(0, OperationType.INVOKE, "enqueue", "m" + value);
      add(0, OperationType.OK, "enqueue", "m" + value);
    }
    add(0, OperationType.INVOKE, "dequeue", null);
    add(0, OperationType.OK, "dequeue", "m2");
    assertThat(verdict("fifo-queue")).isEqualTo(Verdict.FAIL);
    assertThat(verdict("unordered-queue")).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldFindALockTakenTwice() throws IOException {
    add(0, OperationType.INVOKE, "acquire", null);
    add(0, OperationType.OK, "acquire", null);
    add(1, OperationType.INVOKE, "acquire", null);
    add(1, OperationType.OK, "acquire", null);
    assertThat(verdict("mutex")).isEqualTo(Verdict.FAIL);
  }

  @Test
  void shouldSayWhatKnossosCannotExpress() throws IOException {
    add(0, OperationType.INVOKE, "dequeue", null);
    add(0, OperationType.OK, "dequeue", null);
    assertThat(
            knossos().check(HistorySource.of("test", history), "fifo-queue", null, BUDGET).reason())
        .contains("no dequeue that finds them empty");
  }
}
