package org.ordeal.checks.linearizability;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ordeal.history.Operation;
import org.ordeal.history.Verdict;

/**
 * Times the engines on the shared histories, warm, parsing left out: medians of the second half of
 * the rounds, of deciding alone and with turning parsed operations into columns.
 */
final class SpeedBenchmark {

  private static final int MIXED_ROUNDS = 200;

  private final List<Histories.Known> known;
  private final double[][] decide;
  private final double[][] total;

  private SpeedBenchmark(List<Histories.Known> known, int rounds) {
    this.known = known;
    this.decide = new double[known.size()][rounds];
    this.total = new double[known.size()][rounds];
  }

  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    SpeedBenchmark benchmark =
        new SpeedBenchmark(Histories.known(Histories.shared().orElseThrow()), rounds);
    List<List<Operation>> histories = new ArrayList<>();
    for (Histories.Known one : benchmark.known) {
      histories.add(Histories.read(one.file()));
    }
    // All of them by turns, so that the compiler knows every model; then one after the other, as
    // the
    // benchmarks of others do it.
    for (int round = 0; round < Math.min(rounds, MIXED_ROUNDS); round++) {
      for (int i = 0; i < histories.size(); i++) {
        benchmark.time(i, round, histories.get(i));
      }
    }
    for (int i = 0; i < histories.size(); i++) {
      for (int round = 0; round < rounds; round++) {
        benchmark.time(i, round, histories.get(i));
      }
    }
    benchmark.print();
  }

  private void time(int number, int round, List<Operation> history) {
    Histories.Known one = known.get(number);
    ObjectModel model = Models.find(one.model(), null);
    long start = System.nanoTime();
    CompiledHistory compiled = Histories.compile(history, model);
    Limits limits = Histories.limits();
    long compiledAt = System.nanoTime();
    Verdict verdict = Verdict.PASS;
    for (Decision decision : LinearizabilityCheck.decide(compiled.partitions(), limits)) {
      verdict = verdict.and(decision.verdict());
    }
    long end = System.nanoTime();
    decide[number][round] = (end - compiledAt) / 1e6;
    total[number][round] = (end - start) / 1e6;
    if ((verdict == Verdict.PASS) != one.linearizable()) {
      throw new IllegalStateException("wrong verdict: " + one + " " + verdict);
    }
  }

  private void print() {
    List<Integer> etcd = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i).model().equals("cas-register")) {
        etcd.add(i);
      } else {
        print(name(i), median(decide[i]), median(total[i]));
      }
    }
    print("etcd-all", sum(decide, etcd), sum(total, etcd));
    int slowest = etcd.get(0);
    for (int i : etcd) {
      slowest = median(decide[i]) > median(decide[slowest]) ? i : slowest;
    }
    print(name(slowest), median(decide[slowest]), median(total[slowest]));
  }

  private String name(int number) {
    Path file = known.get(number).file().getFileName();
    return file.toString().replaceFirst("[.]jsonl.*", "");
  }

  private static double sum(double[][] times, List<Integer> of) {
    return of.stream().mapToDouble(i -> median(times[i])).sum();
  }

  private static double median(double[] times) {
    double[] warm = Arrays.copyOfRange(times, times.length / 2, times.length);
    Arrays.sort(warm);
    return warm[warm.length / 2];
  }

  private static void print(String name, double decide, double total) {
    System.out.printf(
        Locale.ROOT, "%-10s decided in %8.3f ms, with columns %8.3f ms%n", name, decide, total);
  }
}
