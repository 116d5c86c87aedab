package org.ordeal.history;

import java.util.List;
import java.util.Map;

/**
 * {@code results.json}: what a run found.
 *
 * @param verdict the run's verdict
 * @param exitCode the exit code of the command that made it
 * @param reason one sentence: why this verdict
 * @param attempted sends that were invoked
 * @param acknowledged sends answered {@code SEND_OK}
 * @param weaker sends answered with a weaker acknowledgement ({@code FLUSH_DISK_TIMEOUT} and the
 *     like)
 * @param failed sends that certainly stored nothing
 * @param indeterminate sends whose outcome nobody knows
 * @param lost acknowledged messages that no node has any more
 * @param unreadable acknowledged messages that are in a node's files but not returned
 * @param duplicated messages at more than one offset
 * @param recovered indeterminate sends that turned up
 * @param unexpected messages read but never sent
 * @param divergent (queue, offset) pairs that two nodes serve differently after the drain
 * @param unrecovered nodes or groups that never came back after all faults were healed
 * @param unavailability per queue and, with key {@code "*"}, in all
 * @param checks by name
 * @param faults every fault with its evidence
 */
public record Results(
    Verdict verdict,
    int exitCode,
    String reason,
    long attempted,
    long acknowledged,
    long weaker,
    long failed,
    long indeterminate,
    long lost,
    long unreadable,
    long duplicated,
    long recovered,
    long unexpected,
    long divergent,
    List<String> unrecovered,
    List<Unavailability> unavailability,
    Map<String, CheckResult> checks,
    List<FaultRecord> faults) {

  public Results {
    unrecovered = List.copyOf(unrecovered);
    unavailability = List.copyOf(unavailability);
    checks = Map.copyOf(checks);
    faults = List.copyOf(faults);
  }
}
