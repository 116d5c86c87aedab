package org.ordeal.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ordeal.faults.disk.DiskCanary;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Verdict;

/**
 * What the canaries say of the fault disks of a run, as a check beside the others. No canary, no
 * verdict: a disk that keeps what was not forced would make any system look good, one that drops
 * what was forced would accuse any.
 */
final class DiskProof {

  /** The check's name. */
  static final String NAME = "disk-canary";

  private DiskProof() {}

  /** The check, for a run that has fault disks under these brokers. */
  static CheckResult of(List<String> brokers, List<DiskCanary> canaries) {
    List<String> unproven = new ArrayList<>(brokers);
    boolean together = brokers.size() < 2;
    List<String> observations = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (DiskCanary canary : canaries) {
      if (canary.trusted()) {
        if (canary.disks().size() == 1) {
          unproven.removeAll(canary.disks());
        }
        together |= canary.disks().containsAll(brokers);
      }
      for (DiskCanary.Observation seen : canary.observations()) {
        String sentence = String.join(", ", canary.disks()) + ": " + seen.sentence();
        observations.add(sentence);
        if (!seen.expected()) {
          wrong.add(sentence);
        }
      }
    }
    boolean trusted = unproven.isEmpty() && together && wrong.isEmpty() && !canaries.isEmpty();
    String reason;
    if (trusted) {
      reason =
          "On each of %d fault disks a cut of the power kept what was forced and dropped what was not%s."
              .formatted(
                  brokers.size(),
                  brokers.size() < 2
                      ? ""
                      : ", and a cut of all left no write to one after another had failed");
    } else {
      reason =
          "The canary did not prove the fault disks of %s, so nothing that a power loss does there can be judged.%s"
              .formatted(
                  unproven.isEmpty() ? "all brokers together" : String.join(", ", unproven),
                  wrong.isEmpty() ? "" : " " + String.join(" ", wrong));
    }
    return new CheckResult(
        NAME,
        trusted ? Verdict.PASS : Verdict.UNKNOWN,
        reason,
        observations.size(),
        0,
        Map.of("unexpected-observations", (long) wrong.size()),
        List.of(),
        Map.of("observations", observations));
  }

  /** Why no verdict may rest on these disks; empty where one may. */
  static Optional<String> doubt(CheckResult proof) {
    return proof.verdict() == Verdict.PASS ? Optional.empty() : Optional.of(proof.reason());
  }
}
