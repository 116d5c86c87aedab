package org.ordeal.faults;

import java.util.List;
import java.util.Map;

/**
 * A fault in force, from its injection until it is healed.
 *
 * <p>{@link #heal} is called by one thread; everything else may be asked by any, at any time.
 */
public interface Injection {

  /** What it hit, in an order that {@link Order#nodes} understands. */
  List<String> nodes();

  /** Every attribute's value, defaults included. */
  Map<String, Object> attributes();

  /** When the fault was in force for the first time, in nanoseconds since the start of the run. */
  long startNanos();

  /**
   * Looks once more whether the fault is still in force, ends it, and waits until its effect is
   * seen to be over. Called again, it tries again what has not been healed yet.
   *
   * @throws FaultException where the fault could not be ended, or its effect went on beyond the
   *     bound; what can be healed has been
   */
  void heal() throws FaultException, InterruptedException;

  /** Whether {@link #heal} has succeeded. */
  boolean healed();

  /** Whether the evidence shows that the fault was in force. */
  boolean took();

  /** Everything seen so far, in order of time. */
  List<Evidence> evidence();
}
