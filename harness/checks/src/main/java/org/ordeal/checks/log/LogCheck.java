package org.ordeal.checks.log;

import java.io.IOException;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;

/**
 * {@code log}: every anomaly of queues seen as logs. Losses are looked for where the history has a
 * drain; one without a drain is judged by its sends and reads.
 */
public final class LogCheck implements HistoryCheck {

  @Override
  public String name() {
    return "log";
  }

  @Override
  public String description() {
    return "No anomaly of queues seen as logs: offsets, order, stale reads, losses, divergence.";
  }

  @Override
  public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
    return new LogAnalysis(name(), false).run(history, budget);
  }
}
