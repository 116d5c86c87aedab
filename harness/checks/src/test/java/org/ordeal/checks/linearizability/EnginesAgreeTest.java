package org.ordeal.checks.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.ordeal.checks.CheckBudget;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

/**
 * Every engine against trying all orders: small histories that a real object made, some of them
 * spoilt afterwards, so that both verdicts come up often.
 */
class EnginesAgreeTest {

  private static final int TRIES = 2000;

  /** The gate judges a change, not the luck of the draw; clear it to go looking. */
  private static final String SEED = "20261124";

  private static void agree(String model, long seed) {
    Random random = new Random(seed);
    int clients = 2 + random.nextInt(3);
    int values = random.nextBoolean() ? 0 : 2 + random.nextInt(2);
    double crashes = random.nextInt(3) * 0.12;
    int operations = 3 + random.nextInt(8);
    List<Operation> made = new Simulation(model, random, clients, values, crashes).run(operations);
    if (!model.equals("cas-register-strict")) {
      assertThat(BruteForce.linearizable(model, made)).as("made by an object: %s", made).isTrue();
    }
    compare(model, made);
    compare(model, Simulation.mutated(made, random, 1 + random.nextInt(4)));
  }

  private static void compare(String model, List<Operation> history) {
    boolean expected = BruteForce.linearizable(model, history);
    Verdict verdict = expected ? Verdict.PASS : Verdict.FAIL;
    CompiledHistory compiled = Histories.compile(history, Models.find(model, null));
    for (Partition partition : compiled.partitions()) {
      Decision general = FrontierEngine.decide(partition, Histories.limits());
      assertThat(general.verdict()).as("frontier on %s", lines(history)).isEqualTo(verdict);
      Decision special = partition.model.decide(partition, Histories.limits());
      if (special != null) {
        assertThat(special.verdict())
            .as("%s on %s", special.algorithm(), lines(history))
            .isEqualTo(verdict);
      }
    }
    if (!expected) {
      explains(model, history);
    }
  }

  /** The counterexample names the completion by which no order is left, and fails by itself. */
  private static void explains(String model, List<Operation> history) {
    CheckResult result;
    try {
      result =
          new LinearizabilityCheck(model)
              .check(HistorySource.of("test", history), CheckBudget.standard());
    } catch (IOException e) {
      throw new IllegalStateException("a list cannot fail to be read", e);
    }
    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    Anomaly anomaly = result.anomalies().get(0);
    assertThat(anomaly.details().get("failingIndex")).isInstanceOf(Long.class);
    long failing = ((Number) anomaly.details().getOrDefault("failingIndex", -1L)).longValue();
    assertThat(BruteForce.linearizable(model, history.subList(0, (int) failing)))
        .as("before index %d of %s", failing, lines(history))
        .isTrue();
    assertThat(BruteForce.linearizable(model, knownAt(history, (int) failing)))
        .as("up to index %d of %s", failing, lines(history))
        .isFalse();
    assertThat(anomaly.operations()).isNotEmpty();
    assertThat(history).containsAll(anomaly.operations());
    assertThat((String) anomaly.details().get("picture")).contains("no order of the operations");
  }

  /**
   * What an engine that has read the whole history knows when it comes to an index: everything
   * until then, and how the operations that are open there will end. Without their ends a brute
   * force would let an operation happen that is going to fail.
   */
  private static List<Operation> knownAt(List<Operation> history, int index) {
    Map<Integer, Operation> open = new LinkedHashMap<>();
    List<Operation> known = new ArrayList<>(history.subList(0, index + 1));
    for (Operation operation : known) {
      if (operation.type() == OperationType.INVOKE) {
        open.put(operation.process(), operation);
      } else {
        open.remove(operation.process());
      }
    }
    for (Operation later : history.subList(index + 1, history.size())) {
      if (later.type() != OperationType.INVOKE && open.remove(later.process()) != null) {
        known.add(later);
      }
    }
    return known;
  }

  private static String lines(List<Operation> history) {
    StringBuilder text = new StringBuilder();
    for (Operation operation : history) {
      text.append('\n').append(operation.process()).append(' ').append(operation.type());
      text.append(' ').append(operation.f()).append(' ').append(operation.value());
    }
    return text.toString();
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF, seed = SEED)
  void shouldAgreeOnRegisters(@ForAll long seed) {
    agree("register", seed);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF, seed = SEED)
  void shouldAgreeOnCasRegisters(@ForAll long seed) {
    agree("cas-register", seed);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF, seed = SEED)
  void shouldAgreeOnStrictCasRegisters(@ForAll long seed) {
    agree("cas-register-strict", seed);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF, seed = SEED)
  void shouldAgreeOnLocks(@ForAll long seed) {
    agree("mutex", seed);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF, seed = SEED)
  void shouldAgreeOnTextsThatGrow(@ForAll long seed) {
    agree("kv-append", seed);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF, seed = SEED)
  void shouldAgreeOnFifoQueues(@ForAll long seed) {
    agree("fifo-queue", seed);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF, seed = SEED)
  void shouldAgreeOnUnorderedQueues(@ForAll long seed) {
    agree("unordered-queue", seed);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF, seed = SEED)
  void shouldAgreeOnLogs(@ForAll long seed) {
    agree("log", seed);
  }
}
