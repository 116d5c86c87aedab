package org.ordeal.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.HistoryFormatException;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.Verdict;
import org.ordeal.workloads.control.Reply;

/** What a run has found out so far; filled stage by stage, by one thread. */
final class Findings {

  private final List<String> doubts = new ArrayList<>();
  private final Set<String> unrecovered = new LinkedHashSet<>();
  private final Set<String> recoveryReasons = new LinkedHashSet<>();
  private final List<String> ended = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable Nemesis nemesis;
  private @Nullable NemesisJournal journal;
  private List<Path> clients = List.of();
  private long loadEndNanos = Long.MAX_VALUE;
  private long endNanos = Long.MAX_VALUE;
  private int leaderChanges;
  private boolean drained;
  private Reply.@Nullable Progress progress;
  private HistoryFile.Counts counts = HistoryFile.Counts.NONE;

  void begin(Nemesis runner, NemesisJournal written, Fleet fleet) {
    nemesis = runner;
    journal = written;
    clients = fleet.directories();
  }

  void doubt(String sentence) {
    doubts.add(sentence);
  }

  List<String> doubts() {
    return doubts;
  }

  void unhealed(List<String> sentences) {
    doubts.addAll(sentences);
  }

  void recovered(Recovery.Outcome outcome) {
    unrecovered.addAll(outcome.unrecovered());
    recoveryReasons.addAll(outcome.reasons());
    ended.addAll(outcome.ended());
    if (outcome.harness() != null) {
      doubts.add(outcome.harness());
    }
  }

  List<String> unrecovered() {
    return List.copyOf(unrecovered);
  }

  List<String> recoveryReasons() {
    return List.copyOf(recoveryReasons);
  }

  /** Nodes that had ended by themselves, and the like: reported, no failures of their own. */
  List<String> notes() {
    List<String> all = new ArrayList<>(ended);
    all.addAll(notes);
    return all;
  }

  void loadEnded(long nanos) {
    loadEndNanos = nanos;
    Reply.Progress last = progress;
    if (last != null && last.skipped() > 0) {
      notes.add(
          "%d operations were never begun, because they were overdue beyond the bound: the load fell short of its rate by these."
              .formatted(last.skipped()));
    }
  }

  void nodesEnded(long nanos) {
    endNanos = nanos;
    if (loadEndNanos == Long.MAX_VALUE) {
      loadEndNanos = nanos;
    }
  }

  void progress(Reply.Progress now) {
    progress = now;
  }

  void leaderChanges(int changes) {
    leaderChanges = changes;
  }

  int leaderChanges() {
    return leaderChanges;
  }

  void drained(Reply.@Nullable Drained drain) {
    drained = drain != null && !drain.nodes().isEmpty();
    if (drain == null) {
      return;
    }
    for (Reply.NodeDrain node : drain.nodes()) {
      switch (node.outcome()) {
        case COMPLETE -> {}
        case UNRECOVERED -> {
          unrecovered.add(node.node());
          recoveryReasons.add(
              "%s could not be read to its end: %s".formatted(node.node(), node.reason()));
        }
        case ABORTED -> {
          drained = false;
          doubts.add(
              "The drain of %s did not reach the end: %s".formatted(node.node(), node.reason()));
        }
      }
    }
  }

  boolean drained() {
    return drained;
  }

  List<FaultRecord> faults() {
    Nemesis runner = nemesis;
    return runner == null ? List.of() : runner.records();
  }

  HistoryFile.Counts counts() {
    return counts;
  }

  Phases phases() {
    return Phases.of(faults(), endNanos);
  }

  /** Messages that were missing and stand in a node's files. */
  void found(String key, String node, Set<String> values) {
    NemesisJournal written = journal;
    if (written != null) {
      written.found(key, node, values);
    }
  }

  /** Writes the history of what is known by now. */
  void merge(RunDirectory run, RunPlan plan, long startMillis) throws IOException {
    NemesisJournal written = journal;
    List<Operation> operations = written == null ? List.of() : written.operations();
    counts = HistoryFile.write(run, clients, operations, phases(), loadEndNanos, startMillis);
  }

  /** Whether a check misses messages that were acknowledged, so that a second look is due. */
  boolean misses(RunDirectory run, RunPlan plan, Parts parts) {
    return judgeHistory(run, plan, parts).values().stream()
        .anyMatch(
            result ->
                result.counts().getOrDefault("lost", 0L) > 0
                    || result.counts().getOrDefault("unreadable", 0L) > 0);
  }

  /** Every check that the workload names; one that cannot judge is unknown and says why. */
  Map<String, CheckResult> judgeHistory(RunDirectory run, RunPlan plan, Parts parts) {
    Map<String, CheckResult> results = new TreeMap<>();
    HistorySource history = HistorySource.of(run.history());
    for (String name : plan.workload().checks()) {
      HistoryCheck check = parts.checks().get(name);
      results.put(
          name,
          check == null
              ? unknown(name, "There is no check of that name on the class path.")
              : judge(check, history));
    }
    return results;
  }

  private static CheckResult judge(HistoryCheck check, HistorySource history) {
    try {
      return check.check(history, CheckBudget.standard());
    } catch (IOException | HistoryFormatException | IllegalArgumentException corrupt) {
      return unknown(check.name(), "It could not judge the history: " + corrupt.getMessage());
    } catch (OutOfMemoryError tooLarge) {
      return unknown(
          check.name(),
          "It ran out of memory; give the harness more, such as ORDEAL_JAVA_OPTIONS=-Xmx4g.");
    }
  }

  private static CheckResult unknown(String name, String reason) {
    return new CheckResult(name, Verdict.UNKNOWN, reason, 0, 0, Map.of(), List.of(), Map.of());
  }
}
