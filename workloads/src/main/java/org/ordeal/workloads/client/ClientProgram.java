package org.ordeal.workloads.client;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.recorder.RecordedProcess;

/**
 * What a workload does in a client node.
 *
 * <p>A program draws <em>steps</em>; the client node decides when each begins (an open model: at a
 * time fixed beforehand, whatever became of the ones before) and on which process. A process is
 * Jepsen's: it does one thing at a time, and gives way to a fresh one after an outcome that nobody
 * knows.
 */
public interface ClientProgram {

  /** Creates what the program needs beyond topics, which exist when this is called. */
  default void setUp(Request.Setup setup) throws Exception {}

  /**
   * Begins the load.
   *
   * @param load what was asked for
   * @param random the only source of randomness, seeded from the run's seed and the node's name
   */
  Traffic traffic(Request.Load load, RandomGenerator random) throws Exception;

  /**
   * Waits, bounded, until the system has nothing left to do; called after the load and the recovery
   * and before queues are drained, on one client node. A program of its own: what {@link #traffic}
   * began goes on meanwhile.
   */
  default void settle(Request.Drain drain) throws Exception {}

  /** The steps of one load. Called from one thread. */
  interface Traffic extends AutoCloseable {

    /**
     * The lanes of the traffic: steps in different lanes never wait for each other. A lane is
     * usually a queue.
     *
     * @return how many processes each lane may have at most, at least 1
     */
    List<Integer> lanes();

    /** Draws the next step. */
    Draw next();

    /** Background readers that run beside the drawn steps, by name; each has its own thread. */
    default Map<String, Background> background() {
      return Map.of();
    }

    @Override
    default void close() {}
  }

  /**
   * A step and where it goes.
   *
   * @param lane number of the lane
   * @param step what to do
   */
  record Draw(int lane, Step step) {}

  /** One operation. */
  @FunctionalInterface
  interface Step {

    /**
     * Invokes the operation, waits for its end and records both.
     *
     * @param process records; its {@code invoke} must come before anything is sent
     */
    void run(RecordedProcess process) throws InterruptedException;
  }

  /** A reader that runs until it is interrupted. */
  @FunctionalInterface
  interface Background {

    /** Runs until interrupted. */
    void run(RecordedProcess process) throws InterruptedException;
  }
}
