package org.ordeal.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.checks.HistoryChecks;
import org.ordeal.history.CheckResult;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;
import org.ordeal.history.Verdict;
import org.ordeal.runner.promise.Judgement;
import org.ordeal.runner.promise.Promise;
import org.ordeal.runner.promise.Scope;
import org.ordeal.workloads.Workload;
import org.ordeal.workloads.Workloads;

/**
 * Judges a stored run anew, by its history and by what else it kept: the checks of its workload,
 * its promise, the evidence of its faults. What a run could not prove when it was made no later
 * look can prove, unless it was a check alone that could not decide.
 */
public final class Recheck {

  private Recheck() {}

  /**
   * Judges.
   *
   * @param budget of each check
   * @throws UsageException where the run has no history, or its workload is not known here
   * @throws IOException if the history cannot be read
   * @throws org.ordeal.history.HistoryFormatException if it is corrupt
   */
  public static Judgement of(RunDirectory run, CheckBudget budget) throws IOException {
    RunInfo info = run.info();
    if (!Files.isRegularFile(run.history())) {
      throw new UsageException(
          "The run %s has no history.jsonl: it ended before anything was recorded."
              .formatted(run.path()));
    }
    Workload workload =
        Workloads.all().stream()
            .filter(known -> known.name().equals(info.workload()))
            .findFirst()
            .orElseThrow(
                () ->
                    UsageException.unknownName(
                        "workload",
                        info.workload(),
                        Workloads.all().stream().map(Workload::name).toList()));
    HistorySource history = HistorySource.of(run.history());
    Map<String, HistoryCheck> known = HistoryChecks.byName();
    Map<String, CheckResult> found = new TreeMap<>();
    List<String> doubts = new ArrayList<>();
    for (String name : workload.checks()) {
      HistoryCheck check = known.get(name);
      CheckResult result = check == null ? Findings.absent(name) : check.check(history, budget);
      found.put(name, result);
      if (result.details().get("truncated") != null && doubts.isEmpty()) {
        doubts.add("The history was cut short.");
      }
    }
    String require = String.valueOf(info.options().getOrDefault("require", "documented"));
    Promise promise =
        new Promise(
            !Boolean.FALSE.equals(info.options().get("promiseKeeps")),
            require.equals("none"),
            info.promise());
    List<FaultRecord> faults =
        Files.isRegularFile(run.results()) ? run.readResults().faults() : List.of();
    Map<String, CheckResult> checks =
        Scope.of(info.system(), promise, require, !faults.isEmpty()).applyTo(found);
    if (!Files.isRegularFile(run.results())) {
      doubts.add("The run has no results.json: it was not carried through.");
      return Judgement.of(
          new Judgement.Evidence(promise, checks, List.of(), List.of(), List.of(), true, doubts));
    }
    Results before = run.readResults();
    String undecided = doubtsOf(before);
    if (!undecided.isEmpty()) {
      doubts.add("When it was made it was found that: " + undecided);
    }
    return Judgement.of(
        new Judgement.Evidence(
            promise,
            checks,
            before.faults(),
            before.unrecovered(),
            List.of(),
            before.verdict() != Verdict.UNKNOWN || undecided.isEmpty(),
            doubts));
  }

  /** Why a stored run proved nothing, without what its checks could not decide. */
  private static String doubtsOf(Results results) {
    if (results.verdict() != Verdict.UNKNOWN) {
      return "";
    }
    String rest = results.reason().replace(Judgement.PROVES_NOTHING, "");
    for (CheckResult check : results.checks().values()) {
      if (check.verdict() == Verdict.UNKNOWN) {
        rest = rest.replace(check.check() + ": " + Judgement.sentence(check.reason()), "");
      }
    }
    return rest.strip();
  }
}
