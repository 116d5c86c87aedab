package org.ordeal.runner.gate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Verdict;

/** Weighs stored runs against a policy. Stateless; safe for use by several threads. */
public final class Gate {

  /**
   * One thing that the policy asks for, and whether the runs show it.
   *
   * @param line line of the policy file, from 1; 0 where it is about runs that no line asks for
   * @param held whether it is shown
   * @param sentence what was asked for and what was found
   * @param run the run that decided against it, where one run did
   */
  public record Finding(int line, boolean held, String sentence, @Nullable String run) {}

  /**
   * The decision.
   *
   * @param policy name of the policy
   * @param open whether the release passes
   * @param runs how many runs were weighed
   * @param findings every demand, in the order of the policy
   */
  public record Decision(String policy, boolean open, int runs, List<Finding> findings) {
    public Decision {
      findings = List.copyOf(findings);
    }
  }

  /**
   * Weighs runs.
   *
   * @param policyFile the policy
   * @param runs directories of runs, or of stores
   * @param baseline runs of an earlier release that {@code p99Factor} compares with; may be empty
   * @throws org.ordeal.runner.UsageException if a file is missing or corrupt
   */
  public Decision decide(Path policyFile, List<Path> runs, List<Path> baseline) {
    return decide(
        PolicyReader.read(policyFile),
        StoredRun.below(runs),
        baseline.isEmpty() ? List.of() : StoredRun.below(baseline));
  }

  Decision decide(Policy policy, List<StoredRun> runs, List<StoredRun> baseline) {
    List<Finding> findings = new ArrayList<>();
    TreeSet<Path> asked = new TreeSet<>();
    for (Policy.Demand demand : policy.promises()) {
      List<StoredRun> matching = matching(demand, runs);
      matching.forEach(run -> asked.add(run.path()));
      promise(demand, matching, matching(demand, baseline), findings);
    }
    for (Policy.Demand demand : policy.controls()) {
      List<StoredRun> matching = matching(demand, runs);
      matching.forEach(run -> asked.add(run.path()));
      control(demand, matching, findings);
    }
    for (StoredRun run : runs) {
      if (!asked.contains(run.path()) && run.results().verdict() != Verdict.PASS) {
        findings.add(
            refusal(0, "No line of the policy asks for this run, but it did not pass", run));
      }
    }
    boolean open = findings.stream().allMatch(Finding::held);
    return new Decision(policy.name(), open, runs.size(), findings);
  }

  private static List<StoredRun> matching(Policy.Demand demand, List<StoredRun> runs) {
    return runs.stream().filter(run -> run.in(demand.scope())).toList();
  }

  private static void promise(
      Policy.Demand demand,
      List<StoredRun> runs,
      List<StoredRun> baseline,
      List<Finding> findings) {
    String what = demand.scope().words();
    int refused = findings.size();
    for (StoredRun run : runs) {
      if (run.results().verdict() != Verdict.PASS) {
        findings.add(refusal(demand.line(), what, run));
      }
      for (String fault : demand.scope().faults()) {
        if (!run.suffered(fault)) {
          findings.add(
              new Finding(
                  demand.lineOf("faults"),
                  false,
                  "%s: the fault %s left no evidence.".formatted(what, fault),
                  run.path().toString()));
        }
      }
    }
    boolean sound = findings.size() == refused;
    List<StoredRun> passed =
        runs.stream().filter(run -> run.results().verdict() == Verdict.PASS).toList();
    atLeast(demand, "runs", passed.size(), demand.runs(), "passing runs", findings);
    long seeds = passed.stream().mapToLong(run -> run.info().seed()).distinct().count();
    atLeast(demand, "seeds", seeds, demand.seeds(), "different seeds", findings);
    long acknowledged = passed.stream().mapToLong(run -> run.results().acknowledged()).sum();
    atLeast(
        demand,
        "acknowledged",
        acknowledged,
        demand.acknowledged(),
        "acknowledged messages",
        findings);
    limits(demand, runs, baseline, findings);
    if (sound) {
      findings.add(
          new Finding(
              demand.line(),
              true,
              "%s: no promise broken in %d %s."
                  .formatted(what, runs.size(), runs.size() == 1 ? "run" : "runs"),
              null));
    }
  }

  private static Finding refusal(int line, String what, StoredRun run) {
    return new Finding(
        line,
        false,
        "%s: %s: %s"
            .formatted(
                what,
                run.results().verdict() == Verdict.FAIL
                    ? "a promise was broken"
                    : "a run is inconclusive",
                // The log lines that may follow are in the run's own report.
                run.results().reason().lines().findFirst().orElse("")),
        run.path().toString());
  }

  private static void atLeast(
      Policy.Demand demand,
      String key,
      long found,
      long wanted,
      String what,
      List<Finding> findings) {
    findings.add(
        new Finding(
            demand.lineOf(key),
            found >= wanted,
            "%s: %d of at least %d %s.".formatted(demand.scope().words(), found, wanted, what),
            null));
  }

  private static void limits(
      Policy.Demand demand,
      List<StoredRun> runs,
      List<StoredRun> baseline,
      List<Finding> findings) {
    demand
        .unavailabilityMillis()
        .ifPresent(
            limit -> {
              for (StoredRun run : runs) {
                double longest = run.longestUnavailabilityMillis();
                below(
                    demand,
                    "unavailability",
                    "longest unavailability",
                    longest,
                    limit,
                    run,
                    findings);
              }
            });
    demand.p99Millis().ifPresent(limit -> latency(demand, "p99", limit, runs, findings));
    demand
        .p99Factor()
        .ifPresent(
            factor -> {
              double[] known =
                  baseline.stream()
                      .map(StoredRun::sendP99Millis)
                      .filter(OptionalDouble::isPresent)
                      .mapToDouble(OptionalDouble::getAsDouble)
                      .sorted()
                      .toArray();
              if (known.length == 0) {
                findings.add(
                    new Finding(
                        demand.lineOf("p99Factor"),
                        false,
                        "%s: no baseline run to compare the latency with; give --baseline."
                            .formatted(demand.scope().words()),
                        null));
              } else {
                latency(demand, "p99Factor", factor * known[known.length / 2], runs, findings);
              }
            });
  }

  private static void latency(
      Policy.Demand demand,
      String key,
      double limit,
      List<StoredRun> runs,
      List<Finding> findings) {
    for (StoredRun run : runs) {
      OptionalDouble p99 = run.sendP99Millis();
      if (p99.isPresent()) {
        below(demand, key, "99th percentile of sends", p99.getAsDouble(), limit, run, findings);
      } else {
        findings.add(
            new Finding(
                demand.lineOf(key),
                false,
                "%s: the run recorded no latency of sends.".formatted(demand.scope().words()),
                run.path().toString()));
      }
    }
  }

  private static void below(
      Policy.Demand demand,
      String key,
      String what,
      double found,
      double limit,
      StoredRun run,
      List<Finding> findings) {
    if (found > limit) {
      findings.add(
          new Finding(
              demand.lineOf(key),
              false,
              "%s: %s is %.0f ms, the limit %.0f ms."
                  .formatted(demand.scope().words(), what, found, limit),
              run.path().toString()));
    }
  }

  /**
   * A control may lose what is not promised. Held to more than that by {@code --require keeps} it
   * fails as it should; a failure by what is documented is a broken promise here as anywhere.
   */
  private static boolean mayBeControl(StoredRun run) {
    return switch (run.results().verdict()) {
      case PASS -> true;
      case FAIL -> "keeps".equals(run.info().options().get("require"));
      case UNKNOWN -> false;
    };
  }

  private static void control(Policy.Demand demand, List<StoredRun> runs, List<Finding> findings) {
    String what = "control " + demand.scope().words();
    for (StoredRun run : runs) {
      if (!mayBeControl(run)) {
        findings.add(refusal(demand.line(), what, run));
      }
    }
    atLeast(demand, "runs", runs.size(), demand.runs(), "runs of a positive control", findings);
    long lost = runs.stream().mapToLong(run -> run.results().lost()).sum();
    long wanted = demand.lost().orElse(1);
    findings.add(
        new Finding(
            demand.lineOf("lost"),
            lost >= wanted,
            lost >= wanted
                ? "%s: shown, %d acknowledged messages lost where that is permitted."
                    .formatted(what, lost)
                : "%s: not shown: %d of at least %d messages lost, so the harness was too weak."
                    .formatted(what, lost, wanted),
            null));
  }
}
