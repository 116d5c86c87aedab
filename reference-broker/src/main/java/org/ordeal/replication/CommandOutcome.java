package org.ordeal.replication;

/** What became of a change that is not a message. */
public sealed interface CommandOutcome {

  /** Committed, and applied on this member. */
  record Done() implements CommandOutcome {}

  /**
   * Certainly without effect, now and for ever.
   *
   * @param reason a sentence
   */
  record Refused(AppendOutcome.Cause cause, String reason) implements CommandOutcome {}

  /**
   * May take effect, now or later, or never.
   *
   * @param reason a sentence
   */
  record Unknown(String reason) implements CommandOutcome {}
}
