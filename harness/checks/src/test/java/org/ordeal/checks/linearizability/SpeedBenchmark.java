package org.ordeal.checks.linearizability;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ordeal.history.Operation;
import org.ordeal.history.Verdict;

/** Times the engines on the shared histories, warm, parsing left out. */
final class SpeedBenchmark {

  private SpeedBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Histories.shared().orElseThrow();
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    List<Histories.Known> known = Histories.known(folder);
    List<List<Operation>> histories = new ArrayList<>();
    for (Histories.Known one : known) {
      histories.add(Histories.read(one.file()));
    }
    for (int round = 0; round < rounds; round++) {
      double etcd = 0;
      double worst = 0;
      String worstName = "";
      StringBuilder others = new StringBuilder();
      for (int i = 0; i < known.size(); i++) {
        Histories.Known one = known.get(i);
        ObjectModel model = Models.find(one.model(), null);
        long start = System.nanoTime();
        CompiledHistory compiled = Histories.compile(histories.get(i), model);
        long compiledAt = System.nanoTime();
        Verdict verdict = Verdict.PASS;
        for (Decision decision :
            LinearizabilityCheck.decide(compiled.partitions(), Histories.limits())) {
          verdict = verdict.and(decision.verdict());
        }
        double millis = (System.nanoTime() - start) / 1e6;
        double compileMillis = (compiledAt - start) / 1e6;
        if ((verdict == Verdict.PASS) != one.linearizable()) {
          System.out.println("WRONG " + one + " " + verdict);
        }
        if (one.model().equals("cas-register")) {
          etcd += millis;
          if (millis > worst) {
            worst = millis;
            worstName = one.file().getFileName().toString();
          }
        } else {
          others.append(
              String.format(
                  Locale.ROOT,
                  " %s %.3f (compile %.3f)",
                  one.file().getFileName(),
                  millis,
                  compileMillis));
        }
      }
      System.out.printf(
          Locale.ROOT, "etcd %.2f ms, worst %.3f ms (%s);%s%n", etcd, worst, worstName, others);
    }
  }
}
