package org.ordeal.checks.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.ordeal.checks.CheckBudget;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

class KnownVerdictsTest {

  private static Path shared() {
    return Histories.shared()
        .orElseGet(() -> abort("the folder shared/histories is not beside the repository"));
  }

  @Test
  void shouldGiveEverySharedHistoryItsKnownVerdict() throws IOException {
    for (Histories.Known known : Histories.known(shared())) {
      for (String model : models(known)) {
        CheckResult result =
            new LinearizabilityCheck(model)
                .check(HistorySource.of(known.file()), CheckBudget.standard());
        assertThat(result.verdict())
            .as("%s as %s: %s", known.file(), model, result.reason())
            .isEqualTo(known.linearizable() ? Verdict.PASS : Verdict.FAIL);
        if (!known.linearizable()) {
          assertThat(result.anomalies().get(0).details()).containsKey("failingIndex");
        }
      }
    }
  }

  private static List<String> models(Histories.Known known) {
    return known.model().equals("cas-register")
        ? List.of("cas-register", "cas-register-strict")
        : List.of(known.model());
  }

  @Test
  void shouldSayUnknownWithinItsBudgetWhereAHistoryWouldExplode() throws IOException {
    List<Operation> operations = new ArrayList<>();
    int processes = 400;
    for (int process = 0; process < processes; process++) {
      operations.add(operation(operations, process, OperationType.INVOKE, "append", "v" + process));
    }
    StringBuilder text = new StringBuilder();
    for (int process = processes - 1; process >= 0; process--) {
      text.append('v').append(process);
    }
    for (int reader = 0; reader < 40; reader++) {
      String result = text.substring(reader * 20, text.length() - 100);
      operations.add(operation(operations, 1000 + reader, OperationType.INVOKE, "get", null));
      operations.add(operation(operations, 1000 + reader, OperationType.OK, "get", result));
    }
    CheckBudget budget = new CheckBudget(Duration.ofSeconds(20), 32L << 20);
    CheckResult kv =
        new LinearizabilityCheck("kv-append").check(HistorySource.of("kv", operations), budget);
    assertThat(kv.verdict()).isNotEqualTo(Verdict.PASS);

    CheckResult queue =
        new LinearizabilityCheck("fifo-queue")
            .check(HistorySource.of("queue", explodingQueue()), budget);
    assertThat(queue.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(queue.reason()).contains("budget");
    assertThat(queue.seconds()).isLessThan(60);
  }

  /** Values that are not unique, all enqueued at once: 30! orders, and nothing to choose by. */
  private static List<Operation> explodingQueue() {
    List<Operation> operations = new ArrayList<>();
    for (int process = 0; process < 30; process++) {
      operations.add(
          operation(operations, process, OperationType.INVOKE, "enqueue", "v" + process));
    }
    operations.add(operation(operations, 40, OperationType.INVOKE, "enqueue", "v0"));
    operations.add(operation(operations, 40, OperationType.OK, "enqueue", "v0"));
    for (int process = 0; process < 30; process++) {
      operations.add(operation(operations, process, OperationType.OK, "enqueue", "v" + process));
    }
    return operations;
  }

  private static Operation operation(
      List<Operation> before, int process, OperationType type, String f, @Nullable Object value) {
    return new Operation(before.size(), before.size(), process, type, f, value, null, null, null);
  }
}
