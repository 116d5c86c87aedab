package org.ordeal.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ordeal.checks.log.LogOperations;
import org.ordeal.history.HistoryWriter;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;
import org.ordeal.workloads.recorder.HistoryMerge;

/**
 * Makes {@code history.jsonl} and {@code latency.hlog} of what client nodes and the fault runner
 * wrote down, in one pass.
 */
final class HistoryFile {

  private HistoryFile() {}

  /**
   * What was counted on the way; the drain is not the load's and does not count.
   *
   * @param operations events in the history
   * @param invoked operations that the load began
   * @param sends sends, or writes of a register, that were begun
   * @param sendsAcknowledged sends that certainly took effect
   * @param ok operations of the load that certainly took effect, by phase of their completion
   * @param completed operations of the load that ended in any way, by phase of their completion
   */
  record Counts(
      long operations,
      long invoked,
      long sends,
      long sendsAcknowledged,
      Map<Phases.Phase, Long> ok,
      Map<Phases.Phase, Long> completed) {

    static final Counts NONE = new Counts(0, 0, 0, 0, Map.of(), Map.of());

    long ok(Phases.Phase phase) {
      return ok.getOrDefault(phase, 0L);
    }

    long completed(Phases.Phase phase) {
      return completed.getOrDefault(phase, 0L);
    }
  }

  /**
   * Merges.
   *
   * @param clients directories of the client nodes
   * @param nemesis the fault runner's events, in order of time
   * @param loadEndNanos when the load had ended; later operations are the drain's
   * @param startMillis wall-clock time of the start of the run
   */
  static Counts write(
      RunDirectory run,
      List<Path> clients,
      List<Operation> nemesis,
      Phases phases,
      long loadEndNanos,
      long startMillis)
      throws IOException {
    Map<Phases.Phase, Long> ok = new EnumMap<>(Phases.Phase.class);
    Map<Phases.Phase, Long> completed = new EnumMap<>(Phases.Phase.class);
    Map<Integer, Long> intended = new HashMap<>();
    long operations = 0;
    long invoked = 0;
    long sends = 0;
    long acknowledged = 0;
    try (HistoryWriter writer = HistoryWriter.create(run.file("history.jsonl"));
        LatencyLog latency = new LatencyLog(run.latency(), startMillis)) {
      HistoryMerge merge = HistoryMerge.open(clients, nemesis.iterator());
      while (merge.hasNext()) {
        Operation operation = merge.next();
        writer.write(operation);
        operations++;
        if (operation.byNemesis()) {
          continue;
        }
        boolean send = LogOperations.writes(operation.f());
        if (operation.type() == OperationType.INVOKE) {
          if (operation.time() <= loadEndNanos) {
            long due = merge.intendedNanos();
            intended.put(operation.process(), due < 0 ? operation.time() : due);
            invoked++;
            sends += send ? 1 : 0;
          }
          continue;
        }
        Long due = intended.remove(operation.process());
        if (due == null) {
          continue;
        }
        Phases.Phase phase = phases.at(operation.time());
        completed.merge(phase, 1L, Long::sum);
        if (operation.type() == OperationType.OK) {
          ok.merge(phase, 1L, Long::sum);
          acknowledged += send ? 1 : 0;
          latency.record(operation.f(), phases.at(due), operation.time() - due, operation.time());
        }
      }
    }
    return new Counts(operations, invoked, sends, acknowledged, ok, completed);
  }
}
