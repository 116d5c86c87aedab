package org.ordeal.checks.linearizability;

import java.util.Arrays;
import java.util.List;
import org.ordeal.history.Verdict;

/**
 * What an algorithm says of a partition.
 *
 * @param verdict pass, fail or unknown
 * @param algorithm which algorithm said it
 * @param reason one clause: why
 * @param rows for a failure: rows that conflict, as far as the algorithm knows them
 * @param failedAt for a failure: the position of the completion at which no linearization is left,
 *     or -1 where the algorithm does not know it
 * @param configurations for a failure: what the object could be like just before, as far as the
 *     algorithm knows; a bounded number
 */
record Decision(
    Verdict verdict,
    String algorithm,
    String reason,
    List<Integer> rows,
    int failedAt,
    List<Configuration> configurations) {

  /**
   * One thing that the object could be like.
   *
   * @param state in words
   * @param tookEffect rows, of the original partition, of the open operations that already took
   *     effect
   */
  record Configuration(String state, List<Integer> tookEffect) {}

  static Decision pass(String algorithm) {
    return new Decision(
        Verdict.PASS, algorithm, "a linearization exists", List.of(), -1, List.of());
  }

  static Decision fail(String algorithm, String reason, int... rows) {
    List<Integer> list = Arrays.stream(rows).boxed().toList();
    return new Decision(Verdict.FAIL, algorithm, reason, list, -1, List.of());
  }

  static Decision unknown(String algorithm, String reason) {
    return new Decision(Verdict.UNKNOWN, algorithm, reason, List.of(), -1, List.of());
  }

  boolean failed() {
    return verdict == Verdict.FAIL;
  }
}
