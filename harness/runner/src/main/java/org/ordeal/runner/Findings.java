package org.ordeal.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private @Nullable CheckResult proof;
  private boolean drained;
  private boolean heldDown;
  private List<String> toDrain = List.of();
  private long mostOk;
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

  /**
   * Notes faults that could not be healed.
   *
   * @param byUs whether any of them is in force still: a cluster that stays down under it has
   *     broken no promise
   */
  void unhealed(List<String> sentences, boolean byUs) {
    doubts.addAll(sentences);
    heldDown = byUs;
  }

  void recovered(Recovery.Outcome outcome) {
    if (heldDown) {
      doubts.addAll(outcome.reasons());
    } else {
      unrecovered.addAll(outcome.unrecovered());
      recoveryReasons.addAll(outcome.reasons());
    }
    ended.addAll(outcome.ended());
    if (outcome.harness() != null) {
      doubts.add(outcome.harness());
    }
  }

  /**
   * Takes back that nodes did not come back: the harness itself stood in their way.
   *
   * @param sentences what it did not carry; nothing is taken back where there are none
   */
  void blameHarness(List<String> sentences) {
    if (!sentences.isEmpty()) {
      doubts.addAll(sentences);
      doubts.addAll(recoveryReasons);
      unrecovered.clear();
      recoveryReasons.clear();
      drained = false;
    }
  }

  /** What the canaries said of the fault disks. */
  void proof(CheckResult result) {
    proof = result;
  }

  /** The check of the fault disks; empty in a run without. */
  Optional<CheckResult> proof() {
    return Optional.ofNullable(proof);
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
    mostOk = Math.max(mostOk, now.ok());
  }

  void leaderChanges(int changes) {
    leaderChanges = changes;
  }

  int leaderChanges() {
    return leaderChanges;
  }

  /** Names the nodes that the next drain must read. */
  void toDrain(List<String> nodes) {
    toDrain = List.copyOf(nodes);
  }

  void drained(Reply.@Nullable Drained drain) {
    drained = drain != null && !drain.nodes().isEmpty();
    if (drain == null) {
      return;
    }
    Set<String> silent = new LinkedHashSet<>(toDrain);
    drain.nodes().forEach(node -> silent.remove(node.node()));
    if (!silent.isEmpty()) {
      drained = false;
      doubts.add("The drain left out %s.".formatted(String.join(", ", silent)));
    }
    for (Reply.NodeDrain node : drain.nodes()) {
      switch (node.outcome()) {
        case COMPLETE -> {}
        case UNRECOVERED -> {
          String sentence =
              "%s could not be read to its end: %s".formatted(node.node(), node.reason());
          if (heldDown) {
            drained = false;
            doubts.add(sentence);
          } else {
            unrecovered.add(node.node());
            recoveryReasons.add(sentence);
          }
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
    try {
      counts = HistoryFile.write(run, clients, operations, phases(), loadEndNanos, startMillis);
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
  }

  /** Doubts a history that lacks operations which the client nodes had counted while they ran. */
  void compareWithCounters() {
    long written = counts.ok().values().stream().mapToLong(Long::longValue).sum();
    if (written < mostOk) {
      doubts.add(
          "The history has %d operations that succeeded, and the client nodes had counted %d: some were not recorded."
              .formatted(written, mostOk));
    }
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
      results.put(name, check == null ? absent(name) : judge(check, history));
    }
    return results;
  }

  /** The answer of a check that is not there. */
  static CheckResult absent(String name) {
    return unknown(name, "There is no check of that name on the class path.");
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
