package org.ordeal.checks.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.FileCheck;
import org.ordeal.checks.HistoryChecks;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

/** What the models mean, in small histories: one operation a line. */
class SemanticsTest {

  /**
   * Reads lines such as {@code 0 invoke write 1}; a value is a number, a word, {@code nil}, or a
   * list of these with commas.
   */
  private static List<Operation> history(String lines) {
    List<Operation> operations = new ArrayList<>();
    for (String line : lines.strip().split("\n")) {
      String[] words = line.strip().split(" +");
      int process = Integer.parseInt(words[0]);
      OperationType type = OperationType.valueOf(words[1].toUpperCase(java.util.Locale.ROOT));
      operations.add(
          new Operation(
              operations.size(),
              operations.size(),
              process,
              type,
              words[2],
              words.length > 3 ? value(words[3]) : null,
              words.length > 4 ? words[4] : null,
              null,
              null));
    }
    return operations;
  }

  private static @Nullable Object value(String word) {
    if (word.contains(",")) {
      return listOf(word.split(","));
    }
    if (word.equals("nil")) {
      return null;
    }
    return word.matches("-?\\d+") ? (Object) Long.valueOf(word) : word;
  }

  private static List<@Nullable Object> listOf(String... words) {
    List<@Nullable Object> list = new ArrayList<>();
    for (String word : words) {
      list.add(value(word));
    }
    return list;
  }

  private static CheckResult check(String model, String lines) {
    try {
      return new LinearizabilityCheck(model)
          .check(HistorySource.of("test", history(lines)), CheckBudget.standard());
    } catch (IOException e) {
      throw new IllegalStateException("a list cannot fail to be read", e);
    }
  }

  private static void passes(String model, String lines) {
    assertThat(check(model, lines).verdict()).isEqualTo(Verdict.PASS);
  }

  private static void fails(String model, String lines) {
    assertThat(check(model, lines).verdict()).isEqualTo(Verdict.FAIL);
  }

  @Test
  void shouldLetACrashedWriteTakeEffectLateOrNever() {
    String crashed = "0 invoke write 1\n0 info write 1\n1 invoke read\n1 ok read nil\n";
    passes("register", crashed);
    passes("register", crashed + "1 invoke read\n1 ok read 1");
    fails("register", crashed + "1 invoke read\n1 ok read 1\n1 invoke read\n1 ok read nil");
  }

  @Test
  void shouldLeaveOutWhatCertainlyFailed() {
    fails("register", "0 invoke write 1\n0 fail write 1\n1 invoke read\n1 ok read 1");
    passes("fifo-queue", "0 invoke dequeue\n0 fail dequeue\n0 invoke enqueue a\n0 ok enqueue a");
    fails("log", "0 invoke append a\n0 fail append a\n1 invoke read 0,nil\n1 ok read 0,a");
  }

  @Test
  void shouldReadAFailedCasStrictlyOnlyWhereAsked() {
    String refused = "0 invoke write 1\n0 ok write 1\n0 invoke cas 1,2\n0 fail cas 1,2";
    passes("cas-register", refused);
    fails("cas-register-strict", refused);
  }

  @Test
  void shouldHoldAnEmptyDequeueToAnEmptyQueue() {
    String added = "0 invoke enqueue a\n0 ok enqueue a\n";
    fails("fifo-queue", added + "1 invoke dequeue\n1 ok dequeue nil");
    fails("unordered-queue", added + "1 invoke dequeue\n1 ok dequeue nil");
    passes(
        "fifo-queue",
        "2 invoke dequeue\n" + added + "1 invoke dequeue\n2 info dequeue\n1 ok dequeue nil");
  }

  @Test
  void shouldLetACrashedDequeueTakeAValueAway() {
    String lost =
        """
        0 invoke enqueue a
        0 ok enqueue a
        0 invoke enqueue b
        0 ok enqueue b
        """;
    fails("fifo-queue", lost + "1 invoke dequeue\n1 ok dequeue b");
    passes(
        "fifo-queue", lost + "2 invoke dequeue\n2 info dequeue\n1 invoke dequeue\n1 ok dequeue b");
    fails(
        "fifo-queue", lost + "1 invoke dequeue\n1 ok dequeue b\n2 invoke dequeue\n2 info dequeue");
  }

  @Test
  void shouldHoldAReadBeyondTheEndToTheEnd() {
    String appended = "0 invoke append a\n0 ok append 0,a\n";
    passes("log", appended + "1 invoke read 1,nil\n1 ok read 1,nil");
    fails("log", appended + "1 invoke read 0,nil\n1 ok read 0,nil");
    fails("log", appended + "1 invoke max-offset\n1 ok max-offset 0");
    passes("log", appended + "1 invoke max-offset\n1 ok max-offset 1");
  }

  @Test
  void shouldFillAnOffsetOnlyWithACrashedAppend() {
    fails("log", "0 invoke append a\n0 ok append 1,a");
    passes("log", "1 invoke append b\n1 info append b\n0 invoke append a\n0 ok append 1,a");
    fails(
        "log",
        "1 invoke append b\n1 info append b\n0 invoke append a\n0 ok append 1,a\n"
            + "2 invoke read 0,nil\n2 ok read 0,c");
  }

  @Test
  void shouldJudgeEveryKeyByItself() {
    String two =
        """
        0 invoke write 1 x
        0 ok write 1 x
        1 invoke write 2 y
        1 ok write 2 y
        0 invoke read nil x
        0 ok read 1 x
        """;
    passes("register", two + "1 invoke read nil y\n1 ok read 2 y");
    CheckResult result = check("register", two + "1 invoke read nil y\n1 ok read 1 y");
    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.anomalies().get(0).key()).isEqualTo("y");
  }

  @Test
  void shouldRefuseWhatTheModelDoesNotKnow() {
    assertThatThrownBy(() -> check("register", "0 invoke enqueue 1"))
        .isInstanceOf(ModelMismatchException.class)
        .hasMessageContaining("enqueue")
        .hasMessageContaining("read, write");
    assertThatThrownBy(() -> check("cas-register", "0 invoke cas 1"))
        .isInstanceOf(ModelMismatchException.class);
    assertThatThrownBy(() -> check("log", "0 invoke read a"))
        .isInstanceOf(ModelMismatchException.class);
  }

  @Test
  void shouldShowAStaleReadAtAGlance() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      lines.append("0 invoke write ").append(i).append("\n0 ok write ").append(i).append('\n');
      lines.append("1 invoke read\n1 ok read ").append(i).append('\n');
    }
    CheckResult result = check("register", lines + "1 invoke read\n1 ok read 28");
    FileCheck shown = new FileCheck("h.jsonl", "register", List.of(result));
    assertThat(result.anomalies().get(0).operations()).hasSizeLessThanOrEqualTo(10);
    assertThat(shown.text())
        .contains("read -> 28")
        .contains("<-- no order of the operations explains this")
        .contains("the register holds 29");
    assertThat(shown.json()).contains("\"verdict\":\"fail\"").contains("\"witness\":[");
  }

  @Test
  void shouldBeFoundByName() {
    assertThat(HistoryChecks.byName())
        .containsKeys("linearizable-log", "linearizable-register", "linearizable-fifo-queue");
    assertThat(Models.names()).contains("mutex", "kv-append", "test-counter");
  }

  @Test
  void shouldCheckAModelFromAnotherJar() {
    passes("test-counter", "0 invoke add 2\n0 ok add 2\n1 invoke get\n1 ok get 2");
    fails("test-counter", "0 invoke add 2\n0 ok add 2\n1 invoke get\n1 ok get 1");
    passes("test-counter", "0 invoke add 2\n0 info add 2\n1 invoke get\n1 ok get 0");
  }
}
