package org.ordeal.workloads.client;

/**
 * What is known of a send after the client has returned.
 *
 * @param kind how much is known
 * @param reason the status, code or exception that says so, for the history
 */
public record Outcome(Kind kind, String reason) {

  /** How much is known. */
  public enum Kind {
    /** {@code SEND_OK}: the promise of the topology and flush mode is given. */
    ACKNOWLEDGED,
    /** Stored, but the durability that was asked for is not confirmed. */
    WEAKER,
    /** Certainly not stored, and never will be. */
    FAILED,
    /** Stored, or to be stored later, or never: nobody knows. */
    INDETERMINATE
  }
}
