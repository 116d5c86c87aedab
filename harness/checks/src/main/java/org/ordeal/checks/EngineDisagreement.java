package org.ordeal.checks;

import org.ordeal.history.CheckResult;
import org.ordeal.history.Verdict;

/** Two engines contradict each other on one history: one of them is wrong. */
public final class EngineDisagreement extends IllegalStateException {

  private EngineDisagreement(String history, CheckResult one, CheckResult other) {
    super(
        "The engines disagree on "
            + history
            + ": "
            + one.check()
            + " says "
            + one.verdict()
            + " ("
            + one.reason()
            + "), "
            + other.check()
            + " says "
            + other.verdict()
            + " ("
            + other.reason()
            + "). One of them has an error: keep the history and report it.");
  }

  /** Throws if one result is a pass and the other a failure. */
  static void check(String history, CheckResult one, CheckResult other) {
    boolean decided = one.verdict() != Verdict.UNKNOWN && other.verdict() != Verdict.UNKNOWN;
    if (decided && one.verdict() != other.verdict()) {
      throw new EngineDisagreement(history, one, other);
    }
  }
}
