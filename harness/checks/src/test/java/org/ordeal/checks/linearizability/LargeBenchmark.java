package org.ordeal.checks.linearizability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.ordeal.checks.CheckBudget;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.HistoryWriter;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/**
 * Times the engines on large generated histories, parsing left out; with {@code file N} as
 * arguments, a log of N operations in a file, parsing included.
 */
final class LargeBenchmark {

  private LargeBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 1 && arguments[0].equals("file")) {
      file(Integer.parseInt(arguments[1]));
      return;
    }
    for (int round = 0; round < 3; round++) {
      time("fifo-queue", 10, 0, 0, 100_000);
      time("fifo-queue", 10, 0, 0, 1_000_000);
      time("log", 10, 0, 0, 1_000_000);
      time("register", 10, 5, 0, 100_000);
      time("register", 10, 0, 0, 100_000);
      time("register", 20, 5, 0, 10_000);
      time("register", 20, 0, 0, 10_000);
      time("cas-register", 10, 5, 0.1, 200);
      time("cas-register", 10, 5, 0.14, 200);
      time("cas-register", 10, 5, 0.2, 200);
      time("cas-register", 20, 5, 0, 10_000);
      time("cas-register", 10, 5, twentyCrashedCas());
    }
  }

  private static void time(String name, int clients, int values, double crashes, int operations) {
    time(
        name,
        clients,
        values,
        new Simulation(name, new Random(7), clients, values, crashes).run(operations));
  }

  /** 200 operations, of which 20 never completed, each of them a compare-and-set. */
  private static List<Operation> twentyCrashedCas() {
    for (int seed = 0; ; seed++) {
      List<Operation> history =
          new Simulation("cas-register", new Random(seed), 10, 5, 0.3, "cas"::equals).run(200);
      List<Operation> crashed = history.stream().filter(LargeBenchmark::crashed).toList();
      if (crashed.size() == 20) {
        return history;
      }
    }
  }

  private static boolean crashed(Operation operation) {
    return operation.type() == OperationType.INFO;
  }

  private static void time(String name, int clients, int values, List<Operation> history) {
    long operations = history.stream().filter(o -> o.type() == OperationType.INVOKE).count();
    long crashed = history.stream().filter(LargeBenchmark::crashed).count();
    ObjectModel model = Models.find(name, null);
    CompiledHistory compiled = Histories.compile(history, model);
    long start = System.nanoTime();
    Decision decision =
        LinearizabilityCheck.decide(compiled.partitions(), Histories.limits()).get(0);
    System.out.printf(
        Locale.ROOT,
        "%-13s %8d operations, %2d clients, %s values, %d crashed: %s by %s in %.1f ms %s%n",
        name,
        operations,
        clients,
        values == 0 ? "unique" : values + " different",
        crashed,
        decision.verdict(),
        decision.algorithm(),
        (System.nanoTime() - start) / 1e6,
        decision.reason());
  }

  private static void file(int operations) throws IOException {
    Path file = Files.createTempFile("ordeal-benchmark-", ".jsonl");
    try {
      write(file, operations);
      long start = System.nanoTime();
      CheckResult result =
          new LinearizabilityCheck("log").check(HistorySource.of(file), CheckBudget.standard());
      System.out.printf(
          Locale.ROOT,
          "log file of %d operations, %d MiB: %s in %.2f s%n",
          operations,
          Files.size(file) >> 20,
          result.verdict(),
          (System.nanoTime() - start) / 1e9);
    } finally {
      Files.delete(file);
    }
  }

  /** Ten clients that append one after the other, each overlapping the next. */
  private static void write(Path file, int operations) throws IOException {
    try (HistoryWriter writer = HistoryWriter.create(file)) {
      long index = 0;
      for (int i = 0; i < operations + 10; i++) {
        if (i < operations) {
          writer.write(event(index++, i % 11, OperationType.INVOKE, "message-" + i));
        }
        if (i >= 10) {
          int done = i - 10;
          writer.write(
              event(index++, done % 11, OperationType.OK, List.of((long) done, "message-" + done)));
        }
      }
    }
  }

  private static Operation event(long index, int process, OperationType type, Object value) {
    return new Operation(
        index, index * 100, process, type, "append", value, "orders-0", null, null);
  }
}
