package org.ordeal.checks.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.linearizability.LinearizabilityCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

/**
 * Histories made from real logs, with concurrent clients, failures and unknown outcomes: the check
 * must be quiet about them, and loud once one thing is changed.
 */
class LogCheckPropertyTest {

  /** One client's operation under way. */
  private static final class Running {
    final String f;
    final String key;
    final int process;
    final Object argument;
    @Nullable Object result;
    boolean applied;

    Running(String f, String key, int process, Object argument) {
      this.f = f;
      this.key = key;
      this.process = process;
      this.argument = argument;
    }
  }

  /** Simulates clients on some logs; what it makes is correct by construction. */
  private static final class Simulation {
    final Random random;
    final List<Operation> operations = new ArrayList<>();
    final TreeMap<String, List<Object>> logs = new TreeMap<>();
    final List<Running> running = new ArrayList<>();
    final List<Running> abandoned = new ArrayList<>();
    int nextProcess;

    Simulation(long seed) {
      random = new Random(seed);
      for (int i = 0; i <= random.nextInt(3); i++) {
        logs.put("t-b-" + i, new ArrayList<>());
      }
      for (int i = 0; i < 150; i++) {
        step();
      }
    }

    void event(
        int process,
        OperationType type,
        String f,
        @Nullable Object value,
        String key,
        String node) {
      String error =
          type == OperationType.INFO || type == OperationType.FAIL ? "as the test wants it" : null;
      long index = operations.size();
      operations.add(new Operation(index, index * 1000, process, type, f, value, key, node, error));
    }

    List<Object> log(String key) {
      return Objects.requireNonNull(logs.get(key));
    }

    void apply(Running op) {
      List<Object> log = log(op.key);
      op.applied = true;
      switch (op.f) {
        case "send" -> {
          op.result = Arrays.asList((long) log.size(), op.argument);
          log.add(op.argument);
        }
        case "read" -> {
          long offset = (Long) Objects.requireNonNull(((List<?>) op.argument).getFirst());
          op.result = Arrays.asList(offset, offset < log.size() ? log.get((int) offset) : null);
        }
        case "poll" -> {
          List<Object> pairs = new ArrayList<>();
          for (long i = (Long) op.argument; i < log.size(); i++) {
            pairs.add(List.of(i, log.get((int) i)));
          }
          op.result = pairs;
        }
        default -> op.result = (long) log.size();
      }
    }

    void begin() {
      int process = nextProcess++;
      String key = List.copyOf(logs.keySet()).get(random.nextInt(logs.size()));
      long somewhere = random.nextInt(log(key).size() + 2);
      Running op =
          switch (random.nextInt(6)) {
            case 0 -> new Running("read", key, process, Arrays.asList(somewhere, null));
            case 1 -> new Running("max-offset", key, process, 0L);
            case 2 -> new Running("poll", key, process, somewhere);
            default -> new Running("send", key, process, process + ".0");
          };
      running.add(op);
      event(process, OperationType.INVOKE, op.f, op.argument, key, "n0");
    }

    void end(Running op, OperationType type) {
      running.remove(op);
      Object value = type == OperationType.OK ? op.result : op.argument;
      event(op.process, type, op.f, value, op.key, "n0");
    }

    void step() {
      int choice = random.nextInt(10);
      if (running.isEmpty() || (running.size() < 8 && choice < 4)) {
        begin();
        return;
      }
      Running op = running.get(random.nextInt(running.size()));
      boolean send = op.f.equals("send");
      if (op.applied) {
        end(op, send && random.nextInt(5) == 0 ? OperationType.INFO : OperationType.OK);
      } else if (choice < 7) {
        apply(op);
      } else if (choice == 7) {
        boolean mayStillHappen = send && random.nextBoolean();
        if (mayStillHappen) {
          abandoned.add(op);
        }
        end(op, mayStillHappen ? OperationType.INFO : OperationType.FAIL);
      } else if (!abandoned.isEmpty()) {
        apply(abandoned.removeLast());
      }
    }

    void drain() {
      for (String node : List.of("n0", "n1")) {
        logs.forEach(
            (key, log) -> {
              int process = nextProcess++;
              List<Object> pairs = new ArrayList<>();
              for (int i = 0; i < log.size(); i++) {
                pairs.add(List.of((long) i, log.get(i)));
              }
              event(process, OperationType.INVOKE, "drain", 0L, key, node);
              event(process, OperationType.OK, "drain", pairs, key, node);
              event(process, OperationType.INVOKE, "drain-end", null, key, node);
              Object ends = List.of(0L, (long) log.size());
              event(process, OperationType.OK, "drain-end", ends, key, node);
            });
      }
    }

    /** Values that were acknowledged, with their queues. */
    List<Operation> acknowledged() {
      return operations.stream()
          .filter(o -> o.f().equals("send") && o.type() == OperationType.OK)
          .toList();
    }
  }

  private static Object valueOf(Operation acknowledged) {
    return ((List<?>) Objects.requireNonNull(acknowledged.value())).get(1);
  }

  private static CheckResult durability(List<Operation> operations) throws IOException {
    return new DurabilityCheck()
        .check(HistorySource.of("generated", operations), CheckBudget.standard());
  }

  @Property(tries = 200)
  void shouldBeQuietAboutCorrectLogs(@ForAll long seed) throws IOException {
    Simulation simulation = new Simulation(seed);
    simulation.drain();

    CheckResult result = durability(simulation.operations);

    assertThat(result.anomalies()).isEmpty();
    assertThat(result.verdict())
        .isEqualTo(simulation.acknowledged().isEmpty() ? Verdict.UNKNOWN : Verdict.PASS);
    CheckResult linearizable =
        new LinearizabilityCheck("log")
            .check(HistorySource.of("generated", simulation.operations), CheckBudget.standard());
    assertThat(linearizable.verdict()).isEqualTo(Verdict.PASS);
  }

  @Property(tries = 200)
  void shouldNoticeAnAcknowledgedMessageThatIsGone(@ForAll long seed) throws IOException {
    Simulation simulation = new Simulation(seed);
    List<Operation> acknowledged = simulation.acknowledged();
    if (acknowledged.isEmpty()) {
      return;
    }
    Operation victim = acknowledged.get(simulation.random.nextInt(acknowledged.size()));
    simulation.log(String.valueOf(victim.key())).remove(valueOf(victim));
    simulation.drain();

    CheckResult result = durability(simulation.operations);

    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.counts()).containsEntry("lost", 1L);
  }

  @Property(tries = 200)
  void shouldNoticeTwoMessagesThatChangedPlaces(@ForAll long seed) throws IOException {
    Simulation simulation = new Simulation(seed);
    Set<Object> acknowledged = new HashSet<>();
    simulation.acknowledged().forEach(operation -> acknowledged.add(valueOf(operation)));
    List<Object> log = simulation.logs.firstEntry().getValue();
    int last = log.size() - 1;
    if (last < 1
        || !acknowledged.contains(log.get(last))
        || !acknowledged.contains(log.get(last - 1))) {
      return;
    }
    Collections.swap(log, last, last - 1);
    simulation.drain();

    assertThat(durability(simulation.operations).counts()).containsEntry("inconsistent-offset", 2L);
  }
}
