package org.ordeal.runner;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ordeal.checks.log.Availability;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistoryFormatException;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Results;
import org.ordeal.history.Unavailability;
import org.ordeal.history.Verdict;
import org.ordeal.runner.promise.Judgement;
import org.ordeal.runner.promise.Scope;

/** The end of a run: checks, verdict, results and reports, of however much is known. */
final class Closing {

  /** Fewer operations than this in a phase and nothing can be said of it. */
  static final long FLOOR = 20;

  private final RunPlan plan;
  private final Parts parts;
  private final RunDirectory run;
  private final Progress progress;
  private final Findings findings;
  private final long startMillis;

  Closing(
      RunPlan plan,
      Parts parts,
      RunDirectory run,
      Progress progress,
      Findings findings,
      long startMillis) {
    this.plan = plan;
    this.parts = parts;
    this.run = run;
    this.progress = progress;
    this.findings = findings;
    this.startMillis = startMillis;
  }

  /** Checks, judges, writes. */
  Results close() {
    progress.phase("check");
    Map<String, CheckResult> checks = new TreeMap<>();
    try {
      findings.merge(run, plan, startMillis);
      findings.compareWithCounters();
      if (findings.counts().invoked() > 0 || findings.doubts().isEmpty()) {
        checks.putAll(findings.judgeHistory(run, plan, parts));
      }
    } catch (IOException ours) {
      findings.doubt("The history could not be written: %s.".formatted(ours.getMessage()));
    }
    if (!checks.isEmpty() || !findings.doubts().isEmpty()) {
      // Beside other checks only: that a disk is one proves nothing of what runs on it.
      findings.proof().ifPresent(proof -> checks.put(proof.check(), proof));
    }
    if (findings.doubts().isEmpty()) {
      floors();
    }
    if (!findings.drained() && findings.doubts().isEmpty() && findings.unrecovered().isEmpty()) {
      findings.doubt("The queues were not read to their end.");
    }
    Judgement judgement =
        Judgement.of(
            new Judgement.Evidence(
                plan.promise(),
                Scope.of(
                        parts.system().name(),
                        plan.promise(),
                        plan.request().require(),
                        !plan.schedule().faults().isEmpty())
                    .applyTo(checks),
                findings.faults(),
                findings.unrecovered(),
                findings.recoveryReasons(),
                findings.drained(),
                findings.doubts()));
    Results results = results(judgement);
    write(results);
    progress.phase("report");
    report();
    return results;
  }

  /** Leaves what is known of a run that the machine could not carry out. */
  void abandon(ExitCode code) {
    Results judged =
        results(new Judgement(Verdict.UNKNOWN, String.join(" ", findings.doubts()), Map.of()));
    write(withExitCode(judged, code.number()));
  }

  private void floors() {
    HistoryFile.Counts counts = findings.counts();
    if (counts.sends() > 0 && counts.sendsAcknowledged() == 0) {
      findings.doubt("Not one message was acknowledged.");
      return;
    }
    boolean faults = !plan.schedule().faults().isEmpty();
    for (Phases.Phase phase : Phases.Phase.values()) {
      if (!faults && phase != Phases.Phase.BEFORE) {
        continue;
      }
      long done = phase == Phases.Phase.DURING ? counts.completed(phase) : counts.ok(phase);
      if (done < FLOOR) {
        findings.doubt(
            "Only %d operations %s %s the faults, fewer than the floor of %d."
                .formatted(
                    done,
                    phase == Phases.Phase.DURING ? "completed" : "succeeded",
                    phase.label(),
                    FLOOR));
      }
    }
  }

  private void write(Results results) {
    try {
      Documents.write(run.results(), results);
    } catch (IOException unwritable) {
      throw new EnvironmentException(
          "The results could not be written to %s: %s. Free some room, or give another --store. The verdict was %s: %s"
              .formatted(
                  run.results(), unwritable.getMessage(), results.verdict(), results.reason()),
          unwritable);
    }
  }

  private void report() {
    for (Parts.ReportWriter report : parts.reports()) {
      try {
        report.write(run);
      } catch (IOException | RuntimeException failed) {
        progress.say("A report could not be written: %s".formatted(failed));
      }
    }
  }

  private Results results(Judgement judgement) {
    HistoryFile.Counts counts = findings.counts();
    Tally tally = new Tally(judgement.checks());
    List<String> reasons = new ArrayList<>();
    reasons.add(judgement.reason());
    if (judgement.verdict() == Verdict.FAIL) {
      reasons.addAll(findings.recoveryReasons());
    }
    reasons.addAll(findings.notes());
    return new Results(
        judgement.verdict(),
        judgement.verdict().exitCode(),
        String.join(" ", reasons),
        tally.of("attempted", counts.sends()),
        tally.of("acknowledged", counts.sendsAcknowledged()),
        tally.of("weaker", 0),
        tally.of("failed", 0),
        tally.of("indeterminate", 0),
        tally.of("lost", 0),
        tally.of("unreadable", 0),
        tally.of("duplicate", 0),
        tally.of("unseen-recovered", 0),
        tally.of("unexpected", 0),
        tally.of("divergence", 0),
        findings.unrecovered(),
        unavailability(),
        judgement.checks(),
        findings.faults());
  }

  private List<Unavailability> unavailability() {
    if (findings.counts().sendsAcknowledged() == 0) {
      return List.of();
    }
    try {
      return Availability.of(HistorySource.of(run.history())).unavailability();
    } catch (IOException | HistoryFormatException | IllegalArgumentException unreadable) {
      progress.say("Unavailability could not be measured: %s".formatted(unreadable.getMessage()));
      return List.of();
    }
  }

  private static Results withExitCode(Results r, int exitCode) {
    return new Results(
        r.verdict(),
        exitCode,
        r.reason(),
        r.attempted(),
        r.acknowledged(),
        r.weaker(),
        r.failed(),
        r.indeterminate(),
        r.lost(),
        r.unreadable(),
        r.duplicated(),
        r.recovered(),
        r.unexpected(),
        r.divergent(),
        r.unrecovered(),
        r.unavailability(),
        r.checks(),
        r.faults());
  }

  /** Counts of checks by name; the durability check's go first. */
  private record Tally(Map<String, CheckResult> checks) {
    long of(String count, long otherwise) {
      CheckResult durability = checks.get("durability");
      if (durability != null && durability.counts().containsKey(count)) {
        return durability.counts().getOrDefault(count, otherwise);
      }
      return checks.values().stream()
          .filter(result -> result.counts().containsKey(count))
          .mapToLong(result -> result.counts().getOrDefault(count, 0L))
          .max()
          .orElse(otherwise);
    }
  }
}
