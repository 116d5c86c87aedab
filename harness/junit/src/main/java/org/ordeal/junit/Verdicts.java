package org.ordeal.junit;

import org.ordeal.history.Verdict;
import org.ordeal.runner.RunOutcome;

/** Assertions on a run's outcome. */
public final class Verdicts {

  private Verdicts() {}

  /**
   * Fails the test unless the run passed: {@code unknown} is no pass.
   *
   * @throws AssertionError with the verdict, its reason and where the report is
   */
  public static void assertPassed(RunOutcome outcome) {
    if (outcome.results().verdict() != Verdict.PASS) {
      throw new AssertionError(sentence(outcome));
    }
  }

  /**
   * Fails the test unless messages were lost, as a positive control must show.
   *
   * @throws AssertionError with the verdict, its reason and where the report is
   */
  public static void assertLossShown(RunOutcome outcome) {
    if (outcome.results().lost() == 0) {
      throw new AssertionError(
          "This run was to show that messages can be lost here, but none was: the harness was too"
              + " weak. "
              + sentence(outcome));
    }
  }

  static String sentence(RunOutcome outcome) {
    return "%s: %s Report: %s"
        .formatted(
            outcome.results().verdict(), outcome.results().reason(), outcome.directory().report());
  }
}
