package org.ordeal.history;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a check, or a whole run, says. Ordered from best to worst. */
public enum Verdict {
  /** Every promise that was tested held, and the run was strong enough to say so. */
  @JsonProperty("pass")
  PASS(0),
  /** The run proves nothing: no evidence of a fault, too few operations, or a budget exceeded. */
  @JsonProperty("unknown")
  UNKNOWN(2),
  /** A promise was broken. */
  @JsonProperty("fail")
  FAIL(1);

  private final int exitCode;

  Verdict(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The exit code of a command whose verdict this is. */
  public int exitCode() {
    return exitCode;
  }

  /** The worse of two verdicts: a failure outweighs an unknown, which outweighs a pass. */
  public Verdict and(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
