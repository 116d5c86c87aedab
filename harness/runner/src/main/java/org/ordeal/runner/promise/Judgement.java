package org.ordeal.runner.promise;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ordeal.history.CheckResult;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.Verdict;

/**
 * The verdict of a run and why.
 *
 * <p>A failure outweighs a doubt, which outweighs a pass. Two things soften that. Where losses are
 * permitted, a check that found nothing but losses and what follows from them passes, and says so.
 * Where the drain did not reach the end for a reason of ours, what was not read is not lost: a
 * check that found nothing but missing messages is in doubt.
 *
 * @param verdict the verdict
 * @param reason one sentence
 * @param checks the checks, with the verdicts that they have in the light of the promise
 */
public record Judgement(Verdict verdict, String reason, Map<String, CheckResult> checks) {

  /** What is not there in the end. */
  private static final Set<String> MISSING =
      Set.of("lost", "unreadable", "truncated", "consumed-then-lost");

  /**
   * What is missing when a tail of a log is gone, and what contradicts what was known of a tail
   * before it was lost: its offsets are given out again, the end goes back. Permitted only where a
   * strike explains each of them, as the check counts under the name with {@link #ACROSS_STRIKE}.
   * All else is wrong in every configuration: a gap within a log, a duplicate, replicas that differ
   * after the drain, what nobody sent; and so is a loss of what was sent when the cluster was whole
   * again, unless every promise is waived.
   */
  private static final Set<String> FOLLOWS_FROM_LOSS =
      Set.of(
          "lost",
          "unreadable",
          "truncated",
          "consumed-then-lost",
          "inconsistent-offset",
          "nonmonotonic-offset",
          "stale-read",
          "end-offset-regression");

  private static final String ACROSS_STRIKE = "-across-strike";

  /** One of these at least is what the others follow from. */
  private static final Set<String> LOSSES = Set.of("lost", "truncated", "consumed-then-lost");

  /** What a drain that did not reach the end makes of messages that are there. */
  private static final Set<String> FOLLOWS_FROM_NOT_READING =
      Set.of("lost", "unreadable", "truncated", "offset-gap", "consumed-then-lost");

  /** Where a check counts these, the messages were attempted or stored: nothing is wrong. */
  private static final Set<String> NO_ANOMALY =
      Set.of("unseen-recovered", "recovered", "attempted", "acknowledged", "weaker", "failed");

  /** How the reason of every run begins that is {@code unknown}. */
  public static final String PROVES_NOTHING = "The run proves nothing: ";

  public Judgement {
    checks = Map.copyOf(checks);
  }

  /**
   * What a judgement rests on.
   *
   * @param promise whether losses are failures
   * @param checks results of the checks that must hold, by name
   * @param faults every planned fault
   * @param unrecovered nodes and groups that never came back
   * @param recoveryReasons a sentence for each of them
   * @param drained whether every serving node was read to its end; where not for reasons of the
   *     system's, it is among the unrecovered
   * @param doubts further reasons why the run proves nothing, a sentence each
   */
  public record Evidence(
      Promise promise,
      Map<String, CheckResult> checks,
      List<FaultRecord> faults,
      List<String> unrecovered,
      List<String> recoveryReasons,
      boolean drained,
      List<String> doubts) {}

  /** Judges. */
  public static Judgement of(Evidence evidence) {
    Map<String, CheckResult> checks = new LinkedHashMap<>();
    new TreeMap<>(evidence.checks())
        .forEach((name, result) -> checks.put(name, soften(result, evidence)));

    List<String> failures = new ArrayList<>();
    if (!evidence.unrecovered().isEmpty()) {
      failures.add(
          "%s did not come back after all faults were healed."
              .formatted(String.join(", ", evidence.unrecovered())));
    }
    // What the harness knows of itself explains more than what the checks miss in consequence.
    List<String> doubts = new ArrayList<>(evidence.doubts());
    checks.forEach(
        (name, result) -> {
          if (result.verdict() == Verdict.FAIL) {
            failures.add(name + ": " + sentence(result.reason()));
          } else if (result.verdict() == Verdict.UNKNOWN) {
            doubts.add(name + ": " + sentence(result.reason()));
          }
        });
    if (!failures.isEmpty()) {
      return new Judgement(Verdict.FAIL, String.join(" ", failures), checks);
    }
    for (FaultRecord fault : evidence.faults()) {
      if (!fault.took()) {
        doubts.add(
            "There is no evidence that the planned fault %s:%s took%s."
                .formatted(
                    fault.fault(),
                    fault.target(),
                    fault.evidence().isEmpty()
                        ? ""
                        : " ("
                            + fault.evidence().getLast().observation().replaceAll("\\.$", "")
                            + ")"));
      }
    }
    if (checks.isEmpty() && doubts.isEmpty()) {
      doubts.add("No check was run.");
    }
    if (!doubts.isEmpty()) {
      return new Judgement(Verdict.UNKNOWN, PROVES_NOTHING + String.join(" ", doubts), checks);
    }
    String permitted = permitted(checks, evidence);
    String reason =
        permitted.isEmpty()
            ? "Every promise that was tested held. " + evidence.promise().sentence()
            : "%s, which is permitted. %s".formatted(permitted, evidence.promise().sentence());
    return new Judgement(Verdict.PASS, reason, checks);
  }

  /** What was found and forgiven, in words; empty where every check passed by itself. */
  private static String permitted(Map<String, CheckResult> checks, Evidence evidence) {
    boolean forgiven =
        checks.entrySet().stream()
            .filter(entry -> entry.getValue().verdict() == Verdict.PASS)
            .map(entry -> evidence.checks().get(entry.getKey()))
            .anyMatch(found -> found != null && found.verdict() == Verdict.FAIL);
    if (!forgiven) {
      return "";
    }
    long lost = most(checks, "lost");
    long unreadable = most(checks, "unreadable");
    if (lost > 0 && unreadable > 0) {
      return "%d acknowledged messages were lost and %d are unreadable".formatted(lost, unreadable);
    }
    if (lost > 0) {
      return "%d acknowledged messages were lost".formatted(lost);
    }
    return unreadable > 0
        ? "%d acknowledged messages are unreadable".formatted(unreadable)
        : "What had been read before the fault is gone";
  }

  private static long most(Map<String, CheckResult> checks, String anomaly) {
    return checks.values().stream()
        .mapToLong(result -> result.counts().getOrDefault(anomaly, 0L))
        .max()
        .orElse(0);
  }

  private static CheckResult soften(CheckResult result, Evidence evidence) {
    if (result.verdict() != Verdict.FAIL) {
      return result;
    }
    Set<String> found = anomalies(result);
    if (!evidence.drained() && !found.isEmpty() && FOLLOWS_FROM_NOT_READING.containsAll(found)) {
      return with(
          result,
          Verdict.UNKNOWN,
          "The drain did not reach the end, so that what is missing may be there. ("
              + result.reason()
              + ")");
    }
    if (!evidence.promise().keeps()
        && found.stream().anyMatch(LOSSES::contains)
        && found.stream().allMatch(name -> forgiven(result, name, evidence.promise()))) {
      return with(
          result,
          Verdict.PASS,
          "%s This is permitted: %s"
              .formatted(sentence(result.reason()), evidence.promise().sentence()));
    }
    return result;
  }

  private static boolean forgiven(CheckResult result, String anomaly, Promise promise) {
    if (promise.waived() && MISSING.contains(anomaly)) {
      return true;
    }
    long all = result.counts().getOrDefault(anomaly, Long.MAX_VALUE);
    return FOLLOWS_FROM_LOSS.contains(anomaly)
        && result.counts().getOrDefault(anomaly + ACROSS_STRIKE, 0L) >= all;
  }

  private static Set<String> anomalies(CheckResult result) {
    Set<String> found = new java.util.TreeSet<>();
    result.anomalies().forEach(anomaly -> found.add(anomaly.name()));
    found.removeAll(NO_ANOMALY);
    return found;
  }

  private static CheckResult with(CheckResult result, Verdict verdict, String reason) {
    return new CheckResult(
        result.check(),
        verdict,
        reason,
        result.operations(),
        result.seconds(),
        result.counts(),
        result.anomalies(),
        result.details());
  }

  /** The words with a full stop. */
  public static String sentence(String words) {
    return words.endsWith(".") ? words : words + ".";
  }
}
