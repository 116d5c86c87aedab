package org.ordeal.faults;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A node that faults can act on.
 *
 * <p>Safe for use by several threads. Each action returns once its effect was seen, and throws
 * {@link FaultException} where it was not within a bound that the environment sets.
 */
public interface TargetNode {

  /** The node as the plan knows it. */
  Member member();

  /** Its host name. */
  default String name() {
    return member().name();
  }

  /** State as the operating system tells it at this moment; nothing remembered. */
  NodeState state();

  /** Where {@link #state()} was read and what was read there, as a piece of a sentence. */
  String stateEvidence();

  /** Process id, empty while the node is gone. */
  OptionalLong pid();

  /** How the last process of this node ended (137 after SIGKILL); empty before any has. */
  OptionalInt exitCode();

  /** Kills it with SIGKILL, whatever state it is in; nothing to do where it is gone. */
  void kill() throws FaultException, InterruptedException;

  /** Freezes it with SIGSTOP. */
  void pause() throws FaultException, InterruptedException;

  /** Lets it go on with SIGCONT; nothing to do where it is not paused. */
  void resume() throws FaultException, InterruptedException;

  /** Asks it to end (SIGTERM) and kills it where it does not. */
  void stop() throws FaultException, InterruptedException;

  /** Starts it on the data that it left; nothing to do where it is running. */
  void start() throws FaultException, InterruptedException;

  /**
   * Waits until it accepts connections on every port that it serves.
   *
   * @return whether it did in time; false also as soon as its process has ended
   */
  boolean awaitServing(Duration atMost) throws InterruptedException;
}
