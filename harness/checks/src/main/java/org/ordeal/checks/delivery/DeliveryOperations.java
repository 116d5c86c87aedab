package org.ordeal.checks.delivery;

/** The words for operations on deliveries; values are told by the checks that read them. */
public final class DeliveryOperations {

  /**
   * A consumer has a message in hand, from invocation to completion; value {@code [offset, value]},
   * key the queue. A {@code fail}: the consumer gave it back to get it once more.
   */
  public static final String CONSUME = "consume";

  /** The local transaction decided; value {@code [value, decision]}. */
  public static final String END = "end";

  /** The broker asked what became of a transaction; value {@code [value, decision]}. */
  public static final String ANSWER = "answer";

  /**
   * After the load and the recovery, a client node waited until the broker had nothing left to do;
   * {@code fail}: it gave up.
   */
  public static final String SETTLE = "settle";

  /** A decision: the message is to be seen. */
  public static final String COMMIT = "commit";

  /** A decision: the message is never to be seen. */
  public static final String ROLLBACK = "rollback";

  /** No decision yet: the broker is to ask. */
  public static final String LATER = "unknown";

  private DeliveryOperations() {}
}
