package org.ordeal.runner.container;

import java.time.Duration;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategyTarget;

/**
 * What Testcontainers shall wait for: nothing, since the cluster waits for all its nodes at once.
 */
enum Waiting implements WaitStrategy {
  NOT_AT_ALL;

  @Override
  public void waitUntilReady(WaitStrategyTarget target) {
    // The cluster does.
  }

  @Override
  public WaitStrategy withStartupTimeout(Duration atMost) {
    return this;
  }
}
