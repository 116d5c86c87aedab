package org.ordeal.workloads;

/**
 * What a workload runs with where nothing else was asked for.
 *
 * @param ratePerSecond operations a second, over all client nodes together
 * @param clientNodes how many client nodes share that rate
 * @param topics how many topics
 * @param queues queues of each topic in each broker group
 * @param processesPerQueue how many operations on one queue one client node has outstanding at most
 */
public record LoadDefaults(
    double ratePerSecond, int clientNodes, int topics, int queues, int processesPerQueue) {

  public LoadDefaults {
    if (!(ratePerSecond > 0)
        || clientNodes < 1
        || topics < 1
        || queues < 1
        || processesPerQueue < 1) {
      throw new IllegalArgumentException(
          "A load needs a rate above 0 and at least one client node, topic, queue and process per"
              + " queue, not %s/s, %d, %d, %d and %d."
                  .formatted(ratePerSecond, clientNodes, topics, queues, processesPerQueue));
    }
  }
}
