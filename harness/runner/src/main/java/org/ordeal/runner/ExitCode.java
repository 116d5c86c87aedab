package org.ordeal.runner;

import org.ordeal.history.Verdict;

/** What the exit code of the {@code ordeal} command means; the only place where the numbers are. */
public enum ExitCode {
  /** Every promise that was tested held. */
  PASS(0),
  /** A promise was broken. */
  BROKEN(1),
  /** The run proves nothing, or was ended before it could. */
  INCONCLUSIVE(2),
  /** Unknown names, impossible combinations, input files that are missing or corrupt. */
  USAGE(64),
  /** A defect of Ordeal itself. */
  INTERNAL(70),
  /** The machine lacks something that the command needs. */
  ENVIRONMENT(75);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The number that the shell sees. */
  public int number() {
    return number;
  }

  /** The code of a command whose verdict this is. */
  public static ExitCode of(Verdict verdict) {
    return switch (verdict) {
      case PASS -> PASS;
      case FAIL -> BROKEN;
      case UNKNOWN -> INCONCLUSIVE;
    };
  }
}
